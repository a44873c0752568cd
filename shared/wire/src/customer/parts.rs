//! What users and organisations consist of, as callers see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::answer;

/// Where a user or an organisation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// In use.
    Active,
    /// Switched off.
    Inactive,
    /// Made, not yet in use.
    Pending,
    /// In use, and checked by staff.
    Verified,
    /// Gone, kept for the record.
    Deleted,
}

impl From<attesta_model::Status> for Status {
    fn from(status: attesta_model::Status) -> Self {
        match status {
            attesta_model::Status::Active => Self::Active,
            attesta_model::Status::Inactive => Self::Inactive,
            attesta_model::Status::Pending => Self::Pending,
            attesta_model::Status::Verified => Self::Verified,
            attesta_model::Status::Deleted => Self::Deleted,
        }
    }
}

/// The countries that organisations and users may be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = CountryISO)]
pub enum Country {
    /// The United Kingdom.
    Gb,
    /// The United States of America.
    Us,
    /// South Africa.
    Za,
    /// France.
    Fr,
}

/// The schemes that assure farms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssuranceScheme {
    /// Red Tractor.
    Rt,
    /// Scottish Quality Crops.
    Sqc,
}

/// How often something is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Period {
    /// Each month.
    Month,
}

answer! {
    /// A telephone number.
    Phone {
        /// Its country's calling code: `44`.
        calling_code: Option<String>,
        /// The rest of it.
        number: Option<String>,
    }

    /// Somebody to turn to.
    Contact {
        /// Their given name.
        given_name: Option<String>,
        /// Their family name.
        family_name: Option<String>,
        /// Their telephone number.
        phone: Option<Phone>,
        /// Their e-mail address.
        email: Option<String>,
        /// Which user it is.
        id: String,
        /// The same, as the user pool knows them.
        auth_platform_id: Option<String>,
    }

    /// Who owns an organisation.
    OwnerContact {
        /// Which user it is.
        id: String,
        /// Their e-mail address.
        email: Option<String>,
        /// Their family name.
        family_name: Option<String>,
        /// Their given name.
        given_name: Option<String>,
        /// Their telephone number.
        phone: Option<Phone>,
    }

    /// Who sees to the settlement of bills.
    SettlementContact {
        /// Their name.
        name: Option<String>,
        /// Their e-mail address.
        email: Option<String>,
    }

    /// A postal address.
    Address {
        /// Whose it is.
        name: Option<String>,
        /// Its first line.
        line1: Option<String>,
        /// Its second line.
        line2: Option<String>,
        /// Its third line.
        line3: Option<String>,
        /// The city.
        city: Option<String>,
        /// The region's name.
        region: Option<String>,
        /// The region, by ISO 3166-2.
        #[serde(rename = "regionISO")]
        region_iso: Option<String>,
        /// The postcode.
        postcode: Option<String>,
        /// The country's name.
        country_name: Option<String>,
        /// The country, by ISO 3166-1.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
    }

    /// A point on the map, in degrees.
    Coordinates {
        /// Its latitude.
        lat: Option<f64>,
        /// Its longitude.
        lon: Option<f64>,
    }

    /// Where something is.
    Location {
        /// In three words.
        what3words: Option<String>,
        /// By its address.
        address: Option<Address>,
        /// On the map.
        coordinates: Option<Coordinates>,
    }

    /// A document that is kept.
    Document {
        /// Its name.
        name: Option<String>,
        /// Its identifier.
        id: Option<String>,
        /// Where it is.
        url: Option<String>,
        /// Who brought it.
        user_name: Option<String>,
        /// When it came.
        #[serde(rename = "createdAtUTC")]
        created_at_utc: Option<String>,
    }

    /// Where a document is.
    DocumentRef {
        /// Its identifier.
        id: Option<String>,
        /// Where it is.
        url: Option<String>,
    }

    /// That somebody vouches for a farm.
    Assurance {
        /// Its number.
        id: Option<String>,
        /// What for.
        r#type: Option<String>,
        /// Under which scheme.
        body: Option<AssuranceScheme>,
    }

    /// What Scottish Quality Crops knows.
    Sqc {
        /// The number there.
        number: Option<String>,
        /// Whether it vouches.
        is_assured: Option<bool>,
    }

    /// A company.
    Company {
        /// Who vouches for it.
        assurances: Option<Vec<Assurance>>,
        /// Its identifier.
        id: String,
        /// What it says about itself.
        bio: Option<String>,
        /// Its web site.
        website: Option<String>,
        /// The number of its holding.
        holding_number: Option<String>,
        /// What Scottish Quality Crops knows.
        sqc: Option<Sqc>,
        /// The scheme that it is under.
        assurance_scheme: Option<AssuranceScheme>,
        /// The number that it is registered by.
        number: Option<String>,
        /// What it is known by to the tax office.
        sales_tax_id: Option<String>,
        /// Its logo.
        logo: Option<DocumentRef>,
    }

    /// An amount of money.
    Price {
        /// How much.
        amount: Option<f64>,
        /// Of what.
        currency: Option<String>,
    }

    /// What somebody is billed.
    Billing {
        /// How much.
        amount: Option<f64>,
        /// Of what.
        currency: Option<String>,
        /// How often.
        period: Option<Period>,
    }

    /// A part of the platform that an organisation has subscribed to.
    Module {
        /// Its identifier.
        id: String,
        /// Its name.
        name: Option<String>,
        /// What it costs.
        price: Option<Price>,
    }

    /// A business unit, in short.
    BusinessUnitSummary {
        /// Its identifier.
        id: String,
        /// Its name.
        name: Option<String>,
        /// What it is: a farm, stores, a region.
        r#type: Option<String>,
        /// Its business.
        business: Option<String>,
        /// Its region.
        region: Option<String>,
        /// What it is marked with.
        tags: Option<Vec<String>>,
    }
}

impl Phone {
    /// A number in the form of E.164; as a whole where it is no country's.
    #[must_use]
    pub fn of(e164: &str) -> Self {
        match e164.parse::<attesta_model::Phone>() {
            Ok(phone) => Self {
                calling_code: Some(phone.calling_code().to_owned()),
                number: Some(phone.number().to_owned()),
            },
            Err(_) => Self { calling_code: None, number: Some(e164.to_owned()) },
        }
    }
}
