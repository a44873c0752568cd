//! Business units and what they do business as, as callers see them.

use attesta_model as model;
use serde::Serialize;
use utoipa::ToSchema;

use super::Certificate;
use super::answer::answer;
use super::parts::{AssuranceScheme, BusinessUnitSummary, Location, Phone, Sqc};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BusinessUnitType {
    /// A farm.
    Farm,
    /// Stores.
    Stores,
    /// A region, which has no business of its own.
    Region,
}

answer! {
    /// What a unit does business as, and who vouches for it.
    Business {
        /// Its identifier, which is its unit's.
        id: String,
        /// The unit.
        business_unit_id: Option<String>,
        /// The organisation that the unit belongs to.
        organisation_id: Option<String>,
        /// Where it is.
        location: Option<Location>,
        /// Its name.
        business_name: Option<String>,
        /// The same.
        name: Option<String>,
        /// Its telephone number.
        phone: Option<Phone>,
        /// Its e-mail address.
        email: Option<String>,
        /// What it is marked with, in all.
        tags: Option<Vec<String>>,
        /// What it is marked with by where it is.
        location_tag: Option<String>,
        /// What it is marked with by who manages it.
        management_tag: Option<String>,
        /// The scheme that it is under.
        assurance_scheme: Option<AssuranceScheme>,
        /// The number of its holding.
        holding_number: Option<String>,
        /// What Scottish Quality Crops knows.
        sqc: Option<Sqc>,
        /// The certificate that was found for it.
        assurance: Option<Certificate>,
    }

    /// A business unit.
    BusinessUnit {
        /// Its place among the organisation's units, the oldest being 1.
        ordinal: Option<f64>,
        /// Its identifier.
        id: String,
        /// Its name.
        name: Option<String>,
        /// What it is.
        r#type: Option<BusinessUnitType>,
        /// What it is marked with.
        tags: Option<Vec<String>>,
        /// What it does business as; null for a region.
        business: Option<Business>,
        /// How many stores it has, where that is known.
        store_count: Option<f64>,
        /// How many fields it has, where that is known.
        field_count: Option<f64>,
    }

    /// The marks of one sort.
    TagGroup {
        /// What they mark a unit by: `location`, `management`.
        name: Option<String>,
        /// The marks.
        tags: Option<Vec<String>>,
    }
}

impl From<model::BusinessUnitKind> for BusinessUnitType {
    fn from(kind: model::BusinessUnitKind) -> Self {
        match kind {
            model::BusinessUnitKind::Farm => Self::Farm,
            model::BusinessUnitKind::Stores => Self::Stores,
            model::BusinessUnitKind::Region => Self::Region,
        }
    }
}

impl Business {
    /// What a unit does business as, if it does.
    #[must_use]
    pub fn of(unit: &model::BusinessUnit) -> Option<Self> {
        let business = unit.business.clone()?;
        Some(Self {
            id: unit.id.to_string(),
            business_unit_id: Some(unit.id.to_string()),
            organisation_id: Some(unit.organisation_id.to_string()),
            tags: Some(business.tags()),
            location: business.location.map(Location::from),
            business_name: business.name.clone(),
            name: business.name,
            phone: business.phone.as_deref().map(Phone::of),
            email: business.email,
            location_tag: business.location_tag,
            management_tag: business.management_tag,
            assurance_scheme: business.assurance_scheme.map(AssuranceScheme::from),
            holding_number: business.holding_number,
            sqc: business.sqc.map(Sqc::from),
            assurance: business.assurance.as_ref().map(Certificate::from),
        })
    }
}

impl From<&model::BusinessUnit> for BusinessUnit {
    fn from(unit: &model::BusinessUnit) -> Self {
        Self {
            ordinal: Some(f64::from(unit.ordinal)),
            id: unit.id.to_string(),
            name: Some(unit.name.clone()),
            r#type: Some(unit.kind.into()),
            tags: Some(tags(unit)),
            business: Business::of(unit),
            store_count: None,
            field_count: None,
        }
    }
}

impl From<&model::BusinessUnit> for BusinessUnitSummary {
    fn from(unit: &model::BusinessUnit) -> Self {
        let business = unit.business.as_ref();
        let address = business.and_then(|one| one.location.as_ref()?.address.as_ref());
        Self {
            id: unit.id.to_string(),
            name: Some(unit.name.clone()),
            r#type: Some(unit.kind.name().to_owned()),
            business: business.and_then(|one| one.name.clone()),
            region: address.and_then(|address| address.region.clone()),
            tags: Some(tags(unit)),
        }
    }
}

fn tags(unit: &model::BusinessUnit) -> Vec<String> {
    unit.business.as_ref().map(model::Business::tags).unwrap_or_default()
}

impl TagGroup {
    /// The marks that units have, by what they mark them by.
    #[must_use]
    pub fn of(units: &[model::BusinessUnit]) -> Vec<Self> {
        let group = |name: &str, tag: fn(&model::Business) -> Option<&String>| {
            let mut tags: Vec<_> =
                units.iter().filter_map(|unit| tag(unit.business.as_ref()?).cloned()).collect();
            tags.sort();
            tags.dedup();
            Self { name: Some(name.to_owned()), tags: Some(tags) }
        };
        vec![
            group("location", |business| business.location_tag.as_ref()),
            group("management", |business| business.management_tag.as_ref()),
        ]
    }
}
