//! What users and organisations consist of, as callers say it. In all of it null
//! is as good as nothing.

use attesta_model::{
    Address, Assurance, AssuranceScheme, Billing, Business, Company, Coordinates, DocumentRef,
    Email, HomeCountry, Location, Module, Number, Period, Phone, Price, Reason, SettlementContact,
    Sqc,
};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::{Field, Fields, FromFields, Text};

/// Texts that are names of something.
const NAME: usize = 200;
/// Texts that say something, and addresses of the web.
const PROSE: usize = 2_000;

/// Names the shapes that bodies have.
macro_rules! shapes {
    ($($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$about])*
        #[derive(Debug, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[expect(dead_code, reason = "the shape of a part of a body, which is read as the domain's")]
        pub struct $name { $($(#[$field_about])* $field: Option<$type>,)+ }
    )+};
}

shapes! {
    /// A postal address.
    AddressInput {
        name: String,
        line1: String,
        line2: String,
        line3: String,
        city: String,
        region: String,
        #[serde(rename = "regionISO")]
        region_iso: String,
        postcode: String,
        country_name: String,
        #[serde(rename = "countryISO")]
        country_iso: super::Country,
    }
    /// A point on the map.
    CoordinatesInput { lat: f64, lon: f64, }
    /// Where something is.
    LocationInput {
        what3words: String,
        address: AddressInput,
        coordinates: CoordinatesInput,
    }
    /// What Scottish Quality Crops knows.
    SqcInput { number: String, is_assured: bool, }
    /// That somebody vouches for a company.
    AssuranceInput { id: String, r#type: String, body: super::AssuranceScheme, }
    /// Where a document is.
    DocumentRefInput { id: String, url: String, }
    /// A company.
    CompanyInput {
        assurances: Vec<AssuranceInput>,
        id: String,
        bio: String,
        website: String,
        holding_number: String,
        sqc: SqcInput,
        assurance_scheme: super::AssuranceScheme,
        number: String,
        sales_tax_id: String,
        logo: DocumentRefInput,
    }
    /// What a unit does business as.
    BusinessInput {
        location: LocationInput,
        name: String,
        phone_number: String,
        email: String,
        location_tag: String,
        management_tag: String,
        holding_number: String,
        sqc: SqcInput,
        assurance_scheme: super::AssuranceScheme,
    }
    /// An amount of money.
    PriceInput { amount: f64, currency: String, }
    /// What somebody is billed.
    BillingInput { amount: f64, currency: String, period: super::Period, }
    /// A part of the platform.
    ModuleInput { id: String, name: String, price: PriceInput, }
    /// Who sees to the settlement of bills.
    SettlementContactInput { name: String, email: String, }
    /// Somebody to turn to.
    ContactDetailsInput { phone: String, email: String, family_name: String, given_name: String, }
    /// Somebody to turn to, who may be known.
    OwnerContactInput {
        id: String,
        given_name: String,
        family_name: String,
        email: String,
        phone: String,
    }
}

/// A country, as documents say that bodies name it.
#[derive(Debug)]
pub struct CountryCode<const HAS_DEFAULT: bool>;

impl<const HAS_DEFAULT: bool> PartialSchema for CountryCode<HAS_DEFAULT> {
    fn schema() -> RefOr<Schema> {
        let code = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(HomeCountry::ALL.map(HomeCountry::code)))
            .min_length(Some(2))
            .max_length(Some(2));
        code.default(HAS_DEFAULT.then(|| Value::from(HomeCountry::Gb.code()))).into()
    }
}

impl<const HAS_DEFAULT: bool> ToSchema for CountryCode<HAS_DEFAULT> {}

/// Somebody to turn to, as callers name them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NamedContact {
    /// Which user it is, where that is known.
    pub id: Option<String>,
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
    /// Their e-mail address.
    pub email: Option<Email>,
    /// Their telephone number.
    pub phone: Option<Phone>,
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for NamedContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NamedContact")
    }
}

/// A text that may be absent or null, which are the same.
pub fn text<const MAX: usize>(fields: &mut Fields, name: &str) -> Option<String> {
    fields.nullable::<Text<MAX>>(name).flatten().map(|text| text.0)
}

impl FromFields for Address {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            name: text::<NAME>(fields, "name"),
            line1: text::<NAME>(fields, "line1"),
            line2: text::<NAME>(fields, "line2"),
            line3: text::<NAME>(fields, "line3"),
            city: text::<NAME>(fields, "city"),
            region: text::<NAME>(fields, "region"),
            region_iso: fields.nullable::<RegionIso>("regionISO").flatten().map(|code| code.0),
            postcode: text::<20>(fields, "postcode"),
            country_name: text::<NAME>(fields, "countryName"),
            country: fields.nullable("countryISO").flatten(),
        })
    }
}

impl FromFields for Coordinates {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { lat: degrees(fields, "lat", 90.0), lon: degrees(fields, "lon", 180.0) })
    }
}

fn degrees(fields: &mut Fields, name: &str, most: f64) -> Option<f64> {
    let degrees = fields.nullable::<crate::Number>(name).flatten()?.0;
    if degrees.abs() <= most {
        return Some(degrees);
    }
    fields.problem(name, Reason::Rule(format!("must be between -{most} and {most} degrees")));
    None
}

impl FromFields for Location {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            what3words: text::<NAME>(fields, "what3words"),
            address: fields.object("address"),
            coordinates: fields.object("coordinates"),
        })
    }
}

impl FromFields for Sqc {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let number = text::<50>(fields, "number");
        Some(Self { number, is_assured: fields.nullable("isAssured").flatten() })
    }
}

impl FromFields for Assurance {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            id: text::<NAME>(fields, "id"),
            r#type: text::<NAME>(fields, "type"),
            body: fields.nullable("body").flatten(),
        })
    }
}

impl FromFields for DocumentRef {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { id: text::<NAME>(fields, "id"), url: text::<PROSE>(fields, "url") })
    }
}

impl FromFields for Company {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        const MOST_ASSURANCES: usize = 50;
        Some(Self {
            assurances: fields.objects("assurances", MOST_ASSURANCES).unwrap_or_default(),
            id: text::<NAME>(fields, "id"),
            bio: text::<PROSE>(fields, "bio"),
            website: text::<PROSE>(fields, "website"),
            holding_number: text::<50>(fields, "holdingNumber"),
            sqc: fields.object("sqc"),
            assurance_scheme: fields.nullable("assuranceScheme").flatten(),
            number: text::<50>(fields, "number"),
            sales_tax_id: text::<50>(fields, "salesTaxId"),
            inventory_types: Vec::new(),
            logo: fields.object("logo"),
        })
    }
}

impl FromFields for Business {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.nullable::<Email>("email").flatten();
        Some(Self {
            location: fields.object("location"),
            name: text::<NAME>(fields, "name"),
            phone: fields.nullable::<Phone>("phoneNumber").flatten().map(|phone| phone.to_string()),
            email: email.map(|email| email.as_str().to_owned()),
            location_tag: text::<100>(fields, "locationTag"),
            management_tag: text::<100>(fields, "managementTag"),
            holding_number: text::<50>(fields, "holdingNumber"),
            sqc: fields.object("sqc"),
            assurance_scheme: fields.nullable("assuranceScheme").flatten(),
            assurance: None,
        })
    }
}

impl FromFields for Price {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let amount = amount(fields, "amount");
        Some(Self { amount, currency: text::<3>(fields, "currency") })
    }
}

impl FromFields for Billing {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            amount: amount(fields, "amount"),
            currency: text::<3>(fields, "currency"),
            period: fields.nullable("period").flatten(),
        })
    }
}

/// An amount of money, to the last digit that was written.
fn amount(fields: &mut Fields, name: &str) -> Option<Number> {
    if !fields.has(name) {
        let _ = fields.raw(name);
        return None;
    }
    let amount: Number = fields.decimal(name)?.into();
    if amount.is_negative() {
        fields.problem(name, Reason::Rule("must not be below 0".to_owned()));
        return None;
    }
    Some(amount)
}

impl FromFields for Module {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let id = fields.required::<Text<50>>("id");
        let name = text::<NAME>(fields, "name");
        let price = fields.object("price");
        Some(Self { id: id?.0, name, price })
    }
}

impl FromFields for SettlementContact {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = text::<NAME>(fields, "name");
        let email = fields.nullable::<Email>("email").flatten();
        Some(Self { name, email: email.map(|email| email.as_str().to_owned()) })
    }
}

impl FromFields for NamedContact {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            id: text::<NAME>(fields, "id"),
            given_name: text::<128>(fields, "givenName"),
            family_name: text::<128>(fields, "familyName"),
            email: fields.nullable("email").flatten(),
            phone: fields.nullable("phone").flatten(),
        })
    }
}

/// A unit's name: of up to 200 characters, and not all blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName(pub String);

impl Field for UnitName {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let Text(name) = Text::<200>::from_value(value)?;
        let name = name.trim();
        if name.is_empty() { Err(Reason::Blank) } else { Ok(Self(name.to_owned())) }
    }
}

/// A region, by ISO 3166-2: `GB-ENG`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionIso(pub String);

impl RegionIso {
    /// A region's code, in either letter case.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let code = code.trim().to_uppercase();
        let (country, part) = code.split_once('-')?;
        let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        let is_part =
            (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_country && is_part).then_some(Self(code))
    }
}

impl Field for RegionIso {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let rule = || Reason::Rule("must be a region by ISO 3166-2, as GB-ENG".to_owned());
        Self::of(&String::from_value(value)?).ok_or_else(rule)
    }
}

/// A status by its name.
#[must_use]
pub fn status_of(name: &str) -> Option<attesta_model::Status> {
    use attesta_model::Status::{Active, Deleted, Inactive, Pending, Verified};
    match name {
        "active" => Some(Active),
        "inactive" => Some(Inactive),
        "pending" => Some(Pending),
        "verified" => Some(Verified),
        "deleted" => Some(Deleted),
        _ => None,
    }
}

/// Reads one of some names.
macro_rules! named {
    ($($name:ty: $of:expr;)+) => {$(
        impl Field for $name {
            fn from_value(value: Value) -> Result<Self, Reason> {
                let text = String::from_value(value)?;
                let of: fn(&str) -> Option<Self> = $of;
                of(&text).ok_or(Reason::NotAChoice(text))
            }
        }
    )+};
}

named! {
    HomeCountry: HomeCountry::of;
    attesta_model::Relationship: attesta_model::Relationship::of;
    AssuranceScheme: |text| match text {
        "RT" => Some(AssuranceScheme::Rt),
        "SQC" => Some(AssuranceScheme::Sqc),
        _ => None,
    };
    Period: |text| (text == "month").then_some(Period::Month);
    attesta_model::Status: status_of;
    attesta_model::BusinessUnitKind: |text| Some(match text {
        "farm" => attesta_model::BusinessUnitKind::Farm,
        "stores" => attesta_model::BusinessUnitKind::Stores,
        "region" => attesta_model::BusinessUnitKind::Region,
        _ => return None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_country_and_a_part_of_it() {
        for (code, read) in [("GB-ENG", "GB-ENG"), ("fr-75", "FR-75"), (" za-wc ", "ZA-WC")] {
            assert_eq!(RegionIso::of(code), Some(RegionIso(read.to_owned())), "{code}");
        }
        for bad in ["GB", "GB-", "-ENG", "GBR-ENG", "GB-ENGL", "G1-ENG", "GB ENG"] {
            assert_eq!(RegionIso::of(bad), None, "{bad}");
        }
    }
}
