//! Which things writes are to, by the keys of what is written: their kind and
//! their identifiers, and nothing else that a key may hold.

use attesta_model::OrganisationId;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, Update};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::keys::Key;
use crate::table::{Item, key_of};

/// So many things a row names.
const MOST: usize = 25;

/// The partitions of what is no thing of anybody's, by how they begin: what a
/// mutation only brings along, and what is noted where nothing changes.
const BOOKKEEPING: [&str; 15] = [
    // What is unique; the thing itself is written along.
    "NAME",
    // Tries at something.
    "ATTEMPTS",
    // What leads to signing in, which changes nothing.
    "LINK",
    // Remembered answers.
    "IDEMPOTENCY",
    // What goes out, and when something is due.
    "OUTBOX",
    "DUE",
    // Keys of our own.
    "ISSUER",
    "PAGE_KEY",
    // Second places of things.
    "SUB_TPP_APPROVALS",
    "TPPS",
    // Whose a business unit is; the unit itself is written along.
    "UNIT",
    // What a model was made of.
    "ENROLMENT",
    // Certificates that were asked for lately.
    "ASSURANCE",
    // Who has an address in a domain.
    "MAIL_DOMAIN",
    // This log.
    "AUDIT",
];

/// The same of items within a thing's partition, by how their sort keys begin.
const BOOKKEEPING_WITHIN: [&str; 13] = [
    // What is unique.
    "NAME",
    "KEY",
    "DOMAIN",
    "CUSTOMER_KEY",
    // What leads to signing in.
    "LINKS",
    // The list of a provider's credentials.
    "CREDENTIALS",
    // Counts.
    "COUNT",
    "ENROLMENTS",
    "NOTIFICATIONS",
    "SAMPLES",
    "RESULTS",
    // What a request or a sample gets of each provider; the whole is written along.
    "RESULT",
    "VALIDATION",
];

/// Partitions that belong to an organisation, by how they begin.
const OF_ORGANISATIONS: [&str; 3] = ["ORGANISATION", "TENANT", "MEMBER"];

/// Something that was made, changed or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What it is: `webhook`, `subTpp`.
    pub kind: String,
    /// Which one: its identifier, behind those of what it is within, with `/`
    /// between; none where there is but one.
    pub id: Option<String>,
}

impl Thing {
    /// What an item under a key is; none where it is bookkeeping.
    pub(super) fn of(key: &Key) -> Option<Self> {
        let (partition, place) = (start(&key.pk), start(&key.sk));
        if BOOKKEEPING.contains(&partition) || BOOKKEEPING_WITHIN.contains(&place) {
            return None;
        }
        let mut ids: Vec<&str> = Vec::new();
        for id in key.pk.split('#').chain(key.sk.split('#')).filter_map(identifier) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let kind = match if is_word(place) { place } else { partition } {
            "APPROVED" => "approval".to_owned(),
            "ENABLED" => "enablement".to_owned(),
            "TPP" => "listing".to_owned(),
            word => camel(word),
        };
        Some(Self { kind, id: (!ids.is_empty()).then(|| ids.join("/")) })
    }

    /// Whether it is of this kind, or this is one of its identifiers, or all.
    pub(super) fn is(&self, wanted: &str) -> bool {
        let id = self.id.as_deref().unwrap_or_default();
        self.kind == wanted || id == wanted || id.split('/').any(|id| id == wanted)
    }
}

/// What a transaction writes: to which things, and of which organisation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) things: Vec<Thing>,
    pub(super) organisation: Option<OrganisationId>,
}

impl Touched {
    /// What these writes are to.
    pub(super) fn by(writes: &[TransactWriteItem]) -> Self {
        let mut touched = Self::default();
        let mut said = None;
        for (key, item) in writes.iter().filter_map(written) {
            let Some(thing) = Thing::of(&key) else { continue };
            touched.organisation = touched.organisation.or_else(|| organisation_of(&key));
            said = said.or_else(|| item.and_then(organisation_said));
            if touched.things.len() < MOST && !touched.things.contains(&thing) {
                touched.things.push(thing);
            }
        }
        touched.organisation = touched.organisation.or(said);
        touched
    }
}

/// The key of what a write changes, and the item if it is put.
fn written(write: &TransactWriteItem) -> Option<(Key, Option<&Item>)> {
    if let Some(put) = write.put() {
        return Some((key_of(put.item())?, Some(put.item())));
    }
    let of_update = write.update().map(Update::key);
    let key = of_update.or_else(|| write.delete().map(Delete::key))?;
    Some((key_of(key)?, None))
}

/// The organisation whose partition it is.
fn organisation_of(key: &Key) -> Option<OrganisationId> {
    let (partition, rest) = key.pk.split_once('#')?;
    let id = rest.split('#').next()?.parse().ok()?;
    OF_ORGANISATIONS.contains(&partition).then_some(id)
}

/// The organisation that an item says it is of.
fn organisation_said(item: &Item) -> Option<OrganisationId> {
    item.get("organisation_id").and_then(|id| AttributeValue::as_s(id).ok())?.parse().ok()
}

/// `SUB_TPP` as `subTpp`.
fn camel(word: &str) -> String {
    let mut camel = String::with_capacity(word.len());
    for (at, part) in word.split('_').enumerate() {
        let kept = usize::from(at > 0).min(part.len());
        camel.push_str(&part[..kept]);
        camel.push_str(&part[kept..].to_lowercase());
    }
    camel
}

fn start(key: &str) -> &str {
    key.split('#').next().unwrap_or_default()
}

fn is_word(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_uppercase())
        && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// A part of a key as an identifier: a UUID as it is, a number as keys pad it
/// without the padding. Any other part is somebody's text.
fn identifier(part: &str) -> Option<&str> {
    let is_uuid = part.len() == uuid::fmt::Hyphenated::LENGTH && Uuid::try_parse(part).is_ok();
    let is_number = part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_digit());
    match part {
        id if is_uuid => Some(id),
        number if is_number => Some(number.trim_start_matches('0')).filter(|id| !id.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;
    use attesta_model::{ApiTokenId, ListingId, ProviderId, UserId};
    use proptest::prelude::*;

    const ONE: &str = "0197f0a0-0000-7000-8000-00000000000a";
    const TWO: &str = "0197f0a0-0000-7000-8000-00000000000b";

    fn told(key: &Key) -> Option<String> {
        Thing::of(key).map(|thing| format!("{} {}", thing.kind, thing.id.unwrap_or_default()))
    }

    #[test]
    fn things_are_told_by_kind_and_identifier() {
        let (organisation, user): (OrganisationId, UserId) =
            (ONE.parse().expect("a UUID"), TWO.parse().expect("a UUID"));
        let listing: ListingId = TWO.parse().expect("a UUID");
        let provider = ProviderId::new(40).expect("in range");
        for (key, thing) in [
            (keys::organisation(organisation), format!("organisation {ONE}")),
            (keys::webhook(organisation), format!("webhook {ONE}")),
            (keys::profile(user, organisation), format!("profile {TWO}/{ONE}")),
            (keys::provider(provider), "provider 40".to_owned()),
            (keys::approval(organisation, listing), format!("approval {ONE}/{TWO}")),
            (
                keys::enablement(organisation, listing, "shop", "x"),
                format!("enablement {ONE}/{TWO}"),
            ),
            (keys::listing(listing), format!("listing {TWO}")),
            (keys::api_token(ApiTokenId(listing.0)), format!("apiToken {TWO}")),
            (keys::settings(), "settings ".to_owned()),
        ] {
            assert_eq!(told(&key), Some(thing));
        }
    }

    #[test]
    fn what_is_brought_along_is_no_thing() {
        let organisation: OrganisationId = ONE.parse().expect("a UUID");
        let listing: ListingId = TWO.parse().expect("a UUID");
        for key in [
            keys::user_email("una@farm.example"),
            keys::attempts("login", "una@farm.example", 0),
            keys::page_key(),
            keys::listing_categories(listing),
            keys::partner_customer_key(
                organisation,
                listing,
                attesta_model::marketplace::CustomerKey::UserId,
                "una",
            ),
        ] {
            assert_eq!(told(&key), None, "{key:?}");
        }
    }

    #[test]
    fn a_thing_is_found_by_its_kind_and_by_any_of_its_identifiers() {
        let thing = Thing { kind: "profile".to_owned(), id: Some(format!("{ONE}/{TWO}")) };
        assert!([ONE, TWO, "profile", &format!("{ONE}/{TWO}")].iter().all(|one| thing.is(one)));
        assert!(!thing.is("") && !thing.is("file") && !thing.is(&ONE[1..]));
    }

    proptest! {
        #[test]
        fn no_text_of_a_key_gets_into_a_thing(text in "[a-z@.+# ]{1,30}") {
            let listing: ListingId = ONE.parse().expect("a UUID");
            let key = keys::enablement(ONE.parse().expect("a UUID"), listing, &text, &text);
            prop_assert_eq!(told(&key), Some(format!("enablement {ONE}")));
        }
    }
}
