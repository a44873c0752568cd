//! Every key of the table, on one page.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | instrument | `INSTRUMENT#<id>` | `INSTRUMENT` |
//! | provider | `PROVIDER#<id>` | `PROVIDER` |
//! | count of a provider's results | `PROVIDER#<id>` | `COUNT#<shard>` |
//! | count of a provider's enrolments | `PROVIDER#<id>` | `ENROLMENTS#<shard>` |
//! | count of a provider's notifications | `PROVIDER#<id>` | `NOTIFICATIONS#<shard>` |
//! | a provider's notification | `PROVIDER#<id>#NOTIFICATIONS` | `NOTIFICATION#<id>` |
//! | the key of one, which is unique | `PROVIDER#<id>#KEY#<key>` | `KEY` |
//! | the list of a provider's credentials | `PROVIDER#<id>` | `CREDENTIALS` |
//! | credential | `CREDENTIAL#<id>` | `CREDENTIAL` |
//! | a name that is taken | `NAME#<kind>#<field>#<name>` | `NAME` |
//! | organisation | `ORGANISATION#<id>` | `ORGANISATION` |
//! | where it is paid in advance | `ORGANISATION#<id>` | `ADVANCE_PAY` |
//! | a unit of it | `ORGANISATION#<id>#UNITS` | `UNIT#<id>` |
//! | whose a unit is | `UNIT#<id>` | `UNIT` |
//! | which of its units has a name | `ORGANISATION#<id>#UNIT_NAME#<name>` | `NAME` |
//! | how many units it has | `ORGANISATION#<id>` | `UNITS` |
//! | another that it deals with | `ORGANISATION#<id>#CONNECTIONS` | `CONNECTION#<other>` |
//! | somebody of an organisation with an address in a domain | `MAIL_DOMAIN#<domain>` | `ORGANISATION#<id>#USER#<id>` |
//! | whose a name in a country, or a company number, is | `NAME#organisation#<field>#<name>` | `NAME` |
//! | an entry of a thing in a list | `LIST#<kind and status>#<order>#<shard>` | `<place>#<id>` |
//! | an entry under a word of it | `WORD#<kind>#<first letter>` | `<word>#<id>` |
//! | an entry for something that leads to it | `ENTRIES#<kind>#<what>#<value>` | `<id>` |
//! | a count of things by status | `COUNT#<kind>` | `<shard>` |
//! | what was last entered of a thing | `<its own>#ENTERED` | `ENTERED` |
//! | an organisation's webhook | `ORGANISATION#<id>` | `WEBHOOK` |
//! | an organisation that sells | `ORGANISATION#<id>` | `TENANT` |
//! | an organisation that sells for one | `ORGANISATION#<id>` | `RESELLER` |
//! | whose a tenant's domain is | `NAME#tenant#domain#<domain>` | `NAME` |
//! | a tenant's customer | `TENANT#<id>#CUSTOMERS` | `CUSTOMER#<id>` |
//! | what a tenant sells of a provider | `TENANT#<id>#INSTANCES` | `INSTANCE#<id>` |
//! | a reseller who sees a customer | `CUSTOMER#<id>` | `RESELLER#<reseller>` |
//! | a provider instance that a customer has | `CUSTOMER#<id>` | `INSTANCE#<reseller or nothing>#<instance>` |
//! | user | `USER#<id>` | `USER` |
//! | whose an e-mail address or telephone number is | `NAME#user#<field>#<name>` | `NAME` |
//! | API token | `API_TOKEN#<id>` | `API_TOKEN` |
//! | whose a link to sign in by is | `LINK#<id>` | `LINK` |
//! | the links that sign a user in | `USER#<id>#LINKS` | `LINKS` |
//! | a user's profile in an organisation | `USER#<id>` | `PROFILE#<organisation>` |
//! | learner | `LEARNER#<id>` | `LEARNER` |
//! | a learner's enrolment with a provider | `LEARNER#<id>` | `ENROLMENT#<provider>` |
//! | a thousand of the samples that a model was made of | `ENROLMENT#<id>#USED` | `<version>#<chunk>` |
//! | count of a learner's samples | `LEARNER#<id>#COUNTS` | `SAMPLES#<instrument>` |
//! | histogram of a learner's results | `LEARNER#<id>#COUNTS` | `RESULTS#<instrument>` |
//! | the same of one provider | `LEARNER#<id>#COUNTS` | `RESULTS#<instrument>#<provider>` |
//! | sample | `SAMPLE#<id>` | `SAMPLE` |
//! | a provider's validation of it | `SAMPLE#<id>` | `VALIDATION#<provider>` |
//! | verification request | `REQUEST#<id>` | `REQUEST` |
//! | a provider's result of it | `REQUEST#<id>` | `RESULT#<provider>` |
//! | remembered answer | `IDEMPOTENCY#<scope>#<key>` | `IDEMPOTENCY` |
//! | outgoing messages | `OUTBOX#<shard>` | `<time>#<id>` |
//! | what is due in a minute | `DUE#<minute>#<shard>` | `<time>#<what>` |
//! | the last minute whose due things are done | `DUE` | `MARK` |
//! | sign-in attempts of a window | `ATTEMPTS#<what>#<who>` | `<window>` |
//! | a public signing key | `ISSUER` | `KEY#<id>` |
//! | an organisation's role as a member | `ORGANISATION#<id>` | `MEMBER` |
//! | a member's sub-TPP | `MEMBER#<id>#SUB_TPPS` | `SUB_TPP#<id>` |
//! | one that was deleted | `MEMBER#<id>#DELETED_SUB_TPPS` | `SUB_TPP#<id>` |
//! | whose a domain is among a member's sub-TPPs | `MEMBER#<id>#DOMAIN#<domain>` | `DOMAIN` |
//! | a sub-TPP that awaits approval | `SUB_TPP_APPROVALS` | `SUB_TPP#<id>#<member>` |
//! | what places in lists are signed and addresses hashed with | `PAGE_KEY` | `PAGE_KEY` |
//! | settings of the running functions | `SETTINGS` | `SETTINGS` |
//! | what somebody did | `AUDIT#<organisation>`, or `AUDIT#PLATFORM#<shard>` | `<time>#<id>` |
//! | listing of the marketplace | `TPP#<id>` | `TPP` |
//! | its categories | `TPPS` | `<id>` |
//! | what an organisation is as a partner | `ORGANISATION#<id>` | `PARTNER` |
//! | a listing that a partner may see | `ORGANISATION#<id>#TPPS` | `APPROVED#<listing>` |
//! | what a deployment has of one | `ORGANISATION#<id>#TPPS` | `ENABLED#<listing>#<deployment>#<product type>` |
//! | a partner's customer with a listing | `ORGANISATION#<id>#TPP#<listing>` | `CUSTOMER#<id>` |
//! | whose a key of theirs is | `ORGANISATION#<id>#TPP#<listing>#<field>#<key>` | `CUSTOMER_KEY` |
//! | what an assurance scheme answered | `ASSURANCE#<country>#<postcode>#<holding number>` | `ASSURANCE` |
//! | an import of a file by a queue job | `IMPORT#<id>` | `IMPORT` |
//!
//! The index `gsi1` is sparse:
//!
//! | item | gsi1pk | gsi1sk |
//! |---|---|---|
//! | instrument | `CATALOGUE` | `INSTRUMENT#<id>` |
//! | provider | `CATALOGUE` | `INSTRUMENT#<id>#PROVIDER#<id>` |
//! | API token | `API_TOKENS` | `<user>#<time>#<id>` |
//! | result | `PROVIDER#<id>#RESULTS` | `RESULT#<id>` |
//! | enrolment | `PROVIDER#<id>#ENROLMENTS` | `ENROLMENT#<id>` |
//! | request | `LEARNER#<id>#REQUESTS` | `REQUEST#<id>` |
//! | sample | `LEARNER#<id>#SAMPLES#<instrument>` | `SAMPLE#<id>` |
//! | tenant | `TENANTS` | `TENANT#<id>` |
//! | reseller | `TENANT#<id>#RESELLERS` | `RESELLER#<id>` |
//! | a reseller who sees a customer | `TENANT#<id>#RESELLERS#<id>#CUSTOMERS` | `CUSTOMER#<id>` |
//! | credential of a machine client | `CLIENTS` | `CLIENT#<kind>#<organisation>#<id>` |
//! | role as a member | `MEMBERS` | `MEMBER#<organisation>` |
//! | sub-TPP | `MEMBER#<id>#NAMED#<name>` | `SUB_TPP#<id>` |
//! | partner | `PARTNERS` | `<organisation>` |
//! | profile | `ORGANISATION#<id>#PEOPLE` | `USER#<id>` |
//! | what somebody did | `AUDIT#<shard>` | `<time>#<id>` |
//! | another that it deals with | `ORGANISATION#<other>#CONNECTED_WITH` | `ORGANISATION#<id>` |
//!
//! Keys are made from typed parts alone. A part that is free text is escaped,
//! so that no input can forge another key; numbers are padded, so that they
//! sort.

mod catalogue;
mod entries;
mod learners;
mod marketplace;
mod members;
mod organisations;
mod people;
mod platform;
mod sellers;

use std::fmt::Write as _;

use attesta_model::marketplace::CustomerKey;
use attesta_model::{
    ApiTokenId, BusinessUnitId, CertificateQuery, CredentialId, CustomerId, Domain, EnrolmentId,
    HomeCountry, ImportJobId, InstrumentId, LearnerId, ListingId, Machine, MachineKind,
    NotificationId, OrganisationId, ProviderId, ProviderInstanceId, RequestId, SampleId, SubTppId,
    UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use catalogue::*;
pub use entries::*;
pub use learners::*;
pub use marketplace::*;
pub use members::*;
pub use organisations::*;
pub use people::*;
pub use platform::*;
pub use sellers::*;

/// Where an item stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The partition.
    pub pk: String,
    /// The place in the partition.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// A name that no other of its kind may have in this field.
#[must_use]
pub fn name(kind: &'static str, field: &'static str, name: &str) -> Key {
    Key::new(format!("NAME#{kind}#{field}#{}", escape(name)), "NAME")
}

/// A name such that letter case and blanks make no other of it.
fn folded(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Sixteen digits hold every integer below 2^53.
fn number(value: u64) -> String {
    format!("{value:016}")
}

/// Escapes what separates parts and what can't be seen.
fn escape(part: &str) -> String {
    let mut escaped = String::with_capacity(part.len());
    for character in part.chars() {
        if character == '#' || character == '%' || character.is_control() {
            let _ = write!(escaped, "%{:x};", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
