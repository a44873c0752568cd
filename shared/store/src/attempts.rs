//! Counting what somebody tries in a window of time.

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::table::{Condition, Updated, from_item};
use crate::{Store, keys};

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
        let now = self.ids.now().as_second();
        let start = now - now.rem_euclid(window.as_secs());
        let ttl = start + 2 * window.as_secs();
        let key = keys::attempts(what, who, start);
        let number = |n: i64| AttributeValue::N(n.to_string());
        let always = Condition::default()
            .name("#n", "attempts")
            .name("#ttl", "ttl")
            .value(":one", number(1))
            .value(":ttl", number(ttl));
        match self.table.update(&key, "ADD #n :one SET #ttl = :ttl", always).await? {
            Updated::Done(item) => from_item(item).map(|Attempts { attempts }| attempts),
            Updated::Refused(_) => Err(Error::internal("an update on no condition was refused")),
        }
    }
}
