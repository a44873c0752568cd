//! Units that rows of an import are about.

use attesta_model::{Error, Result};

use crate::access::{ImportTarget, ManagedOrganisation, ManagedUnit};
use crate::business_units::{MOST_UNITS, Made, NameOf, UnitPlan, too_many};
use crate::table::from_item;
use crate::{Store, keys};

/// What there is of a unit that a row names.
#[derive(Debug)]
pub enum ImportedUnit {
    /// Nothing: it is to be made.
    New(Box<UnitPlan>),
    /// It is there.
    Known(Box<ManagedUnit>),
}

impl Store {
    /// The unit of the organisation that is imported into by its name, in one
    /// round, or two where it is there.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the import is into no organisation, or that is
    /// deleted by now; [`Error::Conflict`] where it has as many units as it may.
    pub async fn unit_to_import(&self, target: &ImportTarget, name: &str) -> Result<ImportedUnit> {
        let of = target.organisation_id().ok_or_else(Error::not_found)?;
        let wanted = [
            keys::organisation(of),
            keys::business_unit_count(of),
            keys::business_unit_name(of, name),
        ];
        let [organisation, made, named] = self.table.get_many(wanted).await?;
        let organisation = from_item(organisation.ok_or_else(Error::not_found)?)?;
        let organisation = ManagedOrganisation::of_import(target, organisation)?;
        let Some(named) = named else {
            let made = Made::of(made)?;
            if made >= MOST_UNITS {
                return Err(too_many());
            }
            return Ok(ImportedUnit::New(Box::new(UnitPlan { organisation, made })));
        };
        let NameOf { unit_id } = from_item(named)?;
        let [unit] = self.table.get_many([keys::business_unit(of, unit_id)]).await?;
        let unit = from_item(unit.ok_or_else(Error::not_found)?)?;
        Ok(ImportedUnit::Known(Box::new(ManagedUnit::imported(unit, organisation))))
    }
}
