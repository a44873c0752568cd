//! Instruments, providers, what is counted for them, and machine credentials.

use super::*;

/// Shards of each of a provider's counts.
pub const COUNT_SHARDS: u8 = 4;
/// The index's partition of instruments and providers.
pub const CATALOGUE: &str = "CATALOGUE";
/// The index's partition of machine clients.
pub const CLIENTS: &str = "CLIENTS";

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

fn provider_partition(id: ProviderId) -> String {
    format!("PROVIDER#{}", number(id.get()))
}
