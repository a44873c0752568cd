//! An organisation gets another owner: at every moment it has exactly one.

use attesta_identity::UserCaller;
use attesta_model::{
    Error, Message, Notice, OWNER, Organisation, OrganisationId, Profile, Result, Staff, Status,
    User, UserId, roles_of_owner,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use crate::access::{Acting, acting, caller_keys, staff_of};
use crate::catalogue_admin::busy;
use crate::entering::Entering;
use crate::organisation_changes::{TRIES, conflict};
use crate::organisation_views::OrganisationView;
use crate::table::{Condition, from_item, stored};
use crate::{OutboxRow, Store, keys};

impl Store {
    /// Has somebody own an organisation: the caller's, or where the caller is
    /// staff, that of the new owner. The roles of both change places, and both
    /// are told.
    ///
    /// # Errors
    /// Those of [`Store::managed_organisation`], [`Error::NotFound`] where the
    /// user is no member, and [`Error::Conflict`] where they may not act or own
    /// it already.
    pub async fn change_owner(&self, caller: &UserCaller, new: &str) -> Result<OrganisationView> {
        let new: UserId = new.parse().unwrap_or(UserId(uuid::Uuid::nil()));
        for attempt in 0..TRIES {
            let mut wanted: Vec<_> = caller_keys(caller).collect();
            if new != caller.user_id {
                wanted.push(keys::user(new));
            }
            let mut found = self.table.get_all(&wanted).await?;
            let item = found.get(&keys::user(new)).cloned();
            let user: Option<User> = item.map(from_item).transpose()?;
            let Acting { user: own, .. } = acting(caller, &mut found, self.ids.now())?;
            let id = of_whom(caller, &own, user.as_ref())?;
            let mut changing =
                self.to_change(caller, &id.to_string(), &[keys::profile(new, id)]).await?;
            let item = changing.found.get(&keys::profile(new, id)).cloned();
            let profile: Option<Profile> = item.map(from_item).transpose()?;
            let user = user.filter(|user| user.organisation_id == Some(id));
            let member = user.zip(profile.filter(|profile| !profile.external));
            let (user, profile) = member.ok_or_else(Error::not_found)?;
            let before = changing.organisation();
            check(before, &user)?;
            let after = Organisation { owner_id: Some(new), ..before.clone() };
            let around = &changing.view.around;
            let former = around.owner.as_ref().zip(around.owners_profile.as_ref());
            let parts = self.roles_swapped(before, former, (&user, &profile))?;
            changing.view.around.owner = Some(user);
            if let Some(view) = self.commit(changing, after, parts).await? {
                return Ok(view);
            }
            self.pause(attempt).await?;
        }
        Err(busy())
    }

    fn roles_swapped(
        &self,
        of: &Organisation,
        former: Option<(&User, &Profile)>,
        (user, profile): (&User, &Profile),
    ) -> Result<Entering> {
        let mut parts = Entering::default();
        let owners = roles_of_owner(&of.modules);
        let others = |profile: &Profile| -> Vec<String> {
            profile.roles.iter().filter(|role| !owners.contains(role)).cloned().collect()
        };
        if let Some((_, former)) = former {
            let given = profile.roles.iter().filter(|role| owners.contains(role) && *role != OWNER);
            let roles: Vec<_> = others(former).into_iter().chain(given.cloned()).collect();
            parts.put(self.set_roles(former, &roles)?);
        }
        let roles: Vec<_> = owners.iter().cloned().chain(others(profile)).collect();
        parts.put(self.set_roles(profile, &roles)?);
        parts.put(self.still_active(user.id)?);
        parts.put(self.owners_told(of, former.map(|(user, _)| user), user, self.ids.now())?);
        Ok(parts)
    }

    /// Nothing happens unless the user may still act.
    fn still_active(&self, id: UserId) -> Result<TransactWriteItem> {
        let condition = Condition::with("#status IN (:active, :verified)")
            .name("#status", "status")
            .value(":active", stored(&Status::Active)?)
            .value(":verified", stored(&Status::Verified)?);
        self.table.check(&keys::user(id), condition)
    }

    fn owners_told(
        &self,
        of: &Organisation,
        former: Option<&User>,
        owner: &User,
        at: Timestamp,
    ) -> Result<TransactWriteItem> {
        let mut messages = Vec::new();
        for user in former.into_iter().chain([owner]) {
            let Some(email) = user.email.clone() else { continue };
            let notice = Notice::OwnerChanged {
                email,
                name: user.name.clone(),
                organisation: of.name.clone(),
                owner: owner.name.clone(),
                at,
            };
            messages.push(Message { id: self.ids.uuid()?, notice });
        }
        let row = OutboxRow::new(self.ids.integer()?, at);
        self.put_outgoing(&OutboxRow { messages, ..row })
    }
}

/// The organisation that somebody would have another owner for.
fn of_whom(caller: &UserCaller, own: &User, new: Option<&User>) -> Result<OrganisationId> {
    let user = match staff_of(caller, own)? {
        Some(Staff::ReadOnly) => return Err(Error::forbidden()),
        Some(Staff::Admin) => new,
        None => Some(own),
    };
    user.and_then(|user| user.organisation_id).ok_or_else(Error::not_found)
}

fn check(organisation: &Organisation, new: &User) -> Result<()> {
    if organisation.owner_id == Some(new.id) {
        return Err(conflict("already_owner", "The user owns the organisation already."));
    }
    if !new.status.is_live() {
        return Err(conflict("inactive", "The user is not active."));
    }
    Ok(())
}
