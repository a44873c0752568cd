//! How somebody who calls the customer API stands to an organisation.

use std::collections::HashMap;

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    Connection, Error, Organisation, OrganisationId, Profile, Result, Scope, Staff, Status, User,
    UserId,
};

use super::{Acting, acting, caller_keys};
use crate::keys::Key;
use crate::people::UserWithProfiles;
use crate::table::{Item, from_item, key_of};
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
    /// As a member of one that it deals with, or that deals with it: they see it
    /// in part.
    Connected(Deals),
}

/// What there is between the caller's home organisation and another.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// The same, for a user who may change it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever is neither its owner nor staff who may
    /// change things.
    pub(crate) fn managed(&self, by: &UserCaller) -> Result<ManagedOrganisation> {
        let is_staff = match &self.standing {
            Standing::Staff(Staff::Admin) => true,
            Standing::Member(profile) if profile.is_owner() => false,
            _ => return Err(Error::forbidden()),
        };
        let organisation = self.organisation.clone();
        Ok(ManagedOrganisation { organisation, by: by.user_id, is_staff })
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
            Caller::User(user) => self.in_sight_of_user(user, id).await,
            Caller::Machine(machine) => {
                let beside = |_| async move { self.table.get_many([keys::organisation(id)]).await };
                let (_, [item]) =
                    self.machine_beside(machine, Scope::CustomersRead, beside).await?;
                let organisation = from_item(item.ok_or_else(Error::not_found)?)?;
                Ok(OrganisationInSight { organisation, standing: Standing::Service })
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
        let seen = self.in_sight_of_user(caller, organisation_id(id)).await?;
        seen.managed(caller)
    }

    /// The caller in the organisation that they belong to, in two rounds.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where their token counts no more,
    /// [`Error::Forbidden`] where they or their organisation may do nothing, and
    /// [`Error::NotFound`] where they belong to none, as staff don't.
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
        if !organisation.status.is_live() {
            return Err(Error::forbidden());
        }
        Ok((Home { user, profile, organisation }, found))
    }

    async fn in_sight_of_user(
        &self,
        caller: &UserCaller,
        id: OrganisationId,
    ) -> Result<OrganisationInSight> {
        let mut found = self.table.get_all(&super::organisation_keys(caller, id)).await?;
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        let organisation = found.remove(&keys::organisation(id));
        let organisation: Option<Organisation> = organisation.map(from_item).transpose()?;
        if let Some(staff) = user.staff.filter(|_| caller.api_token.is_none()) {
            if !user.second_factor {
                return Err(Error::SecondFactorRequired);
            }
            let organisation = organisation.ok_or_else(Error::not_found)?;
            return Ok(OrganisationInSight { organisation, standing: Standing::Staff(staff) });
        }
        let not_deleted = |organisation: &Organisation| organisation.status != Status::Deleted;
        let organisation = organisation.filter(not_deleted).ok_or_else(Error::not_found)?;
        if let Some(profile) = found.remove(&keys::profile(user.id, id)) {
            if !organisation.status.is_live() {
                return Err(Error::forbidden());
            }
            let standing = Standing::Member(within.narrowed(from_item(profile)?));
            return Ok(OrganisationInSight { organisation, standing });
        }
        let home = user.organisation_id.ok_or_else(Error::not_found)?;
        let standing = Standing::Connected(self.deals(&user, home, id).await?);
        Ok(OrganisationInSight { organisation, standing })
    }

    /// What there is between a member's home and another organisation.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is nothing.
    async fn deals(
        &self,
        user: &User,
        home: OrganisationId,
        other: OrganisationId,
    ) -> Result<Deals> {
        let wanted = [
            keys::organisation(home),
            keys::profile(user.id, home),
            keys::connection(home, other),
            keys::connection(other, home),
        ];
        let [organisation, profile, outward, inward] = self.table.get_many(wanted).await?;
        let organisation: Option<Organisation> = organisation.map(from_item).transpose()?;
        let is_live = organisation.is_some_and(|organisation| organisation.status.is_live());
        let outward: Option<Connection> = outward.map(from_item).transpose()?;
        let inward: Option<Connection> = inward.map(from_item).transpose()?;
        if !is_live || profile.is_none() || (outward.is_none() && inward.is_none()) {
            return Err(Error::not_found());
        }
        Ok(Deals { outward, inward })
    }
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
fn organisation_id(text: &str) -> OrganisationId {
    text.parse().unwrap_or(OrganisationId(uuid::Uuid::nil()))
}
