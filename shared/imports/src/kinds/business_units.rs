//! The business units of an organisation.

use std::sync::{Arc, Mutex, PoisonError};

use attesta_assurance::RedTractor;
use attesta_model::{
    Business, BusinessUnitKind, Error, HomeCountry, Location, OrganisationId, Result, Sqc,
};
use attesta_store::access::{ImportTarget, Importers, ManagedUnit};
use attesta_store::{ImportedUnit, NewBusinessUnit, Store, UnitPlan, keys};
use attesta_wire::customer::inputs::UnitName;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{NAME, address, email, phone, text};
use crate::{About, Applied, Cells, Column, Kind};

/// So long a service that was down is not asked again: rows wait for each other.
const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(1);
const UNVOUCHED: &str =
    "Red Tractor can't be asked just now: import the row again to have its certificate.";

/// Units, found again by their names: one that is there gets what the row says,
/// and keeps what it leaves blank.
#[derive(Debug, Clone)]
pub struct BusinessUnits {
    store: Store,
    red_tractor: RedTractor,
    /// Units are made one after the other, for they are counted; this is how many
    /// the last organisation had then.
    made: Arc<tokio::sync::Mutex<Option<(OrganisationId, u32)>>>,
    /// When the service was found to be down.
    down: Arc<Mutex<Option<Timestamp>>>,
}

/// A unit as a row has it.
#[derive(Debug)]
pub struct Row {
    name: String,
    kind: BusinessUnitKind,
    business: Option<Business>,
}

impl BusinessUnits {
    /// Over a table, with who vouches for farms.
    #[must_use]
    pub fn new(store: Store, red_tractor: RedTractor) -> Self {
        Self { store, red_tractor, made: Arc::default(), down: Arc::default() }
    }

    async fn make(&self, plan: UnitPlan, row: Row) -> Result<Applied> {
        let Row { name, kind, business } = row;
        let organisation = plan.organisation();
        let (of, home) = (organisation.id, organisation.country);
        let mut messages = vec!["The business unit was made.".to_owned()];
        let business = match business {
            None => None,
            Some(business) => {
                let (business, is_vouched) = self.vouched(business, home).await;
                messages.extend((!is_vouched).then(|| UNVOUCHED.to_owned()));
                Some(business)
            }
        };
        let mut made = self.made.lock().await;
        let plan = match *made {
            Some((last, made)) if last == of => plan.after(made),
            _ => plan,
        };
        let new = NewBusinessUnit { name, kind, business };
        let unit = self.store.create_business_unit(&plan, &new, None).await?;
        *made = Some((of, unit.ordinal));
        Ok(Applied { id: Some(unit.id.to_string()), messages })
    }

    async fn change(&self, known: &ManagedUnit, row: Row) -> Result<Applied> {
        let before = known.get();
        if row.kind != before.kind {
            let kind = before.kind.name();
            let message = format!("The organisation has a unit of this name, of the type {kind}.");
            return Err(Error::Conflict { code: "other_type", message });
        }
        let mut messages = Vec::new();
        let business = match row.business {
            None => None,
            Some(given) => {
                let old = before.business.clone().unwrap_or_default();
                let home = known.organisation().country;
                let (business, is_vouched) = self.after(old, given, home).await;
                messages.extend((!is_vouched).then(|| UNVOUCHED.to_owned()));
                Some(business)
            }
        };
        let unit = self.store.change_business_unit(known, Some(row.name), business).await?;
        let became =
            if unit == *before { "The business unit is as it was." } else { "It was changed." };
        messages.insert(0, became.to_owned());
        Ok(Applied { id: Some(unit.id.to_string()), messages })
    }

    /// What becomes of a business. Its certificate is looked up where it may be
    /// another's, or there was none.
    async fn after(&self, old: Business, given: Business, home: HomeCountry) -> (Business, bool) {
        let query = old.certificate_query(home);
        let location = match (old.location.clone(), given.location.clone()) {
            (Some(old), Some(given)) => Some(old.with(given)),
            (_, given) => given,
        };
        let after = old.with(Business { location, ..given });
        if after.certificate_query(home) == query && (query.is_none() || after.assurance.is_some())
        {
            return (after, true);
        }
        self.vouched(after, home).await
    }

    /// A business with its certificate, and whether the service could be asked.
    async fn vouched(&self, business: Business, home: HomeCountry) -> (Business, bool) {
        let now = self.store.ids().now();
        let is_down = self.down_since().is_some_and(|since| now < since + LEFT_ALONE);
        let (store, red_tractor) = (&self.store, &self.red_tractor);
        let found = if is_down {
            let known = red_tractor.known_certificate_of(store, &business, home).await;
            known.and_then(|known| known.ok_or_else(|| Error::internal("it was down just now")))
        } else {
            red_tractor.certificate_of(store, &business, home).await
        };
        match found {
            Ok(assurance) => (Business { assurance, ..business }, true),
            Err(error) => {
                if !is_down {
                    tracing::warn!(%error, "units are imported without their certificates");
                    *self.down.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
                }
                (Business { assurance: None, ..business }, false)
            }
        }
    }

    fn down_since(&self) -> Option<Timestamp> {
        *self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kind for BusinessUnits {
    type Row = Row;

    const NAME: &'static str = "business-units";
    const COLUMNS: &'static [Column] = COLUMNS;
    const IMPORTERS: Importers = Importers::StaffAndOwners;
    const INTO_ORGANISATION: bool = true;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Row> {
        let name = cells.required::<UnitName>("name");
        let kind = cells.required::<BusinessUnitKind>("type");
        let business = Some(business(cells)).filter(|business| *business != Business::default());
        let refusal = kind.filter(|_| business.is_some()).and_then(BusinessUnitKind::refusal);
        if let Some(refusal) = refusal {
            cells.problem("business", &refusal);
        }
        Some(Row { name: name?.0, kind: kind?, business })
    }

    fn about(&self, row: &Row) -> About {
        About { summary: Some(row.kind.name().to_owned()), reference: Some(row.name.clone()) }
    }

    fn changes(&self, row: &Row) -> Option<String> {
        // As the table tells names apart, whichever organisation's they are.
        Some(keys::business_unit_name(OrganisationId(Uuid::nil()), &row.name).pk)
    }

    async fn apply(&self, target: &ImportTarget, row: Row) -> Result<Applied> {
        match self.store.unit_to_import(target, &row.name).await? {
            ImportedUnit::New(plan) => self.make(*plan, row).await,
            ImportedUnit::Known(known) => self.change(&known, row).await,
        }
    }
}

fn business(cells: &mut Cells<'_>) -> Business {
    let number = text::<50>(cells, "sqcNumber");
    let sqc = Sqc { number, is_assured: cells.flag("sqcAssured").flatten() };
    let country = cells.optional("countryISO").flatten();
    let location = Location {
        what3words: text::<NAME>(cells, "what3words"),
        address: address(cells, country),
        coordinates: None,
    };
    Business {
        location: Some(location).filter(|location| *location != Location::default()),
        name: text::<NAME>(cells, "businessName"),
        phone: phone(cells, "phone"),
        email: email(cells, "email"),
        location_tag: text::<100>(cells, "locationTag"),
        management_tag: text::<100>(cells, "managementTag"),
        holding_number: text::<50>(cells, "holdingNumber"),
        sqc: Some(sqc).filter(|sqc| *sqc != Sqc::default()),
        assurance_scheme: cells.optional("assuranceScheme").flatten(),
        assurance: None,
    }
}

const COLUMNS: &[Column] = &[
    Column {
        name: "name",
        required: true,
        description: "What the organisation calls the unit; one that is known is changed",
        example: "Long Acre",
    },
    Column {
        name: "type",
        required: true,
        description: "farm, stores or region; it stays what it is",
        example: "farm",
    },
    Column {
        name: "businessName",
        required: false,
        description: "What it does business as; a region has no business, and nothing below",
        example: "Long Acre Farm",
    },
    Column {
        name: "phone",
        required: false,
        description: "Its telephone number, from + and the calling code on",
        example: "+441865270000",
    },
    Column {
        name: "email",
        required: false,
        description: "Its e-mail address",
        example: "farm@example.com",
    },
    Column {
        name: "locationTag",
        required: false,
        description: "What it is marked with by where it is",
        example: "South",
    },
    Column {
        name: "managementTag",
        required: false,
        description: "What it is marked with by who manages it",
        example: "Ada",
    },
    Column {
        name: "holdingNumber",
        required: false,
        description: "The number of its holding, by which its certificate is looked up",
        example: "12/345/6789",
    },
    Column {
        name: "assuranceScheme",
        required: false,
        description: "The scheme that it is under: RT or SQC",
        example: "RT",
    },
    Column {
        name: "sqcNumber",
        required: false,
        description: "Its number with Scottish Quality Crops",
        example: "",
    },
    Column {
        name: "sqcAssured",
        required: false,
        description: "Whether they assure it: yes or no",
        example: "",
    },
    Column {
        name: "line1",
        required: false,
        description: "First line of the address",
        example: "Long Lane",
    },
    Column { name: "line2", required: false, description: "Second line of it", example: "" },
    Column { name: "line3", required: false, description: "Third line of it", example: "" },
    Column { name: "city", required: false, description: "Its city", example: "Oxford" },
    Column {
        name: "region",
        required: false,
        description: "Its region's name",
        example: "Oxfordshire",
    },
    Column {
        name: "regionISO",
        required: false,
        description: "The region, by ISO 3166-2",
        example: "GB-OXF",
    },
    Column { name: "postcode", required: false, description: "Its postcode", example: "OX1 1AA" },
    Column {
        name: "countryISO",
        required: false,
        description: "The address's country: GB, US, ZA or FR; the organisation's if blank",
        example: "GB",
    },
    Column {
        name: "what3words",
        required: false,
        description: "Where it is, in three words",
        example: "",
    },
];
