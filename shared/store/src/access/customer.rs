//! How somebody who calls the customer API stands to an organisation.

use std::collections::HashMap;

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    Connection, Error, Organisation, OrganisationId, Profile, Relationship, Result, Scope, Staff,
    Status, User, UserId,
};

use super::{Acting, ImportTarget, acting, caller_keys, staff_of};
use crate::audit::note_organisation;
use crate::keys::Key;
use crate::people::UserWithProfiles;
use crate::table::{Item, found_item, from_item, key_of};
use crate::{Store, keys};

/// As what somebody sees an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// As staff.
    Staff(Staff),
    /// As a program that reads for the platform.
    Service,
    /// As its owner, or somebody else with a part in it.
    Member(Profile),
    /// As a member of one that it deals with, or that deals with it, or as
    /// somebody of its own who may do nothing there: they see it in part.
    Connected(Deals),
}

/// What there is between the caller's home organisation and another; nothing
/// where they may do nothing at home, or it is there by their profile alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deals {
    /// Home deals with the other.
    pub outward: Option<Connection>,
    /// The other deals with home.
    pub inward: Option<Connection>,
}

/// An organisation that the caller was found to be allowed to see, if not all of
/// it.
#[derive(Debug, Clone)]
pub struct OrganisationInSight {
    organisation: Organisation,
    standing: Standing,
}

/// An organisation that the caller was found to be allowed to change: as its
/// owner, or as staff.
#[derive(Debug, Clone)]
pub struct ManagedOrganisation {
    organisation: Organisation,
    by: UserId,
    is_staff: bool,
}

/// A user who calls, in the organisation that they belong to.
#[derive(Debug, Clone)]
pub struct Home {
    user: User,
    profile: Profile,
    organisation: Organisation,
}

impl OrganisationInSight {
    pub(crate) const fn new(organisation: Organisation, standing: Standing) -> Self {
        Self { organisation, standing }
    }

    /// The same as it stands after a change.
    pub(crate) fn now(self, organisation: Organisation) -> Self {
        Self { organisation, ..self }
    }

    /// The organisation.
    #[must_use]
    pub const fn get(&self) -> &Organisation {
        &self.organisation
    }

    /// As what the caller sees it.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether the caller sees all of it but what is its owner's and the staff's
    /// alone.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self.standing, Standing::Staff(_) | Standing::Member(_))
    }

    /// Whether the caller sees what is its owner's and the staff's alone.
    #[must_use]
    pub fn is_owners(&self) -> bool {
        match &self.standing {
            Standing::Staff(_) => true,
            Standing::Member(profile) => profile.is_owner(),
            Standing::Service | Standing::Connected(_) => false,
        }
    }

    /// Whether the caller's home organisation organises for it, and so may see
    /// its business units.
    #[must_use]
    pub fn is_organisers(&self) -> bool {
        let Standing::Connected(deals) = &self.standing else { return false };
        let inward = deals.inward.as_ref();
        inward.is_some_and(|deal| deal.relationships.contains(&Relationship::Organiser))
    }

    /// The same, for whoever sees the whole of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever sees it in part.
    pub fn whole(self) -> Result<Self> {
        if self.is_whole() { Ok(self) } else { Err(Error::forbidden()) }
    }
}

impl ManagedOrganisation {
    /// The organisation that an import is into, as it stands by now.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is another, or deleted.
    pub(crate) fn of_import(target: &ImportTarget, organisation: Organisation) -> Result<Self> {
        let is_meant = target.organisation_id() == Some(organisation.id);
        if !is_meant || organisation.status == Status::Deleted {
            return Err(Error::not_found());
        }
        Ok(Self { organisation, by: target.created_by(), is_staff: false })
    }

    /// The same for a user who was found to see it, if they may change it.
    pub(crate) fn of(seen: OrganisationInSight, by: UserId) -> Result<Self> {
        let is_staff = match &seen.standing {
            Standing::Staff(Staff::Admin) => true,
            Standing::Member(profile) if profile.is_owner() => false,
            _ => return Err(Error::forbidden()),
        };
        Ok(Self { organisation: seen.organisation, by, is_staff })
    }

    /// The organisation.
    #[must_use]
    pub const fn get(&self) -> &Organisation {
        &self.organisation
    }

    /// Who changes it.
    #[must_use]
    pub const fn by(&self) -> UserId {
        self.by
    }

    /// Whether they do so as staff.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        self.is_staff
    }

    /// The same, for staff.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for its owner.
    pub fn of_staff(self) -> Result<Self> {
        if self.is_staff { Ok(self) } else { Err(Error::forbidden()) }
    }
}

impl Home {
    /// The user.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// What they may do there.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The organisation.
    #[must_use]
    pub const fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The same, for its owner.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for any other member.
    pub fn managed(self) -> Result<ManagedOrganisation> {
        if !self.profile.is_owner() {
            return Err(Error::forbidden());
        }
        let Self { user, organisation, .. } = self;
        Ok(ManagedOrganisation { organisation, by: user.id, is_staff: false })
    }
}

impl Store {
    /// An organisation, and as what the caller sees it. In one round, or two for
    /// who has no part in it.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more,
    /// [`Error::Forbidden`] where they may do nothing, or the organisation is
    /// not in use, and [`Error::NotFound`] where it is foreign.
    pub async fn organisation_in_sight(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<OrganisationInSight> {
        let id = organisation_id(id);
        match caller {
            Caller::User(user) => {
                self.in_sight_of_user(user, id, Vec::new()).await.map(|(seen, _)| seen)
            }
            Caller::Machine(machine) => {
                let beside = |_| async move { self.table.get_many([keys::organisation(id)]).await };
                let (_, [item]) =
                    self.machine_beside(machine, Scope::CustomersRead, beside).await?;
                let organisation = from_item(item.ok_or_else(Error::not_found)?)?;
                Ok(OrganisationInSight::of_service(organisation))
            }
        }
    }

    /// An organisation, for its owner and for staff who may change it.
    ///
    /// # Errors
    /// Those of [`Store::organisation_in_sight`], and [`Error::Forbidden`] where
    /// the caller sees it but may not change it.
    pub async fn managed_organisation(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<ManagedOrganisation> {
        self.managed_organisation_beside(caller, id, |_| Vec::new())
            .await
            .map(|(managed, _)| managed)
    }

    /// The same, with what else there is under keys of the organisation's, all
    /// in one round.
    pub(crate) async fn managed_organisation_beside(
        &self,
        caller: &UserCaller,
        id: &str,
        beside: impl FnOnce(OrganisationId) -> Vec<Key>,
    ) -> Result<(ManagedOrganisation, HashMap<Key, Item>)> {
        let id = organisation_id(id);
        let (seen, rest) = self.in_sight_of_user(caller, id, beside(id)).await?;
        Ok((ManagedOrganisation::of(seen, caller.user_id)?, rest))
    }

    /// The caller in the organisation that they belong to, in two rounds.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where their token counts no more,
    /// [`Error::Forbidden`] where they may do nothing, there or at all, or the
    /// organisation may not, and [`Error::NotFound`] where they belong to none,
    /// as staff don't.
    pub async fn home(&self, caller: &UserCaller) -> Result<Home> {
        self.home_and(caller, |_| Vec::new()).await.map(|(home, _)| home)
    }

    /// The same, and what stands under other keys that hang on which
    /// organisation it is.
    pub(crate) async fn home_and(
        &self,
        caller: &UserCaller,
        also: impl FnOnce(OrganisationId) -> Vec<Key>,
    ) -> Result<(Home, HashMap<Key, Item>)> {
        let pattern = UserWithProfiles(caller.user_id);
        let beside: Vec<_> = caller_keys(caller).skip(1).collect();
        let (items, mut found) =
            tokio::try_join!(self.table.query_all(pattern.query()), self.table.get_all(&beside))?;
        found.extend(items.iter().filter_map(|item| Some((key_of(item)?, item.clone()))));
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        let profiles = pattern.fold(items)?.map(|person| person.profiles).unwrap_or_default();
        let id = user.organisation_id.ok_or_else(Error::not_found)?;
        let own = profiles.into_iter().find(|profile| profile.organisation_id == id);
        let profile = within.narrowed(own.ok_or_else(Error::not_found)?);
        let mut wanted = also(id);
        wanted.push(keys::organisation(id));
        let mut found = self.table.get_all(&wanted).await?;
        let item = found.remove(&keys::organisation(id)).ok_or_else(Error::not_found)?;
        let organisation: Organisation = from_item(item)?;
        if !organisation.status.is_live() || profile.is_restricted() {
            return Err(Error::forbidden());
        }
        note_organisation(organisation.id);
        Ok((Home { user, profile, organisation }, found))
    }

    async fn in_sight_of_user(
        &self,
        caller: &UserCaller,
        id: OrganisationId,
        beside: Vec<Key>,
    ) -> Result<(OrganisationInSight, HashMap<Key, Item>)> {
        let mut wanted = super::organisation_keys(caller, id);
        wanted.extend(beside);
        let mut found = self.table.get_all(&wanted).await?;
        let acting = acting(caller, &mut found, self.ids.now())?;
        let sight = sight(caller, &acting, id, &found)?;
        if let Sight::OfMember { home } = sight {
            found.extend(self.table.get_all(&deals_keys(acting.user.id, home, id)).await?);
        }
        let seen = sight.settled(&acting, id, &found)?;
        if seen.is_whole() {
            note_organisation(id);
        }
        Ok((seen, found))
    }
}

/// What a user's own part in an organisation tells.
pub(super) enum Sight {
    /// How they see it.
    Of(Box<OrganisationInSight>),
    /// That they have none: what counts is what their home has to do with it.
    OfMember {
        /// Their home.
        home: OrganisationId,
    },
}

impl Sight {
    /// How they see the organisation, by what was found under [`deals_keys`], too,
    /// where they have no part in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is nothing between it and their home.
    pub(super) fn settled(
        self,
        acting: &Acting,
        id: OrganisationId,
        found: &HashMap<Key, Item>,
    ) -> Result<OrganisationInSight> {
        match self {
            Self::Of(seen) => Ok(*seen),
            Self::OfMember { home } => in_part(acting, home, id, found),
        }
    }
}

/// What was found to be in sight, or nothing of what is foreign or not in use:
/// one of many is left out.
pub(super) fn in_sight<T>(judged: Result<T>) -> Result<Option<T>> {
    match judged {
        Err(Error::NotFound(_) | Error::Forbidden(_)) => Ok(None),
        judged => judged.map(Some),
    }
}

impl OrganisationInSight {
    /// An organisation as a program sees it that reads for the platform.
    pub(super) const fn of_service(organisation: Organisation) -> Self {
        Self { organisation, standing: Standing::Service }
    }
}

/// Judges a user by the organisation and their profile in it.
pub(super) fn sight(
    caller: &UserCaller,
    acting: &Acting,
    id: OrganisationId,
    found: &HashMap<Key, Item>,
) -> Result<Sight> {
    let Acting { user, within } = acting;
    let organisation: Option<Organisation> = found_item(found, &keys::organisation(id))?;
    if let Some(staff) = staff_of(caller, user)? {
        let organisation = organisation.ok_or_else(Error::not_found)?;
        let standing = Standing::Staff(staff);
        return Ok(Sight::Of(Box::new(OrganisationInSight { organisation, standing })));
    }
    let organisation = not_deleted(organisation)?;
    if let Some(profile) = found_item(found, &keys::profile(user.id, id))? {
        if !organisation.status.is_live() {
            return Err(Error::forbidden());
        }
        let profile = within.narrowed(profile);
        let home = user.organisation_id.filter(|home| *home != id);
        let standing = match home {
            // What their profile doesn't give, their home may.
            Some(home) if profile.is_restricted() => return Ok(Sight::OfMember { home }),
            None if profile.is_restricted() => Standing::Connected(Deals::default()),
            _ => Standing::Member(profile),
        };
        return Ok(Sight::Of(Box::new(OrganisationInSight { organisation, standing })));
    }
    let home = user.organisation_id.filter(|home| *home != id);
    Ok(Sight::OfMember { home: home.ok_or_else(Error::not_found)? })
}

/// What says what there is between a member's home and another organisation.
pub(super) fn deals_keys(user: UserId, home: OrganisationId, other: OrganisationId) -> [Key; 4] {
    [
        keys::organisation(home),
        keys::profile(user, home),
        keys::connection(home, other),
        keys::connection(other, home),
    ]
}

/// Judges a member of another organisation by the items under [`deals_keys`],
/// and by their profile in the other, if they have one.
///
/// # Errors
/// [`Error::NotFound`] where there is nothing between the two.
fn in_part(
    Acting { user, within }: &Acting,
    home: OrganisationId,
    other: OrganisationId,
    found: &HashMap<Key, Item>,
) -> Result<OrganisationInSight> {
    let organisation = not_deleted(found_item(found, &keys::organisation(other))?)?;
    let own: Option<Organisation> = found_item(found, &keys::organisation(home))?;
    let is_live = own.is_some_and(|organisation| organisation.status.is_live());
    let profile: Option<Profile> = found_item(found, &keys::profile(user.id, home))?;
    let is_member = profile.is_some_and(|profile| !within.narrowed(profile).is_restricted());
    let is_guest = found.contains_key(&keys::profile(user.id, other));
    let outward: Option<Connection> = found_item(found, &keys::connection(home, other))?;
    let inward: Option<Connection> = found_item(found, &keys::connection(other, home))?;
    let has_deals = is_live && is_member && (outward.is_some() || inward.is_some());
    let deals = match has_deals {
        true => Deals { outward, inward },
        false if is_guest => Deals::default(),
        false => return Err(Error::not_found()),
    };
    Ok(OrganisationInSight { organisation, standing: Standing::Connected(deals) })
}

fn not_deleted(organisation: Option<Organisation>) -> Result<Organisation> {
    let there = organisation.filter(|organisation| organisation.status != Status::Deleted);
    there.ok_or_else(Error::not_found)
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
fn organisation_id(text: &str) -> OrganisationId {
    text.parse().unwrap_or(OrganisationId(uuid::Uuid::nil()))
}
