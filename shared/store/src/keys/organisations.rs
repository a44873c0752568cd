//! Organisations, their units, and whom they deal with.

use super::*;

/// An organisation.
#[must_use]
pub fn organisation(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "ORGANISATION")
}

/// Where an organisation is paid in advance.
#[must_use]
pub fn advance_pay(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "ADVANCE_PAY")
}

/// Whose a name in a country is. Letter case and blanks make no other of it.
#[must_use]
pub fn organisation_name(country: HomeCountry, text: &str) -> Key {
    name("organisation", "name", &format!("{} {}", country.code(), folded(text)))
}

/// Whose a company number is.
#[must_use]
pub fn company_number(number: &str) -> Key {
    name("organisation", "number", &folded(number))
}

/// The partition of an organisation's units.
#[must_use]
pub fn business_units(organisation: OrganisationId) -> String {
    format!("ORGANISATION#{organisation}#UNITS")
}

/// A unit of an organisation.
#[must_use]
pub fn business_unit(organisation: OrganisationId, id: BusinessUnitId) -> Key {
    Key::new(business_units(organisation), format!("UNIT#{id}"))
}

/// Whose a unit is.
#[must_use]
pub fn business_unit_owner(id: BusinessUnitId) -> Key {
    Key::new(format!("UNIT#{id}"), "UNIT")
}

/// How many units an organisation has.
#[must_use]
pub fn business_unit_count(organisation: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{organisation}"), "UNITS")
}

/// Which of an organisation's units has a name.
#[must_use]
pub fn business_unit_name(organisation: OrganisationId, text: &str) -> Key {
    let text = escape(&folded(text));
    Key::new(format!("ORGANISATION#{organisation}#UNIT_NAME#{text}"), "NAME")
}

/// The partition of those whom an organisation deals with.
#[must_use]
pub fn connections(organisation: OrganisationId) -> String {
    format!("ORGANISATION#{organisation}#CONNECTIONS")
}

/// That an organisation deals with another.
#[must_use]
pub fn connection(organisation: OrganisationId, other: OrganisationId) -> Key {
    Key::new(connections(organisation), format!("CONNECTION#{other}"))
}

/// The partition of those who have an e-mail address in a domain.
#[must_use]
pub fn mail_domain(domain: &str) -> String {
    format!("MAIL_DOMAIN#{}", escape(domain))
}

/// Somebody of an organisation who has an e-mail address in a domain.
#[must_use]
pub fn mail_domain_user(domain: &str, organisation: OrganisationId, user: UserId) -> Key {
    Key::new(mail_domain(domain), format!("ORGANISATION#{organisation}#USER#{user}"))
}

/// The index's partition of those who deal with an organisation.
#[must_use]
pub fn connected_with(other: OrganisationId) -> String {
    format!("ORGANISATION#{other}#CONNECTED_WITH")
}

/// The place of one that deals with another, among those who do.
#[must_use]
pub fn connected_in_index(organisation: OrganisationId) -> String {
    format!("ORGANISATION#{organisation}")
}

/// The index's partition of an organisation's people.
#[must_use]
pub fn people_of(organisation: OrganisationId) -> String {
    format!("ORGANISATION#{organisation}#PEOPLE")
}

/// A user's place among an organisation's people.
#[must_use]
pub fn person_in_index(user: UserId) -> String {
    user_partition(user)
}

/// An organisation's webhook.
#[must_use]
pub fn webhook(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "WEBHOOK")
}

/// What an assurance scheme answered to a query.
#[must_use]
pub fn assurance(query: &CertificateQuery) -> Key {
    let [postcode, number] =
        [query.postcode(), query.holding_number()].map(|part| escape(part.unwrap_or_default()));
    let country = escape(query.country());
    Key::new(format!("ASSURANCE#{country}#{postcode}#{number}"), "ASSURANCE")
}

/// An import of a file by a queue job.
#[must_use]
pub fn import_job(id: ImportJobId) -> Key {
    Key::new(format!("IMPORT#{id}"), "IMPORT")
}
