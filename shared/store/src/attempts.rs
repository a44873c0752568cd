//! Counting what somebody tries in a window of time.

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::Store;
use crate::keys::{self, Key};
use crate::table::{Condition, Item, Updated, from_item};

#[derive(Debug, Deserialize)]
struct Attempts {
    attempts: u32,
}

impl Store {
    /// Counts one attempt at something by somebody, and says how many it makes
    /// in the window that now lies in.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn count_attempt(
        &self,
        what: &'static str,
        who: &str,
        window: SignedDuration,
    ) -> Result<u32> {
        let (key, start) = self.attempts_key(what, who, window);
        let ttl = start + 2 * window.as_secs();
        let number = |n: i64| AttributeValue::N(n.to_string());
        let always = Condition::default()
            .name("#n", "attempts")
            .name("#ttl", "ttl")
            .value(":one", number(1))
            .value(":ttl", number(ttl));
        match self.table.note(&key, "ADD #n :one SET #ttl = :ttl", always).await? {
            Updated::Done(item) => from_item(item).map(|Attempts { attempts }| attempts),
            Updated::Refused(_) => Err(Error::internal("an update on no condition was refused")),
        }
    }

    /// Where attempts are counted in the window that now lies in, and when it
    /// began, in seconds since 1970.
    pub(crate) fn attempts_key(
        &self,
        what: &'static str,
        who: &str,
        window: SignedDuration,
    ) -> (Key, i64) {
        let now = self.ids.now().as_second();
        let start = now - now.rem_euclid(window.as_secs());
        (keys::attempts(what, who, start), start)
    }
}

/// How many attempts were counted, by the item under their key.
pub(crate) fn attempts_of(item: Option<Item>) -> Result<u32> {
    item.map_or(Ok(0), |item| from_item(item).map(|Attempts { attempts }| attempts))
}
