//! The units of organisations.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use attesta_identity::UserCaller;
use attesta_model::{
    Business, BusinessUnit, BusinessUnitId, BusinessUnitKind, Error, Organisation, OrganisationId,
    Result,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use crate::access::{ManagedOrganisation, ManagedUnit, OrganisationInSight, Standing, UnitOwner};
use crate::idempotency::{Idempotency, Planned, Replay, by_place};
use crate::table::{Cancelled, Condition, Item, Query, Sort, from_item, to_item};
use crate::{Store, keys, patterns};

/// So many units an organisation has at most.
pub const MOST_UNITS: u32 = 1_000;

/// What is said of a new unit.
#[derive(Debug, Clone)]
pub struct NewBusinessUnit {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: BusinessUnitKind,
    /// What it does business as, with who vouches for it.
    pub business: Option<Business>,
}

/// A unit that is to be, in an organisation that the caller may change.
#[derive(Debug)]
pub struct UnitPlan {
    pub(crate) organisation: ManagedOrganisation,
    pub(crate) made: u32,
}

impl UnitPlan {
    /// The same where so many are known to be made by now.
    #[must_use]
    pub fn after(self, made: u32) -> Self {
        Self { made, ..self }
    }

    /// The organisation.
    #[must_use]
    pub const fn organisation(&self) -> &Organisation {
        self.organisation.get()
    }
}

/// Which unit has a name.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct NameOf {
    pub(crate) unit_id: BusinessUnitId,
}

/// How many units an organisation has.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Made {
    made: u32,
}

impl Made {
    pub(crate) fn of(item: Option<Item>) -> Result<u32> {
        let made: Option<Self> = item.map(from_item).transpose()?;
        Ok(made.unwrap_or_default().made)
    }
}

impl Store {
    /// Every unit of an organisation, oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever sees the organisation in part, but for
    /// its organisers.
    pub async fn business_units(&self, of: &OrganisationInSight) -> Result<Vec<BusinessUnit>> {
        if !of.is_whole() && !of.is_organisers() {
            return Err(Error::forbidden());
        }
        let query = Query::table(keys::business_units(of.get().id), Sort::Any);
        let most = usize::try_from(MOST_UNITS).unwrap_or(usize::MAX);
        oldest_first(self.table.query_up_to(query, most).await?)
    }

    /// Those units of an organisation that the caller sees to, oldest first: a
    /// member the ones that their profile names, everybody else all.
    ///
    /// # Errors
    /// Those of [`Store::business_units`].
    pub async fn own_business_units(&self, of: &OrganisationInSight) -> Result<Vec<BusinessUnit>> {
        let own = match of.standing() {
            Standing::Member(profile) if !profile.is_owner() => &profile.business_units,
            _ => return self.business_units(of).await,
        };
        let own: BTreeSet<_> = own.iter().copied().collect();
        let wanted = own.into_iter().map(|id| keys::business_unit(of.get().id, id)).collect();
        oldest_first(self.table.get_each(wanted).await?.into_iter().flatten())
    }

    /// What a unit of this name is to be made by, unless the same call came
    /// before.
    ///
    /// # Errors
    /// Those of [`Store::managed_organisation`], and [`Error::Conflict`] where
    /// the name is another unit's, the organisation has as many units as it may,
    /// or the call's key was used before.
    pub async fn plan_business_unit(
        &self,
        caller: &UserCaller,
        organisation: &str,
        name: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<UnitPlan>> {
        let beside = |of| {
            let both = [keys::business_unit_count(of), keys::business_unit_name(of, name)];
            both.into_iter().chain(idempotency.map(Idempotency::key)).collect()
        };
        let managed = self.managed_organisation_beside(caller, organisation, beside).await?;
        let (organisation, mut found) = managed;
        if let Some(call) = idempotency
            && let Replay::Same(answer) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Ok(Planned::Same(answer));
        }
        let of = organisation.get().id;
        if found.contains_key(&keys::business_unit_name(of, name)) {
            return Err(name_taken());
        }
        let made = Made::of(found.remove(&keys::business_unit_count(of)))?;
        if made >= MOST_UNITS {
            Err(too_many())
        } else {
            Ok(Planned::New(UnitPlan { organisation, made }))
        }
    }

    /// Makes a unit, or yields what the same call made meanwhile.
    ///
    /// # Errors
    /// [`Error::Conflict`] as for [`Store::plan_business_unit`], where it came
    /// to that meanwhile.
    pub async fn create_business_unit(
        &self,
        plan: &UnitPlan,
        new: &NewBusinessUnit,
        idempotency: Option<&Idempotency>,
    ) -> Result<BusinessUnit> {
        const NAME: usize = 0;
        const COUNT: usize = 1;
        let of = plan.organisation().id;
        let id = BusinessUnitId(self.ids.uuid()?);
        // Units that are made meanwhile are counted as they are met.
        let made = AtomicU32::new(plan.made);
        let draw_up = |now| {
            let made = made.load(Ordering::Relaxed);
            let NewBusinessUnit { name, kind, business } = new.clone();
            let unit = BusinessUnit {
                id,
                organisation_id: of,
                name,
                kind,
                ordinal: made + 1,
                business,
                version: 0,
                created_at: now,
            };
            let owner = to_item(
                patterns::BUSINESS_UNIT_OWNER,
                keys::business_unit_owner(id),
                &UnitOwner { organisation_id: of },
            )?;
            let writes = vec![
                self.table.put_new(name_item(of, &unit.name, id)?)?,
                self.counted(of, made)?,
                self.table.put_new(owner)?,
                self.table.put_new(unit_item(&unit)?)?,
            ];
            Ok((writes, serde_json::to_string(&unit).map_err(Error::internal)?))
        };
        let refusal = |Cancelled { at, item }| match at {
            Some(NAME) => Ok(Some(name_taken())),
            Some(COUNT) => {
                let now = Made::of(item)?;
                made.store(now, Ordering::Relaxed);
                Ok((now >= MOST_UNITS).then(too_many))
            }
            _ => Ok(None),
        };
        let answer = self.write_once_unless(idempotency, draw_up, refusal).await?;
        unit_as_answered(&answer)
    }

    /// The part of a transaction that counts one more unit than were made.
    fn counted(&self, of: OrganisationId, made: u32) -> Result<TransactWriteItem> {
        let key = keys::business_unit_count(of);
        let item = to_item(patterns::BUSINESS_UNIT_COUNT, key, &Made { made: made + 1 })?;
        let before = AttributeValue::N(made.to_string());
        let condition = match made {
            0 => Condition::is_new(),
            _ => Condition::with("made = :made").value(":made", before),
        };
        self.table.put_if(item, condition)
    }

    /// Gives a unit another name, another business, or both; its version is that
    /// which the handle was got at.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the name is another unit's, or the unit was
    /// changed meanwhile.
    pub async fn change_business_unit(
        &self,
        managed: &ManagedUnit,
        name: Option<String>,
        business: Option<Business>,
    ) -> Result<BusinessUnit> {
        let before = managed.get();
        let mut unit = before.clone();
        unit.name = name.unwrap_or(unit.name);
        unit.business = business.or(unit.business);
        if unit == *before {
            return Ok(unit);
        }
        unit.version += 1;
        let (id, of) = (unit.id, unit.organisation_id);
        let at_version = Condition::version(before.version);
        let mut writes = vec![self.table.put_if(unit_item(&unit)?, at_version)?];
        let mut refusals = vec![being_changed()];
        let old = keys::business_unit_name(of, &before.name);
        if keys::business_unit_name(of, &unit.name) != old {
            writes.push(self.table.put_new(name_item(of, &unit.name, id)?)?);
            writes.push(self.table.delete_if(&old, Condition::is_there())?);
            refusals.extend([name_taken(), being_changed()]);
        }
        let draw_up = |_| Ok((writes.clone(), String::new()));
        let refusal = by_place(|at| refusals.get(at).cloned());
        self.write_once_unless(None, draw_up, refusal).await?;
        Ok(unit)
    }
}

/// A unit that an earlier call made, as it was answered.
///
/// # Errors
/// Where it is none.
pub fn unit_as_answered(answer: &str) -> Result<BusinessUnit> {
    serde_json::from_str(answer).map_err(Error::internal)
}

/// Units made in the same moment are in no order by their identifiers.
fn oldest_first(items: impl IntoIterator<Item = Item>) -> Result<Vec<BusinessUnit>> {
    let units: Result<Vec<BusinessUnit>> = items.into_iter().map(from_item).collect();
    let mut units = units?;
    units.sort_by_key(|unit| unit.ordinal);
    Ok(units)
}

fn unit_item(unit: &BusinessUnit) -> Result<Item> {
    let key = keys::business_unit(unit.organisation_id, unit.id);
    to_item(patterns::BUSINESS_UNIT, key, unit)
}

fn name_item(of: OrganisationId, name: &str, unit_id: BusinessUnitId) -> Result<Item> {
    to_item(patterns::NAME, keys::business_unit_name(of, name), &NameOf { unit_id })
}

fn name_taken() -> Error {
    let message = "The organisation has a business unit of this name.".to_owned();
    Error::Conflict { code: "name_taken", message }
}

pub(crate) fn too_many() -> Error {
    let message = format!("An organisation has at most {MOST_UNITS} business units.");
    Error::Conflict { code: "too_many_business_units", message }
}

fn being_changed() -> Error {
    let message = "The business unit is being changed by others; try again.".to_owned();
    Error::Conflict { code: "busy", message }
}
