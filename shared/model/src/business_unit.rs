//! The units that an organisation consists of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AssuranceScheme, BusinessUnitId, Certificate, Location, OrganisationId, Sqc};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BusinessUnitKind {
    /// A farm.
    Farm,
    /// Stores.
    Stores,
    /// A region, which has no business of its own.
    Region,
}

/// A unit of an organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BusinessUnit {
    /// Its identifier.
    pub id: BusinessUnitId,
    /// The organisation that it belongs to.
    pub organisation_id: OrganisationId,
    /// Its name; no two units of an organisation have the same.
    pub name: String,
    /// What it is.
    pub kind: BusinessUnitKind,
    /// What it does business as; none for a region.
    #[serde(default)]
    pub business: Option<Business>,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a unit does business as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Business {
    /// Where it is.
    pub location: Option<Location>,
    /// Its name.
    pub name: Option<String>,
    /// Its telephone number, as E.164 writes it.
    pub phone: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// What it is marked with by where it is.
    pub location_tag: Option<String>,
    /// What it is marked with by who manages it.
    pub management_tag: Option<String>,
    /// The number of its holding.
    pub holding_number: Option<String>,
    /// What Scottish Quality Crops knows.
    pub sqc: Option<Sqc>,
    /// The scheme that it is under.
    pub assurance_scheme: Option<AssuranceScheme>,
    /// The certificate that was found for it.
    pub assurance: Option<Certificate>,
}

impl Business {
    /// What it is marked with.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        [&self.location_tag, &self.management_tag].into_iter().flatten().cloned().collect()
    }
}
