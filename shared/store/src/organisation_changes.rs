//! Organisations change: by their owner, and by staff. Whoever comes second
//! looks again, so that nobody's change is lost.

use std::collections::{HashMap, HashSet};

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    DirectoryJob, Error, Message, Module, Notice, Organisation, OrganisationChange, Profile,
    Result, Status, User, roles_of_owner,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::access::ManagedOrganisation;
use crate::catalogue_admin::busy;
use crate::entering::Entering;
use crate::keys::{self, Key};
use crate::organisation_names::name_keys;
use crate::organisation_people::Settling;
use crate::organisation_views::OrganisationView;
use crate::organisations::{NewPerson, check_named_once, no_such_organiser};
use crate::table::{Condition, Item, stored};
use crate::{OutboxRow, Store};

/// How often somebody looks again.
pub(crate) const TRIES: u32 = 5;

/// An organisation that the caller may change, as it stands.
#[derive(Debug)]
pub(crate) struct ToChange {
    pub(crate) view: OrganisationView,
    pub(crate) managed: ManagedOrganisation,
    pub(crate) found: HashMap<Key, Item>,
}

impl ToChange {
    pub(crate) const fn organisation(&self) -> &Organisation {
        self.managed.get()
    }
}

impl Store {
    /// Changes an organisation. Nothing said, nothing is written.
    ///
    /// # Errors
    /// Those of [`Store::managed_organisation`], [`Error::Forbidden`] where the
    /// owner would change what staff decide, [`Error::Invalid`], and
    /// [`Error::Conflict`] where a name is another's.
    pub async fn update_organisation(
        &self,
        caller: &UserCaller,
        id: &str,
        change: &OrganisationChange,
        settling: &Settling,
    ) -> Result<OrganisationView> {
        let people = || settling.owner.iter().chain(&settling.contacts);
        let organisers: HashSet<_> = change.organisers.iter().flatten().copied().collect();
        let organisers: Vec<_> = organisers.into_iter().map(keys::organisation).collect();
        let also: Vec<Key> =
            people().flat_map(NewPerson::name_keys).chain(organisers.iter().cloned()).collect();
        for attempt in 0..TRIES {
            let mut changing = self.to_change(caller, id, &also).await?;
            if change.is_for_staff() && !changing.managed.is_staff() {
                return Err(Error::forbidden());
            }
            if organisers.iter().any(|key| !changing.found.contains_key(key)) {
                return Err(no_such_organiser());
            }
            check_named_once(people())?;
            let mut after = changing.organisation().changed(change);
            let mut parts = self.owner_settled(&mut changing, &mut after, settling)?;
            parts.join(self.contacts_settled(&changing, &after, settling).await?);
            if let Some(view) = self.commit(changing, after, parts).await? {
                return Ok(view);
            }
            self.pause(attempt).await?;
        }
        Err(busy())
    }

    /// Has an organisation be in use, and its owner welcomed, each time that it
    /// is asked for: by an invitation, where they never signed in.
    ///
    /// # Errors
    /// Those of [`Store::managed_organisation`], and [`Error::Conflict`] where
    /// it is deleted or nobody owns it.
    pub async fn activate_organisation(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<OrganisationView> {
        for attempt in 0..TRIES {
            let changing = self.to_change(caller, id, &[]).await?;
            changing.managed.clone().of_staff()?;
            let before = changing.organisation();
            if before.status == Status::Deleted {
                return Err(conflict("deleted", "The organisation is deleted."));
            }
            let owner = changing.view.around.owner.as_ref();
            let owner = owner.filter(|owner| owner.status != Status::Deleted);
            let no_owner = || conflict("no_owner", "Nobody owns the organisation yet.");
            let owner = owner.ok_or_else(no_owner)?;
            let status = if before.status.is_live() { before.status } else { Status::Active };
            let change =
                OrganisationChange { status: Some(status), ..OrganisationChange::default() };
            let mut parts = Entering::default();
            parts.put(self.welcomed(owner, before)?);
            let after = before.changed(&change);
            if let Some(view) = self.commit(changing, after, parts).await? {
                return Ok(view);
            }
            self.pause(attempt).await?;
        }
        Err(busy())
    }

    /// Gives an organisation a module, or another price for one that it has; its
    /// owner gets the module's roles.
    ///
    /// # Errors
    /// Those of [`Store::managed_organisation`].
    pub async fn add_module(
        &self,
        caller: &UserCaller,
        id: &str,
        module: &Module,
    ) -> Result<OrganisationView> {
        self.change_modules(caller, id, |before| Ok(before.with_module(module))).await
    }

    /// Takes a module from an organisation, and its roles from the owner.
    ///
    /// # Errors
    /// Those of [`Store::managed_organisation`], and [`Error::Conflict`] where
    /// it has no such module.
    pub async fn remove_module(
        &self,
        caller: &UserCaller,
        id: &str,
        module: &str,
    ) -> Result<OrganisationView> {
        let without = |before: &Organisation| {
            if !before.has_module(module) {
                return Err(conflict("no_module", "The organisation has no such module."));
            }
            let mut after = before.clone();
            after.modules.retain(|one| one.id != module);
            Ok(after)
        };
        self.change_modules(caller, id, without).await
    }

    /// Has the user pool follow all of an organisation's people.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn sync_users(&self, of: &ManagedOrganisation) -> Result<()> {
        let organisation_id = of.get().id;
        self.queue_job(DirectoryJob::Sync { organisation_id, after: None }).await
    }

    async fn change_modules(
        &self,
        caller: &UserCaller,
        id: &str,
        change: impl Fn(&Organisation) -> Result<Organisation>,
    ) -> Result<OrganisationView> {
        for attempt in 0..TRIES {
            let changing = self.to_change(caller, id, &[]).await?;
            changing.managed.clone().of_staff()?;
            let after = change(changing.organisation())?;
            if let Some(view) = self.commit(changing, after, Entering::default()).await? {
                return Ok(view);
            }
            self.pause(attempt).await?;
        }
        Err(busy())
    }

    /// An organisation that the caller may change, with its names and what
    /// stands under other keys.
    pub(crate) async fn to_change(
        &self,
        caller: &UserCaller,
        id: &str,
        also: &[Key],
    ) -> Result<ToChange> {
        let by = Caller::User(caller.clone());
        let also =
            |of: &Organisation| name_keys(of).into_iter().chain(also.iter().cloned()).collect();
        let (view, found) = self.view_and(&by, id, also).await?;
        let managed = ManagedOrganisation::of(view.seen.clone(), caller.user_id)?;
        Ok(ToChange { view, managed, found })
    }

    /// Writes what an organisation becomes, with its names, its owner's roles
    /// and these other parts; none where somebody else was first.
    pub(crate) async fn commit(
        &self,
        changing: ToChange,
        after: Organisation,
        parts: Entering,
    ) -> Result<Option<OrganisationView>> {
        let ToChange { mut view, managed, found } = changing;
        let before = managed.get();
        let mut all = Entering::default();
        let mut next = after;
        if next != *before {
            next.version = before.version + 1;
            all.put(self.put_organisation(before, &next)?);
            all.join(self.renaming(before, &next, &found)?);
            all.join(self.owners_roles(&view, before, &next)?);
        }
        all.join(parts);
        if !all.writes.is_empty() {
            let writes = std::mem::take(&mut all.writes);
            if let Err(cancelled) = self.table.transact(writes).await? {
                return match cancelled.at.and_then(|at| all.refusal(at)) {
                    Some(refusal) => Err(refusal),
                    None => Ok(None),
                };
            }
        }
        view.seen = view.seen.now(next);
        Ok(Some(view))
    }

    /// Has the owner's roles go with the modules.
    fn owners_roles(
        &self,
        view: &OrganisationView,
        before: &Organisation,
        after: &Organisation,
    ) -> Result<Entering> {
        let mut parts = Entering::default();
        let (old, new) = (roles_of_owner(&before.modules), roles_of_owner(&after.modules));
        let profile = view.around.owners_profile.as_ref().filter(|_| old != new);
        if let Some(profile) = profile.filter(|_| before.owner_id == after.owner_id) {
            let stays = |role: &&String| new.contains(role) || !old.contains(role);
            let mut roles: Vec<_> = profile.roles.iter().filter(stays).cloned().collect();
            let gained: Vec<_> = new.iter().filter(|role| !roles.contains(role)).cloned().collect();
            roles.extend(gained);
            parts.put(self.set_roles(profile, &roles)?);
        }
        Ok(parts)
    }

    /// Gives somebody other roles, as long as they have those that they had.
    pub(crate) fn set_roles(
        &self,
        profile: &Profile,
        roles: &[String],
    ) -> Result<TransactWriteItem> {
        let condition = Condition::with("#roles = :old")
            .name("#roles", "roles")
            .value(":old", stored(&profile.roles)?)
            .value(":new", stored(&roles)?);
        let key = keys::profile(profile.user_id, profile.organisation_id);
        self.table.update_if(&key, "SET #roles = :new", condition)
    }

    fn welcomed(&self, owner: &User, of: &Organisation) -> Result<TransactWriteItem> {
        let notice = |email: &String| Notice::OrganisationActivated {
            email: email.clone(),
            name: owner.name.clone(),
            organisation: of.name.clone(),
        };
        // Whom the pool knows may have signed in before: no invitation goes out.
        let notice = owner.email.as_ref().filter(|_| owner.subject.is_some()).map(notice);
        let message = |notice| Ok(Message { id: self.ids.uuid()?, notice });
        let row = OutboxRow::new(self.ids.integer()?, self.ids.now());
        self.put_outgoing(&OutboxRow {
            jobs: vec![DirectoryJob::Invite { user_id: owner.id }],
            messages: notice.map(message).transpose()?.into_iter().collect(),
            ..row
        })
    }
}

/// Nobody has changed the organisation since.
pub(crate) fn unchanged(before: &Organisation) -> Condition {
    match before.version {
        // Those of old don't say.
        0 => Condition::with("attribute_exists(pk) AND (attribute_not_exists(#v) OR #v = :v)")
            .name("#v", "version")
            .value(":v", AttributeValue::N("0".to_owned())),
        version => Condition::version(version),
    }
}

pub(crate) fn conflict(code: &'static str, message: &str) -> Error {
    Error::Conflict { code, message: message.to_owned() }
}
