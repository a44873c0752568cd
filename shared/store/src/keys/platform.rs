//! What the platform itself keeps.

use super::*;

/// Shards of the outbox.
pub const OUTBOX_SHARDS: u8 = 8;
/// Shards of the audit log of all organisations.
pub const AUDIT_SHARDS: u8 = 8;
/// Shards of what is due in a minute.
pub const DUE_SHARDS: u8 = 4;
/// The partition of the public signing keys.
pub const ISSUER: &str = "ISSUER";

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
