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

/// Shards of each of a provider's counts.
pub const COUNT_SHARDS: u8 = 4;
/// Shards of the outbox.
pub const OUTBOX_SHARDS: u8 = 8;
/// Shards of the audit log of all organisations.
pub const AUDIT_SHARDS: u8 = 8;
/// Shards of what is due in a minute.
pub const DUE_SHARDS: u8 = 4;

/// The index's partition of instruments and providers.
pub const CATALOGUE: &str = "CATALOGUE";
/// The index's partition of API tokens.
pub const API_TOKENS: &str = "API_TOKENS";
/// The index's partition of machine clients.
pub const CLIENTS: &str = "CLIENTS";
/// The index's partition of tenants.
pub const TENANTS: &str = "TENANTS";
/// The start of a tenant's place among all.
pub const TENANT_PREFIX: &str = "TENANT#";
/// The start of the place of a reseller, among a tenant's or a customer's.
pub const RESELLER_PREFIX: &str = "RESELLER#";
/// The start of a customer's place, among a tenant's or a reseller's.
pub const CUSTOMER_PREFIX: &str = "CUSTOMER#";
/// The start of a provider instance's place, among a tenant's or a customer's.
pub const INSTANCE_PREFIX: &str = "INSTANCE#";
/// The partition of the public signing keys.
pub const ISSUER: &str = "ISSUER";
/// The index's partition of members.
pub const MEMBERS: &str = "MEMBERS";
/// The start of every member's place among all.
pub const MEMBER_PREFIX: &str = "MEMBER#";
/// The start of every sub-TPP's place.
pub const SUB_TPP_PREFIX: &str = "SUB_TPP#";
/// The partition of the sub-TPPs that await approval.
pub const SUB_TPP_APPROVALS: &str = "SUB_TPP_APPROVALS";
/// The partition of the categories of all listings of the marketplace.
pub const LISTINGS: &str = "TPPS";
/// The index's partition of partners.
pub const PARTNERS: &str = "PARTNERS";
/// The start of the sort keys of the listings that a partner may see.
pub const APPROVED_PREFIX: &str = "APPROVED#";
/// The start of the sort keys of what a partner's deployments have.
pub const ENABLED_PREFIX: &str = "ENABLED#";
/// The start of the sort key of every profile.
pub const PROFILE_PREFIX: &str = "PROFILE#";
/// The start of every enrolment's sort key.
pub const ENROLMENT_PREFIX: &str = "ENROLMENT#";
/// The start of every histogram's sort key.
pub const HISTOGRAM_PREFIX: &str = "RESULTS#";
/// The start of the sort key of every count of samples.
pub const SAMPLE_COUNT_PREFIX: &str = "SAMPLES#";

/// An instrument.
#[must_use]
pub fn instrument(id: InstrumentId) -> Key {
    Key::new(format!("INSTRUMENT#{}", number(id.get())), "INSTRUMENT")
}

/// An instrument's place in the catalogue; its providers come right after it.
#[must_use]
pub fn instrument_in_catalogue(id: InstrumentId) -> String {
    format!("INSTRUMENT#{}", number(id.get()))
}

/// A provider.
#[must_use]
pub fn provider(id: ProviderId) -> Key {
    Key::new(provider_partition(id), "PROVIDER")
}

/// A provider's place in the catalogue.
#[must_use]
pub fn provider_in_catalogue(instrument: InstrumentId, id: ProviderId) -> String {
    format!("{}#PROVIDER#{}", instrument_in_catalogue(instrument), number(id.get()))
}

/// What is counted for a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Its results.
    Results,
    /// Its enrolments.
    Enrolments,
    /// Its notifications.
    Notifications,
}

/// A shard of a provider's count.
#[must_use]
pub fn count(provider: ProviderId, of: Counted, shard: u8) -> Key {
    let what = match of {
        Counted::Results => "COUNT",
        Counted::Enrolments => "ENROLMENTS",
        Counted::Notifications => "NOTIFICATIONS",
    };
    Key::new(provider_partition(provider), format!("{what}#{shard:02}"))
}

/// The shard of a count where something of this number is counted.
#[must_use]
pub fn count_shard(number: u64) -> u8 {
    u8::try_from(number % u64::from(COUNT_SHARDS)).unwrap_or_default()
}

/// The index's partition of a provider's results.
#[must_use]
pub fn provider_results(provider: ProviderId) -> String {
    format!("{}#RESULTS", provider_partition(provider))
}

/// A result's place among its provider's.
#[must_use]
pub fn result_in_provider(id: u64) -> String {
    format!("RESULT#{}", number(id))
}

/// The index's partition of a provider's enrolments.
#[must_use]
pub fn provider_enrolments(provider: ProviderId) -> String {
    format!("{}#ENROLMENTS", provider_partition(provider))
}

/// An enrolment's place among its provider's.
#[must_use]
pub fn enrolment_in_provider(id: u64) -> String {
    format!("ENROLMENT#{}", number(id))
}

/// The partition of a provider's notifications.
#[must_use]
pub fn provider_notifications(provider: ProviderId) -> String {
    format!("{}#NOTIFICATIONS", provider_partition(provider))
}

/// A notification's place among its provider's.
#[must_use]
pub fn notification_in_provider(id: u64) -> String {
    format!("NOTIFICATION#{}", number(id))
}

/// A provider's notification.
#[must_use]
pub fn notification(provider: ProviderId, id: NotificationId) -> Key {
    Key::new(provider_notifications(provider), notification_in_provider(id.get()))
}

/// The key that a provider gave a notification: there is one notification to it.
#[must_use]
pub fn notification_key(provider: ProviderId, key: &str) -> Key {
    Key::new(format!("{}#KEY#{}", provider_partition(provider), escape(key)), "KEY")
}

/// The list of a provider's credentials.
#[must_use]
pub fn provider_credentials(provider: ProviderId) -> Key {
    Key::new(provider_partition(provider), "CREDENTIALS")
}

/// A name that no other of its kind may have in this field.
#[must_use]
pub fn name(kind: &'static str, field: &'static str, name: &str) -> Key {
    Key::new(format!("NAME#{kind}#{field}#{}", escape(name)), "NAME")
}

/// A machine's credential.
#[must_use]
pub fn credential(id: CredentialId) -> Key {
    Key::new(format!("CREDENTIAL#{id}"), "CREDENTIAL")
}

/// The start of the places of all machine clients, of those of a kind, or of
/// those of a kind and an organisation.
#[must_use]
pub fn clients_in_index(kind: Option<MachineKind>, of: Option<OrganisationId>) -> String {
    match (kind, of) {
        (None, _) => "CLIENT#".to_owned(),
        (Some(kind), None) => format!("CLIENT#{}#", kind.name()),
        (Some(kind), Some(of)) => format!("CLIENT#{}#{of}#", kind.name()),
    }
}

/// A machine client's place among all.
#[must_use]
pub fn client_in_index(machine: Machine, id: CredentialId) -> String {
    let of = machine.organisation_id().map(|id| id.to_string()).unwrap_or_default();
    format!("CLIENT#{}#{of}#{id}", machine.kind().name())
}

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

/// What was last entered of whatever stands in this partition.
#[must_use]
pub fn entered(partition: &str) -> Key {
    Key::new(format!("{partition}#ENTERED"), "ENTERED")
}

/// The partition of a shard of a list in some order.
#[must_use]
pub fn entry_list(scope: &str, order: &'static str, shard: u8) -> String {
    format!("LIST#{}#{order}#{shard:02}", escape(scope))
}

/// An entry at its place in such a list.
#[must_use]
pub fn entry_in_list(scope: &str, order: &'static str, shard: u8, place: &str, id: &str) -> Key {
    Key::new(entry_list(scope, order, shard), format!("{}#{}", escape(place), escape(id)))
}

/// The partition of the entries under words that begin like this one.
#[must_use]
pub fn entries_under(kind: &'static str, word: &str) -> String {
    let first: String = word.chars().take(1).collect();
    format!("WORD#{kind}#{}", escape(&first))
}

/// The start of the places of the entries under words that begin like this one.
#[must_use]
pub fn entry_word(word: &str) -> String {
    escape(word)
}

/// An entry under a word.
#[must_use]
pub fn entry_under_word(kind: &'static str, word: &str, id: &str) -> Key {
    Key::new(entries_under(kind, word), format!("{}#{}", escape(word), escape(id)))
}

/// The partition of the entries for something that leads to things.
#[must_use]
pub fn entries_for(kind: &'static str, what: &'static str, value: &str) -> String {
    format!("ENTRIES#{kind}#{what}#{}", escape(value))
}

/// Such an entry.
#[must_use]
pub fn entry_for(kind: &'static str, what: &'static str, value: &str, id: &str) -> Key {
    Key::new(entries_for(kind, what, value), escape(id))
}

/// The partition of the counts of a kind of things.
#[must_use]
pub fn entry_counts(kind: &'static str) -> String {
    format!("COUNT#{kind}")
}

/// A shard of them.
#[must_use]
pub fn entry_count(kind: &'static str, shard: u8) -> Key {
    Key::new(entry_counts(kind), format!("{shard:02}"))
}

/// An organisation's webhook.
#[must_use]
pub fn webhook(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "WEBHOOK")
}

/// An organisation as one that sells.
#[must_use]
pub fn tenant(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "TENANT")
}

/// A tenant's place among all.
#[must_use]
pub fn tenant_in_list(id: OrganisationId) -> String {
    format!("{TENANT_PREFIX}{id}")
}

/// Whose a domain is.
#[must_use]
pub fn tenant_domain(domain: &Domain) -> Key {
    name("tenant", "domain", domain.as_str())
}

/// An organisation as one that sells for a tenant.
#[must_use]
pub fn reseller(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "RESELLER")
}

/// The index's partition of a tenant's resellers.
#[must_use]
pub fn tenant_resellers(tenant: OrganisationId) -> String {
    format!("TENANT#{tenant}#RESELLERS")
}

/// A reseller's place among its tenant's.
#[must_use]
pub fn reseller_in_tenant(id: OrganisationId) -> String {
    format!("{RESELLER_PREFIX}{id}")
}

/// The partition of a tenant's customers.
#[must_use]
pub fn tenant_customers(tenant: OrganisationId) -> String {
    format!("TENANT#{tenant}#CUSTOMERS")
}

/// A tenant's customer.
#[must_use]
pub fn customer(tenant: OrganisationId, id: CustomerId) -> Key {
    Key::new(tenant_customers(tenant), customer_in_list(id))
}

/// A customer's place among a tenant's, or a reseller's.
#[must_use]
pub fn customer_in_list(id: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{id}")
}

/// The partition of a tenant's provider instances.
#[must_use]
pub fn tenant_instances(tenant: OrganisationId) -> String {
    format!("TENANT#{tenant}#INSTANCES")
}

/// What a tenant sells of a provider.
#[must_use]
pub fn provider_instance(tenant: OrganisationId, id: ProviderInstanceId) -> Key {
    Key::new(tenant_instances(tenant), format!("{INSTANCE_PREFIX}{id}"))
}

/// The partition of what a customer has, and of who sees them.
#[must_use]
pub fn customer_partition(id: CustomerId) -> String {
    format!("CUSTOMER#{id}")
}

/// A reseller who sees a customer.
#[must_use]
pub fn customer_reseller(customer: CustomerId, reseller: OrganisationId) -> Key {
    Key::new(customer_partition(customer), reseller_in_tenant(reseller))
}

/// The index's partition of the customers whom a reseller sees.
#[must_use]
pub fn reseller_customers(tenant: OrganisationId, reseller: OrganisationId) -> String {
    format!("{}#{reseller}#CUSTOMERS", tenant_resellers(tenant))
}

/// A provider instance that a customer has from a reseller, or from the tenant.
#[must_use]
pub fn customer_instance(
    customer: CustomerId,
    reseller: Option<OrganisationId>,
    instance: ProviderInstanceId,
) -> Key {
    let from = reseller.map(|id| id.to_string()).unwrap_or_default();
    Key::new(customer_partition(customer), format!("{INSTANCE_PREFIX}{from}#{instance}"))
}

/// The start of the places of the provider instances that a customer has from a
/// reseller, or from anybody.
#[must_use]
pub fn customer_instances_from(reseller: Option<OrganisationId>) -> String {
    reseller.map_or_else(|| INSTANCE_PREFIX.to_owned(), |id| format!("{INSTANCE_PREFIX}{id}#"))
}

/// A user.
#[must_use]
pub fn user(id: UserId) -> Key {
    Key::new(user_partition(id), "USER")
}

/// Whose an e-mail address is. Letter case makes no other of it.
#[must_use]
pub fn user_email(email: &str) -> Key {
    name("user", "email", &email.trim().to_lowercase())
}

/// Whose a telephone number is, in the form of E.164.
#[must_use]
pub fn user_phone(phone: &str) -> Key {
    name("user", "phone", phone)
}

/// An API token.
#[must_use]
pub fn api_token(id: ApiTokenId) -> Key {
    Key::new(format!("API_TOKEN#{id}"), "API_TOKEN")
}

/// An API token's place in the list of all: by user, then by age.
#[must_use]
pub fn api_token_in_list(user: UserId, created_at: Timestamp, id: ApiTokenId) -> String {
    format!("{}{}#{id}", api_tokens_of(user), time(created_at))
}

/// The start of the places of a user's API tokens.
#[must_use]
pub fn api_tokens_of(user: UserId) -> String {
    format!("{user}#")
}

/// Whose a link to sign in by is, by what its secret is found by.
#[must_use]
pub fn link(id: Uuid) -> Key {
    Key::new(format!("LINK#{id}"), "LINK")
}

/// The links that sign a user in.
#[must_use]
pub fn user_links(user: UserId) -> Key {
    Key::new(format!("{}#LINKS", user_partition(user)), "LINKS")
}

/// The partition of a user and their profiles.
#[must_use]
pub fn user_partition(id: UserId) -> String {
    format!("USER#{id}")
}

/// A user's profile in an organisation.
#[must_use]
pub fn profile(user: UserId, organisation: OrganisationId) -> Key {
    Key::new(user_partition(user), format!("{PROFILE_PREFIX}{organisation}"))
}

/// A learner.
#[must_use]
pub fn learner(id: LearnerId) -> Key {
    Key::new(learner_partition(id), "LEARNER")
}

/// The partition of a learner and their enrolments.
#[must_use]
pub fn learner_partition(id: LearnerId) -> String {
    format!("LEARNER#{id}")
}

/// A learner's enrolment with a provider.
#[must_use]
pub fn enrolment(learner: LearnerId, provider: ProviderId) -> Key {
    Key::new(learner_partition(learner), format!("{ENROLMENT_PREFIX}{}", number(provider.get())))
}

/// The partition of the samples that a model was made of, where they are many.
#[must_use]
pub fn used_samples(id: EnrolmentId) -> String {
    format!("ENROLMENT#{}#USED", number(id.get()))
}

/// A thousand of them, in a version that no other set of them has.
#[must_use]
pub fn used_samples_chunk(id: EnrolmentId, version: u64, chunk: usize) -> Key {
    Key::new(used_samples(id), format!("{}#{chunk:06}", number(version)))
}

/// The count of a learner's samples for an instrument.
#[must_use]
pub fn sample_count(learner: LearnerId, instrument: InstrumentId) -> Key {
    Key::new(learner_counts(learner), format!("{SAMPLE_COUNT_PREFIX}{}", number(instrument.get())))
}

/// Of which instrument samples are counted, by the count's key.
#[must_use]
pub fn sample_count_of(key: &Key) -> Option<InstrumentId> {
    key.sk.strip_prefix(SAMPLE_COUNT_PREFIX)?.parse().ok()
}

/// The partition of what is counted for a learner.
#[must_use]
pub fn learner_counts(learner: LearnerId) -> String {
    format!("{}#COUNTS", learner_partition(learner))
}

/// The histogram of a learner's results by an instrument's providers, or by one.
#[must_use]
pub fn histogram(
    learner: LearnerId,
    instrument: InstrumentId,
    provider: Option<ProviderId>,
) -> Key {
    let instrument = format!("{HISTOGRAM_PREFIX}{}", number(instrument.get()));
    let sk = match provider {
        Some(provider) => format!("{instrument}#{}", number(provider.get())),
        None => instrument,
    };
    Key::new(learner_counts(learner), sk)
}

/// Whose a histogram is, by its key.
#[must_use]
pub fn histogram_of(key: &Key) -> Option<(InstrumentId, Option<ProviderId>)> {
    let place = key.sk.strip_prefix(HISTOGRAM_PREFIX)?;
    match place.split_once('#') {
        Some((instrument, provider)) => {
            Some((instrument.parse().ok()?, Some(provider.parse().ok()?)))
        }
        None => Some((place.parse().ok()?, None)),
    }
}

/// A sample.
#[must_use]
pub fn sample(id: SampleId) -> Key {
    Key::new(sample_partition(id), "SAMPLE")
}

/// The partition of a sample and its validations.
#[must_use]
pub fn sample_partition(id: SampleId) -> String {
    format!("SAMPLE#{}", number(id.get()))
}

/// A provider's validation of a sample.
#[must_use]
pub fn validation(sample: SampleId, provider: ProviderId) -> Key {
    Key::new(sample_partition(sample), format!("VALIDATION#{}", number(provider.get())))
}

/// The index's partition of a learner's samples for an instrument.
#[must_use]
pub fn learner_samples(learner: LearnerId, instrument: InstrumentId) -> String {
    format!("{}#SAMPLES#{}", learner_partition(learner), number(instrument.get()))
}

/// A sample's place among its learner's.
#[must_use]
pub fn sample_in_learner(id: u64) -> String {
    format!("SAMPLE#{}", number(id))
}

/// A verification request.
#[must_use]
pub fn request(id: RequestId) -> Key {
    Key::new(request_partition(id), "REQUEST")
}

/// The index's partition of a learner's requests.
#[must_use]
pub fn learner_requests(learner: LearnerId) -> String {
    format!("{}#REQUESTS", learner_partition(learner))
}

/// The partition of a request and its results.
#[must_use]
pub fn request_partition(id: RequestId) -> String {
    format!("REQUEST#{}", number(id.get()))
}

/// A provider's result of a request.
#[must_use]
pub fn result(request: RequestId, provider: ProviderId) -> Key {
    Key::new(request_partition(request), format!("RESULT#{}", number(provider.get())))
}

/// A remembered answer; of an organisation, or of the platform if of none.
#[must_use]
pub fn idempotency(
    organisation: Option<OrganisationId>,
    user: UserId,
    route: &'static str,
    key: &str,
) -> Key {
    let tenant = organisation.map_or_else(|| "PLATFORM".to_owned(), |id| id.to_string());
    let route = escape(route);
    let key = escape(key);
    Key::new(format!("IDEMPOTENCY#{tenant}#{user}#{route}#{key}"), "IDEMPOTENCY")
}

/// The same of a machine client, whose credential is of one organisation or of
/// the platform.
#[must_use]
pub fn idempotency_of_machine(id: CredentialId, route: &'static str, key: &str) -> Key {
    let (route, key) = (escape(route), escape(key));
    Key::new(format!("IDEMPOTENCY#MACHINE#{id}#{route}#{key}"), "IDEMPOTENCY")
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

/// The partition of a shard of the outbox.
#[must_use]
pub fn outbox_partition(shard: u8) -> String {
    format!("OUTBOX#{shard:02}")
}

/// A row of the outbox: its shard follows from its number.
#[must_use]
pub fn outbox(id: u64, at: Timestamp) -> Key {
    let shard = u8::try_from(id % u64::from(OUTBOX_SHARDS)).unwrap_or_default();
    Key::new(outbox_partition(shard), format!("{}#{}", time(at), number(id)))
}

/// The partition of what is due in a minute, counted from 1970, in a shard.
#[must_use]
pub fn due_partition(minute: i64, shard: u8) -> String {
    format!("DUE#{minute:012}#{shard:02}")
}

/// Something due at a time: what it is, and the number that chooses its shard.
#[must_use]
pub fn due(at: Timestamp, what: &str, id: u64) -> Key {
    let shard = u8::try_from(id % u64::from(DUE_SHARDS)).unwrap_or_default();
    let sk = format!("{}#{}", time(at), escape(what));
    Key::new(due_partition(minute(at), shard), sk)
}

/// The last minute whose due things are all done.
#[must_use]
pub fn due_mark() -> Key {
    Key::new("DUE".to_owned(), "MARK")
}

/// The minute of a time, counted from 1970.
#[must_use]
pub fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// A time, such that earlier ones sort before it.
#[must_use]
pub fn time(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond())
}

/// A public signing key.
#[must_use]
pub fn issuer_key(id: &str) -> Key {
    Key::new(ISSUER.to_owned(), format!("KEY#{}", escape(id)))
}

/// The sign-in attempts on something by somebody in a window of time.
#[must_use]
pub fn attempts(what: &'static str, who: &str, window: i64) -> Key {
    Key::new(format!("ATTEMPTS#{what}#{}", escape(who)), format!("{window:015}"))
}

/// An organisation's role as a member.
#[must_use]
pub fn member(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "MEMBER")
}

/// A member's place among all.
#[must_use]
pub fn member_in_index(id: OrganisationId) -> String {
    format!("{MEMBER_PREFIX}{id}")
}

/// The partition of a member's sub-TPPs.
#[must_use]
pub fn sub_tpps(member: OrganisationId) -> String {
    format!("MEMBER#{member}#SUB_TPPS")
}

/// The index's partition of those of a member's sub-TPPs that have a name.
#[must_use]
pub fn sub_tpps_named(member: OrganisationId, name: &str) -> String {
    format!("MEMBER#{member}#NAMED#{}", escape(name))
}

/// A sub-TPP's place among its member's, in the table and in the index: by age.
#[must_use]
pub fn sub_tpp_place(id: SubTppId) -> String {
    format!("{SUB_TPP_PREFIX}{id}")
}

/// A member's sub-TPP.
#[must_use]
pub fn sub_tpp(member: OrganisationId, id: SubTppId) -> Key {
    Key::new(sub_tpps(member), sub_tpp_place(id))
}

/// A sub-TPP that its member deleted.
#[must_use]
pub fn deleted_sub_tpp(member: OrganisationId, id: SubTppId) -> Key {
    Key::new(format!("MEMBER#{member}#DELETED_SUB_TPPS"), sub_tpp_place(id))
}

/// Whose a domain is among a member's sub-TPPs.
#[must_use]
pub fn sub_tpp_domain(member: OrganisationId, domain: &Domain) -> Key {
    Key::new(format!("MEMBER#{member}#DOMAIN#{}", escape(domain.as_str())), "DOMAIN")
}

/// A sub-TPP that awaits approval: of all, by age.
#[must_use]
pub fn sub_tpp_approval(member: OrganisationId, id: SubTppId) -> Key {
    Key::new(SUB_TPP_APPROVALS.to_owned(), format!("{}#{member}", sub_tpp_place(id)))
}

/// What places in lists are signed with.
#[must_use]
pub fn page_key() -> Key {
    Key::new("PAGE_KEY".to_owned(), "PAGE_KEY")
}

/// The settings of the running functions.
#[must_use]
pub fn settings() -> Key {
    Key::new("SETTINGS".to_owned(), "SETTINGS")
}

/// What somebody did: of an organisation, or of the platform if of none, which
/// has more of it than a partition takes.
#[must_use]
pub fn audit(organisation: Option<OrganisationId>, at: Timestamp, id: Uuid) -> Key {
    let pk = match organisation {
        Some(organisation) => audit_of(organisation),
        None => format!("AUDIT#PLATFORM#{:02}", audit_shard_number(id)),
    };
    Key::new(pk, format!("{}#{id}", time(at)))
}

/// The partition of what was done of an organisation.
#[must_use]
pub fn audit_of(organisation: OrganisationId) -> String {
    format!("AUDIT#{organisation}")
}

/// The index's partition of a shard of what was done.
#[must_use]
pub fn audit_shard(shard: u8) -> String {
    format!("AUDIT#{shard:02}")
}

/// The one that a row is in.
#[must_use]
pub fn audit_shard_of(id: Uuid) -> String {
    audit_shard(audit_shard_number(id))
}

fn audit_shard_number(id: Uuid) -> u8 {
    id.as_bytes()[15] % AUDIT_SHARDS
}

/// A listing of the marketplace.
#[must_use]
pub fn listing(id: ListingId) -> Key {
    Key::new(format!("TPP#{id}"), "TPP")
}

/// A listing's categories, among those of all.
#[must_use]
pub fn listing_categories(id: ListingId) -> Key {
    Key::new(LISTINGS.to_owned(), id.to_string())
}

/// What an organisation is as a partner.
#[must_use]
pub fn partner(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "PARTNER")
}

/// The partition of what a partner may see, and of what its deployments have.
#[must_use]
pub fn partner_listings(partner: OrganisationId) -> String {
    format!("ORGANISATION#{partner}#TPPS")
}

/// A listing that a partner may see.
#[must_use]
pub fn approval(partner: OrganisationId, listing: ListingId) -> Key {
    Key::new(partner_listings(partner), format!("{APPROVED_PREFIX}{listing}"))
}

/// A product type of a listing that a deployment of a partner has.
#[must_use]
pub fn enablement(
    partner: OrganisationId,
    listing: ListingId,
    deployment: &str,
    product_type: &str,
) -> Key {
    let place = format!("{}#{}", escape(deployment), escape(product_type));
    Key::new(partner_listings(partner), format!("{}{place}", enablements_of(listing)))
}

/// The start of the places of what a partner's deployments have of a listing.
#[must_use]
pub fn enablements_of(listing: ListingId) -> String {
    format!("{ENABLED_PREFIX}{listing}#")
}

/// A partner's customer with a listing.
#[must_use]
pub fn partner_customer(partner: OrganisationId, listing: ListingId, id: Uuid) -> Key {
    Key::new(partner_customers(partner, listing), format!("CUSTOMER#{id}"))
}

/// Whose a key of a customer is.
#[must_use]
pub fn partner_customer_key(
    partner: OrganisationId,
    listing: ListingId,
    field: CustomerKey,
    key: &str,
) -> Key {
    let place = format!("{}#{}", field.name(), escape(key));
    Key::new(format!("{}#{place}", partner_customers(partner, listing)), "CUSTOMER_KEY")
}

fn partner_customers(partner: OrganisationId, listing: ListingId) -> String {
    format!("ORGANISATION#{partner}#TPP#{listing}")
}

/// A name such that letter case and blanks make no other of it.
fn folded(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn provider_partition(id: ProviderId) -> String {
    format!("PROVIDER#{}", number(id.get()))
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
