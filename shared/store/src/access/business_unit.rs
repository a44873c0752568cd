//! How somebody who calls the customer API stands to business units that they
//! name, whosever they are.

use std::collections::{HashMap, HashSet};

use attesta_identity::{Caller, MachineCaller, UserCaller};
use attesta_model::{
    BusinessUnit, BusinessUnitId, Error, Organisation, OrganisationId, Result, Scope,
};
use serde::{Deserialize, Serialize};

use super::customer::{deals_keys, in_sight, sight};
use super::{ManagedOrganisation, OrganisationInSight, acting, caller_keys, staff_of};
use crate::keys::Key;
use crate::table::{Item, from_item};
use crate::{Store, keys};

/// Whose a unit is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct UnitOwner {
    pub(crate) organisation_id: OrganisationId,
}

/// A unit whose business the caller was found to be allowed to see.
#[derive(Debug, Clone)]
pub struct UnitInSight {
    unit: BusinessUnit,
    organisation: OrganisationInSight,
}

/// A unit that the caller was found to be allowed to change.
#[derive(Debug, Clone)]
pub struct ManagedUnit {
    unit: BusinessUnit,
    organisation: ManagedOrganisation,
}

impl UnitInSight {
    /// The unit.
    #[must_use]
    pub const fn get(&self) -> &BusinessUnit {
        &self.unit
    }
}

impl ManagedUnit {
    /// A unit of an organisation's that a row of an import is about.
    pub(crate) const fn imported(unit: BusinessUnit, organisation: ManagedOrganisation) -> Self {
        Self { unit, organisation }
    }

    /// The unit as it stands.
    #[must_use]
    pub const fn get(&self) -> &BusinessUnit {
        &self.unit
    }

    /// The organisation that it belongs to.
    #[must_use]
    pub const fn organisation(&self) -> &Organisation {
        self.organisation.get()
    }
}

/// Units, and whose they are, where there are such.
type Owned = Vec<(BusinessUnitId, Option<OrganisationId>)>;

impl Store {
    /// A unit of an organisation that the caller sees, if only in part; in two
    /// rounds.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more,
    /// [`Error::Forbidden`] where they may do nothing, and [`Error::NotFound`]
    /// where there is no such unit, or it is foreign.
    pub async fn unit_in_sight(&self, caller: &Caller, id: &str) -> Result<UnitInSight> {
        let mut seen = self.sightings(caller, &[unit_id(id)]).await?;
        seen.pop().unwrap_or_else(|| Err(Error::not_found()))
    }

    /// Those of these units that the caller sees, in the order of the ids, none
    /// of which may come twice; in two rounds.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more,
    /// [`Error::Forbidden`] where they may do nothing.
    pub async fn units_in_sight(&self, caller: &Caller, ids: &[&str]) -> Result<Vec<UnitInSight>> {
        let ids: Vec<_> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let mut units = Vec::with_capacity(ids.len());
        for seen in self.sightings(caller, &ids).await? {
            units.extend(in_sight(seen)?);
        }
        Ok(units)
    }

    /// A unit, for the owner of its organisation and for staff who may change
    /// it; in two rounds.
    ///
    /// # Errors
    /// Those of [`Store::unit_in_sight`], and [`Error::Forbidden`] where the
    /// caller sees it but may not change it.
    pub async fn managed_unit(&self, caller: &UserCaller, id: &str) -> Result<ManagedUnit> {
        let by = caller.user_id;
        let seen = self.unit_in_sight(&Caller::User(caller.clone()), id).await?;
        let organisation = ManagedOrganisation::of(seen.organisation, by)?;
        Ok(ManagedUnit { unit: seen.unit, organisation })
    }

    /// What comes of looking for units, each by itself.
    async fn sightings(
        &self,
        caller: &Caller,
        ids: &[BusinessUnitId],
    ) -> Result<Vec<Result<UnitInSight>>> {
        match caller {
            Caller::User(user) => self.sightings_of_user(user, ids).await,
            Caller::Machine(machine) => self.sightings_of_service(machine, ids).await,
        }
    }

    async fn sightings_of_service(
        &self,
        machine: &MachineCaller,
        ids: &[BusinessUnitId],
    ) -> Result<Vec<Result<UnitInSight>>> {
        let owners = ids.iter().copied().map(keys::business_unit_owner).collect();
        let beside = |_| self.found(owners);
        let (_, mut found) = self.machine_beside(machine, Scope::CustomersRead, beside).await?;
        let units = owned(ids, &mut found)?;
        let both = |(id, of): &(_, Option<_>)| {
            of.map(|of| [keys::business_unit(of, *id), keys::organisation(of)])
        };
        let found = self.found(units.iter().filter_map(both).flatten().collect()).await?;
        let judged = |(id, of): (_, Option<_>)| {
            let of = of.ok_or_else(Error::not_found)?;
            let organisation = found.get(&keys::organisation(of)).cloned();
            let organisation = from_item(organisation.ok_or_else(Error::not_found)?)?;
            unit_of(id, OrganisationInSight::of_service(organisation), &found)
        };
        Ok(units.into_iter().map(judged).collect())
    }

    async fn sightings_of_user(
        &self,
        caller: &UserCaller,
        ids: &[BusinessUnitId],
    ) -> Result<Vec<Result<UnitInSight>>> {
        let owners = ids.iter().copied().map(keys::business_unit_owner);
        let mut found = self.found(caller_keys(caller).chain(owners).collect()).await?;
        let units = owned(ids, &mut found)?;
        let acting = acting(caller, &mut found, self.ids.now())?;
        let is_staff = staff_of(caller, &acting.user)?.is_some();
        let user = acting.user.id;
        let mut wanted = Vec::new();
        for &(id, of) in &units {
            let Some(of) = of else { continue };
            wanted.extend([keys::business_unit(of, id), keys::organisation(of)]);
            if is_staff {
                continue;
            }
            wanted.push(keys::profile(user, of));
            if let Some(home) = acting.user.organisation_id.filter(|home| *home != of) {
                wanted.extend(deals_keys(user, home, of));
            }
        }
        let found = self.found(wanted).await?;
        let judged = |(id, of): (_, Option<_>)| {
            let of = of.ok_or_else(Error::not_found)?;
            let seen = sight(caller, &acting, of, &found)?.settled(&acting, of, &found)?;
            unit_of(id, seen, &found)
        };
        Ok(units.into_iter().map(judged).collect())
    }

    /// What there is under any number of keys, in one round; those that come
    /// more than once are read once.
    pub(crate) async fn found(&self, wanted: Vec<Key>) -> Result<HashMap<Key, Item>> {
        let wanted: Vec<_> = wanted.into_iter().collect::<HashSet<_>>().into_iter().collect();
        let items = self.table.get_each(wanted.clone()).await?;
        let there = wanted.into_iter().zip(items);
        Ok(there.filter_map(|(key, item)| Some((key, item?))).collect())
    }
}

/// Takes out whose units are.
fn owned(ids: &[BusinessUnitId], found: &mut HashMap<Key, Item>) -> Result<Owned> {
    let owner = |&id: &BusinessUnitId| {
        let owner = found.remove(&keys::business_unit_owner(id));
        let owner: Option<UnitOwner> = owner.map(from_item).transpose()?;
        Ok((id, owner.map(|owner| owner.organisation_id)))
    };
    ids.iter().map(owner).collect()
}

/// The unit among what was found, of an organisation that is seen.
fn unit_of(
    id: BusinessUnitId,
    organisation: OrganisationInSight,
    found: &HashMap<Key, Item>,
) -> Result<UnitInSight> {
    let unit = found.get(&keys::business_unit(organisation.get().id, id)).cloned();
    let unit = from_item(unit.ok_or_else(Error::not_found)?)?;
    Ok(UnitInSight { unit, organisation })
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
fn unit_id(text: &str) -> BusinessUnitId {
    text.parse().unwrap_or(BusinessUnitId(uuid::Uuid::nil()))
}
