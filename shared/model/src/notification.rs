//! Notifications: what a provider wants to be told, and when.

use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Kind, NotificationId, ProviderId, Reason, Result};

/// After so long a notification comes again, until it is deleted.
pub const REPEATED: SignedDuration = SignedDuration::from_mins(10);
/// What is told with one takes so many bytes at most, as JSON text.
const MOST_INFO: usize = 16 * 1024;
/// The years that times may lie in.
const YEARS: std::ops::Range<i16> = 1970..2200;

/// Something that a provider wants to be told at a time, and again until it
/// deletes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Its number.
    pub id: NotificationId,
    /// Whom it is for.
    pub provider_id: ProviderId,
    /// The provider's own name for it; unique with the provider.
    pub key: String,
    /// What is told with it. Stored as JSON text: a table nests only so deep.
    #[serde(with = "json_text")]
    pub info: Option<Map<String, Value>>,
    /// When it is to be told.
    pub when: Timestamp,
    /// When it is told first: not before it was known.
    pub due_at: Timestamp,
    /// Goes up by one whenever `when` changes.
    pub generation: u32,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a provider asks to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNotification {
    /// Its own name for it.
    pub key: String,
    /// When.
    pub when: Timestamp,
    /// What is told with it, if that is mentioned at all.
    pub info: Option<Option<Map<String, Value>>>,
}

/// A change to a notification; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NotificationChange {
    /// Another key.
    pub key: Option<String>,
    /// Another time.
    pub when: Option<Timestamp>,
    /// What goes into its info; null clears that.
    pub info: Option<Option<Map<String, Value>>>,
}

impl From<NewNotification> for NotificationChange {
    fn from(new: NewNotification) -> Self {
        Self { key: Some(new.key), when: Some(new.when), info: new.info }
    }
}

impl Notification {
    /// A notification that was not there before.
    ///
    /// # Errors
    /// [`Error::Invalid`] for too much info.
    pub fn new(
        id: NotificationId,
        provider_id: ProviderId,
        new: NewNotification,
        now: Timestamp,
    ) -> Result<Self> {
        Ok(Self {
            id,
            provider_id,
            key: new.key,
            info: fitting(new.info.flatten())?,
            when: new.when,
            due_at: new.when.max(now),
            generation: 1,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// The notification after a change, `None` where that changes nothing: of
    /// two objects as info the new one's fields go over the old one's.
    ///
    /// # Errors
    /// [`Error::Invalid`] for too much info.
    pub fn changed(&self, change: NotificationChange, now: Timestamp) -> Result<Option<Self>> {
        let mut next = self.clone();
        next.key = change.key.unwrap_or(next.key);
        next.info = match (next.info, change.info) {
            (old, None) => old,
            (Some(mut old), Some(Some(new))) => {
                old.extend(new);
                Some(old)
            }
            (_, Some(new)) => new,
        };
        next.when = change.when.unwrap_or(next.when);
        if next == *self {
            return Ok(None);
        }
        if next.when != self.when {
            next.due_at = next.when.max(now);
            next.generation += 1;
        }
        next.info = fitting(next.info)?;
        next.version += 1;
        next.updated_at = now;
        Ok(Some(next))
    }

    /// How many bytes its info takes, as JSON text.
    #[must_use]
    pub fn info_size(&self) -> usize {
        size(self.info.as_ref())
    }

    /// When it is due again after a time: whole steps of ten minutes from its
    /// first time, whoever asks.
    #[must_use]
    pub fn next_after(&self, time: Timestamp) -> Timestamp {
        let past = time.duration_since(self.due_at).as_millis();
        let steps = past.div_euclid(REPEATED.as_millis()) + 1;
        let steps = i32::try_from(steps.max(1)).unwrap_or(i32::MAX);
        self.due_at.checked_add(REPEATED.saturating_mul(steps)).unwrap_or(Timestamp::MAX)
    }
}

fn size(info: Option<&Map<String, Value>>) -> usize {
    info.and_then(|info| serde_json::to_vec(info).ok()).map_or(0, |text| text.len())
}

fn fitting(info: Option<Map<String, Value>>) -> Result<Option<Map<String, Value>>> {
    if size(info.as_ref()) > MOST_INFO {
        let text = format!("Ensure this field has no more than {MOST_INFO} bytes.");
        return Err(Error::field("info", Reason::Rule(text)));
    }
    Ok(info)
}

mod json_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
    use serde_json::{Map, Value};

    pub(super) fn serialize<S: Serializer>(
        info: &Option<Map<String, Value>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = info.as_ref().map(serde_json::to_string).transpose();
        text.map_err(ser::Error::custom)?.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Map<String, Value>>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(de::Error::custom)
    }
}

/// A time as callers write it: ISO 8601, in UTC where no zone is named. Kept to
/// the microsecond.
///
/// # Errors
/// Why it is none.
pub fn moment(text: &str) -> std::result::Result<Timestamp, Reason> {
    const WRONG: Reason = Reason::NotA(Kind::DateTime);
    let pieces = Pieces::parse(text).map_err(|_| WRONG)?;
    let time = pieces.time().filter(|_| pieces.time_zone_annotation().is_none()).ok_or(WRONG)?;
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    let out_of_range = || Reason::Rule("Datetime value out of range.".to_owned());
    if !YEARS.contains(&pieces.date().year()) {
        return Err(out_of_range());
    }
    let time = offset.to_timestamp(pieces.date().to_datetime(time)).map_err(|_| out_of_range())?;
    Timestamp::from_microsecond(time.as_microsecond().max(0)).map_err(|_| out_of_range())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("an object") };
        map
    }

    fn notification(when: i64, now: i64, info: Option<Value>) -> Notification {
        let id = NotificationId::new(1).expect("in range");
        let provider = ProviderId::new(1).expect("in range");
        let info = Some(info.map(map));
        let new = NewNotification { key: "key".to_owned(), when: at(when), info };
        Notification::new(id, provider, new, at(now)).expect("small")
    }

    #[test]
    fn times_are_read_as_utc_unless_they_say_otherwise() {
        for (text, time) in [
            ("2025-11-22T08:00:00.123456", "2025-11-22T08:00:00.123456Z"),
            ("2025-11-22T08:00:00", "2025-11-22T08:00:00Z"),
            ("2025-11-22T08:00", "2025-11-22T08:00:00Z"),
            ("2025-11-22 08:00:00Z", "2025-11-22T08:00:00Z"),
            ("2025-11-22T08:00:00+01:30", "2025-11-22T06:30:00Z"),
            ("2025-11-22T08:00:00-05:00", "2025-11-22T13:00:00Z"),
            ("2025-11-22T08:00:00.123456789Z", "2025-11-22T08:00:00.123456Z"),
        ] {
            assert_eq!(moment(text).map(|time| time.to_string()), Ok(time.to_owned()), "{text}");
        }
        for text in ["", "soon", "2025-11-22", "2025-13-22T08:00", "08:00", "1763798400"] {
            assert_eq!(moment(text), Err(Reason::NotA(Kind::DateTime)), "{text}");
        }
        for text in ["2025-11-22T08:00Z[UTC]", "2025-11-22T08:00[Europe/Paris]"] {
            assert_eq!(moment(text), Err(Reason::NotA(Kind::DateTime)), "{text}");
        }
        for text in ["0001-01-01T00:00", "1969-12-31T23:59:59Z", "2200-01-01T00:00Z"] {
            assert!(matches!(moment(text), Err(Reason::Rule(_))), "{text}");
        }
        assert_eq!(moment("1970-01-01T00:00+12:00"), Ok(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn infos_are_merged_where_both_are_there() {
        let old = json!({"a": 1, "b": {"c": 2}});
        for (old, new, merged) in [
            (Some(&old), None, Some(old.clone())),
            (Some(&old), Some(json!(null)), None),
            (Some(&old), Some(json!({"b": {"d": 3}})), Some(json!({"a": 1, "b": {"d": 3}}))),
            (None, Some(json!({"a": 2})), Some(json!({"a": 2}))),
            (None, None, None),
        ] {
            let before = notification(100, 0, old.cloned());
            let info = new.map(|new| new.as_object().cloned());
            let when = Some(at(200));
            let change = NotificationChange { info, when, ..NotificationChange::default() };
            let next = before.changed(change, at(1)).expect("small").expect("another time");
            assert_eq!(next.info, merged.map(map));
        }
    }

    #[test]
    fn only_another_time_makes_another_generation() {
        let before = notification(100, 0, Some(json!({"a": 1})));
        let same = NotificationChange {
            key: Some("key".to_owned()),
            when: Some(at(100)),
            info: Some(Some(map(json!({"a": 1})))),
        };
        assert_eq!(before.changed(same, at(50)), Ok(None));
        let key = NotificationChange { key: Some("k".to_owned()), ..NotificationChange::default() };
        let next = before.changed(key, at(50)).expect("fine").expect("another");
        assert_eq!((next.generation, next.version, next.due_at), (1, 2, at(100)));
        assert_eq!((next.created_at, next.updated_at), (at(0), at(50)));
        let when = NotificationChange { when: Some(at(20)), ..NotificationChange::default() };
        let next = next.changed(when, at(50)).expect("fine").expect("another");
        assert_eq!((next.generation, next.version, next.due_at), (2, 3, at(50)));
    }

    #[test]
    fn info_has_its_limit_merged() {
        let half = |name: &str| Some(json!({name: "x".repeat(MOST_INFO / 2)}));
        let before = notification(100, 0, half("a"));
        let info = Some(half("b").map(map));
        let change = NotificationChange { info, ..NotificationChange::default() };
        assert!(matches!(before.changed(change, at(1)), Err(Error::Invalid(_))));
    }

    proptest! {
        #[test]
        fn repetitions_fall_on_steps_of_ten_minutes(due in 0_i64..1_000_000, late in -700_i64..900_000) {
            let notification = notification(due, 0, None);
            let time = at(due + late);
            let next = notification.next_after(time);
            prop_assert!(next > time && next >= at(due) + REPEATED);
            prop_assert!(next - REPEATED <= time.max(at(due)));
            let steps = next.duration_since(at(due)).as_secs();
            prop_assert_eq!(steps % 600, 0);
        }
    }
}
