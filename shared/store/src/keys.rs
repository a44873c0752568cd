//! Every key of the table, on one page.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | instrument | `INSTRUMENT#<id>` | `INSTRUMENT` |
//! | provider | `PROVIDER#<id>` | `PROVIDER` |
//! | count of a provider's results | `PROVIDER#<id>` | `COUNT#<shard>` |
//! | credential | `CREDENTIAL#<id>` | `CREDENTIAL` |
//! | organisation | `ORGANISATION#<id>` | `ORGANISATION` |
//! | user | `USER#<id>` | `USER` |
//! | a user's profile in an organisation | `USER#<id>` | `PROFILE#<organisation>` |
//! | learner | `LEARNER#<id>` | `LEARNER` |
//! | a learner's enrolment with a provider | `LEARNER#<id>` | `ENROLMENT#<provider>` |
//! | verification request | `REQUEST#<id>` | `REQUEST` |
//! | a provider's result of it | `REQUEST#<id>` | `RESULT#<provider>` |
//! | remembered answer | `IDEMPOTENCY#<scope>#<key>` | `IDEMPOTENCY` |
//! | outgoing messages | `OUTBOX#<shard>` | `<time>#<id>` |
//! | sign-in attempts of a window | `ATTEMPTS#<what>#<who>` | `<window>` |
//! | a public signing key | `ISSUER` | `KEY#<id>` |
//!
//! The index `gsi1` is sparse:
//!
//! | item | gsi1pk | gsi1sk |
//! |---|---|---|
//! | instrument | `CATALOGUE` | `INSTRUMENT#<id>` |
//! | provider | `CATALOGUE` | `INSTRUMENT#<id>#PROVIDER#<id>` |
//! | result | `PROVIDER#<id>#RESULTS` | `RESULT#<id>` |
//!
//! Keys are made from typed parts alone. A part that is free text is escaped,
//! so that no input can forge another key; numbers are padded, so that they
//! sort.

use std::fmt::Write as _;

use attesta_model::{
    CredentialId, InstrumentId, LearnerId, OrganisationId, ProviderId, RequestId, ResultId, UserId,
};
use jiff::Timestamp;

/// Where an item stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

/// Shards of a provider's count.
pub const COUNT_SHARDS: u8 = 4;
/// Shards of the outbox.
pub const OUTBOX_SHARDS: u8 = 8;

/// The index's partition of instruments and providers.
pub const CATALOGUE: &str = "CATALOGUE";
/// The partition of the public signing keys.
pub const ISSUER: &str = "ISSUER";
/// The start of every enrolment's sort key.
pub const ENROLMENT_PREFIX: &str = "ENROLMENT#";

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

/// A shard of the count of a provider's results.
#[must_use]
pub fn result_count(provider: ProviderId, shard: u8) -> Key {
    Key::new(provider_partition(provider), format!("COUNT#{shard:02}"))
}

/// The index's partition of a provider's results.
#[must_use]
pub fn provider_results(provider: ProviderId) -> String {
    format!("{}#RESULTS", provider_partition(provider))
}

/// A result's place among its provider's.
#[must_use]
pub fn result_in_provider(id: ResultId) -> String {
    format!("RESULT#{}", number(id.get()))
}

/// A machine's credential.
#[must_use]
pub fn credential(id: CredentialId) -> Key {
    Key::new(format!("CREDENTIAL#{id}"), "CREDENTIAL")
}

/// An organisation.
#[must_use]
pub fn organisation(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "ORGANISATION")
}

/// A user.
#[must_use]
pub fn user(id: UserId) -> Key {
    Key::new(format!("USER#{id}"), "USER")
}

/// A user's profile in an organisation.
#[must_use]
pub fn profile(user: UserId, organisation: OrganisationId) -> Key {
    Key::new(format!("USER#{user}"), format!("PROFILE#{organisation}"))
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

/// A verification request.
#[must_use]
pub fn request(id: RequestId) -> Key {
    Key::new(request_partition(id), "REQUEST")
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

/// A remembered answer.
#[must_use]
pub fn idempotency(
    organisation: OrganisationId,
    user: UserId,
    route: &'static str,
    key: &str,
) -> Key {
    let route = escape(route);
    let key = escape(key);
    Key::new(format!("IDEMPOTENCY#{organisation}#{user}#{route}#{key}"), "IDEMPOTENCY")
}

/// The partition of a shard of the outbox.
#[must_use]
pub fn outbox_partition(shard: u8) -> String {
    format!("OUTBOX#{shard:02}")
}

/// A row of the outbox: its shard follows from the request's number.
#[must_use]
pub fn outbox(request: RequestId, at: Timestamp) -> Key {
    let shard = u8::try_from(request.get() % u64::from(OUTBOX_SHARDS)).unwrap_or_default();
    let sk = format!("{}#{}", outbox_time(at), number(request.get()));
    Key::new(outbox_partition(shard), sk)
}

/// A time as it stands in the outbox: rows made earlier sort before it.
#[must_use]
pub fn outbox_time(at: Timestamp) -> String {
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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn org(n: u128) -> OrganisationId {
        format!("{n:08x}-0000-7000-8000-000000000000").parse().expect("a UUID")
    }

    fn user_id(n: u128) -> UserId {
        format!("{n:08x}-0000-7000-8000-000000000001").parse().expect("a UUID")
    }

    #[test]
    fn kinds_of_items_never_meet() {
        let (p, i) = (ProviderId::new(1).expect("ok"), InstrumentId::new(1).expect("ok"));
        let (r, l) = (RequestId::new(1).expect("ok"), "00000000-0000-7000-8000-000000000000");
        let learner_id: LearnerId = l.parse().expect("a UUID");
        let credential_id: CredentialId = l.parse().expect("a UUID");
        let keys = [
            instrument(i),
            provider(p),
            result_count(p, 0),
            credential(credential_id),
            organisation(org(0)),
            user(user_id(0)),
            profile(user_id(0), org(0)),
            learner(learner_id),
            enrolment(learner_id, p),
            request(r),
            result(r, p),
            idempotency(org(0), user_id(0), "verification", "k"),
            outbox(r, Timestamp::UNIX_EPOCH),
            issuer_key("k"),
            attempts("login", "k", 0),
        ];
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
    }

    proptest! {
        #[test]
        fn escaping_is_injective(a: String, b: String) {
            prop_assert_eq!(a == b, escape(&a) == escape(&b));
        }

        #[test]
        fn escaped_parts_hold_no_separator(part in "[#%a-z;\\x00-\\x20]{0,20}") {
            prop_assert!(!escape(&part).contains('#'));
        }

        #[test]
        fn distinct_parts_make_distinct_keys(
            a in ("[a-z#%]{0,8}", 0_u128..3, 0_u128..3),
            b in ("[a-z#%]{0,8}", 0_u128..3, 0_u128..3),
        ) {
            let key = |(text, o, u): &(String, u128, u128)| idempotency(org(*o), user_id(*u), "r", text);
            prop_assert_eq!(a == b, key(&a) == key(&b));
        }

        #[test]
        fn numbers_sort_as_numbers(a in 0_u64..(1 << 53), b in 0_u64..(1 << 53)) {
            prop_assert_eq!(a.cmp(&b), number(a).cmp(&number(b)));
            let id = |n| ResultId::new(n).expect("in range");
            prop_assert_eq!(a.cmp(&b), result_in_provider(id(a)).cmp(&result_in_provider(id(b))));
        }

        #[test]
        fn outbox_rows_sort_by_time(a in 0_i64..4_000_000_000_000, b in 0_i64..4_000_000_000_000) {
            let at = |ms| Timestamp::from_millisecond(ms).expect("in range");
            prop_assert_eq!(a.cmp(&b), outbox_time(at(a)).cmp(&outbox_time(at(b))));
        }
    }
}
