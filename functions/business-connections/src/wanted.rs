//! Whom an organisation would like to deal with, as its people say it.

use std::collections::HashSet;

use attesta_model::{HomeCountry, Reason, Relationship};
use attesta_store::{NewConnection as New, NewContact};
use attesta_wire::customer::inputs::{NamedContact, OwnerContactInput, text};
use attesta_wire::{Fields, FromFields};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// So many contacts may be named.
const MOST_CONTACTS: usize = 20;

/// Whom an organisation would like to deal with.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewConnection {
    /// The ID of any existing organisation that is to be connected to the calling
    /// organisation. Nothing else says which one it is then.
    id: Option<String>,
    /// Legal number associated with an incorporated business
    company_number: Option<String>,
    /// Country where the business is based, two letter code
    #[serde(rename = "countryISO")]
    #[schema(inline, default = "GB")]
    country_iso: Option<CountryCode>,
    /// Name of the business
    name: Option<String>,
    /// Type of relationship between the 2 businesses
    relationship: Option<RelationshipName>,
    /// The contact records that are to be stored against the new organisation or
    /// an existing organisation: 1 to 20, each by `id`, `email` or `phone`
    contacts: Vec<OwnerContactInput>,
}

/// A country, by a code of two letters.
#[derive(Debug)]
struct CountryCode;

impl ToSchema for CountryCode {}

impl PartialSchema for CountryCode {
    fn schema() -> RefOr<Schema> {
        let codes = HomeCountry::ALL.map(HomeCountry::code);
        let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
        code.min_length(Some(2)).max_length(Some(2)).into()
    }
}

/// What an organisation may be to another.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "the shape of a field, which is read as the domain's")]
pub(crate) enum RelationshipName {
    Trading,
    Storage,
    Carrier,
    Organiser,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(pub(crate) New);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        if !["id", "companyNumber", "name"].iter().any(|name| fields.has(name)) {
            let rule = "must be given, or else id or companyNumber".to_owned();
            fields.problem("name", Reason::Rule(rule));
        }
        let id = text::<200>(fields, "id");
        let company_number = trimmed::<50>(fields, "companyNumber");
        let country = fields.nullable::<HomeCountry>("countryISO").flatten();
        let name = trimmed::<200>(fields, "name");
        let relationship = fields.nullable::<Relationship>("relationship").flatten();
        let contacts = contacts(fields);
        let (country, contacts) = (country.unwrap_or_default(), contacts?);
        Some(Self(New { id, company_number, country, name, relationship, contacts }))
    }
}

/// A text with something in it.
fn trimmed<const MAX: usize>(fields: &mut Fields, name: &str) -> Option<String> {
    let text = text::<MAX>(fields, name)?;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        fields.problem(name, Reason::Blank);
        return None;
    }
    Some(trimmed.to_owned())
}

fn contacts(fields: &mut Fields) -> Option<Vec<NewContact>> {
    const NAME: &str = "contacts";
    if !fields.has(NAME) {
        let reason = if fields.raw(NAME).is_some() { Reason::Null } else { Reason::Required };
        fields.problem(NAME, reason);
        return None;
    }
    let contacts: Vec<NamedContact> = fields.objects(NAME, MOST_CONTACTS)?;
    if contacts.is_empty() {
        fields.problem(NAME, Reason::Blank);
    }
    let mut seen = HashSet::new();
    for (at, contact) in contacts.iter().enumerate() {
        let email = contact.email.as_ref().map(|email| email.as_str().to_lowercase());
        let phone = contact.phone.as_ref().map(ToString::to_string);
        let names: Vec<_> = [contact.id.clone(), email, phone].into_iter().flatten().collect();
        let rule = |rule: &str| Reason::Rule(rule.to_owned());
        if names.is_empty() {
            fields.problem(&format!("{NAME}.{at}"), rule("must have an id, email or phone"));
        }
        for name in names {
            if !seen.insert(name) {
                fields.problem(&format!("{NAME}.{at}"), rule("is named before"));
            }
        }
    }
    let contact = |contact: NamedContact| {
        let NamedContact { id, given_name, family_name, email, phone } = contact;
        NewContact { id, given_name, family_name, email, phone }
    };
    Some(contacts.into_iter().map(contact).collect())
}
