//! The units of organisations.

use attesta_model::{BusinessUnit, Result};

use crate::access::OrganisationInSight;
use crate::table::{Query, Sort, from_item};
use crate::{Store, keys};

impl Store {
    /// Every unit of an organisation, oldest first.
    ///
    /// # Errors
    /// [`attesta_model::Error::Forbidden`] for whoever sees the organisation in
    /// part.
    pub async fn business_units(&self, of: &OrganisationInSight) -> Result<Vec<BusinessUnit>> {
        let of = of.clone().whole()?.get().id;
        let query = Query::table(keys::business_units(of), Sort::Any);
        self.table.query_all(query).await?.into_iter().map(from_item).collect()
    }
}
