//! The public halves of our own signing keys, where every function finds them.

use attesta_identity::PublicKeys;
use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::patterns;
use crate::table::{Condition, Query, Sort, Updated, from_item};
use crate::{Store, keys};

/// How long a key stands after it was last published: far longer than any token
/// lives, and published anew whenever the signing function starts.
const PUBLISHED: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Debug, Deserialize)]
struct Published {
    jwk: String,
    ttl: i64,
    #[serde(default)]
    first_published_at: Option<Timestamp>,
}

impl Store {
    /// Makes keys known to every function; since when each is known, in their
    /// order.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn publish_keys(&self, keys: &PublicKeys) -> Result<Vec<Timestamp>> {
        let now = self.ids.now();
        let mut known = Vec::with_capacity(keys.0.keys.len());
        for key in &keys.0.keys {
            let id = key.common.key_id.as_deref().unwrap_or_default();
            let text = AttributeValue::S;
            let values = Condition::default()
                .name("#type", "type")
                .name("#ttl", "ttl")
                .value(":type", text(patterns::ISSUER_KEY.to_owned()))
                .value(":jwk", text(serde_json::to_string(key).map_err(Error::internal)?))
                .value(":ttl", AttributeValue::N((now + PUBLISHED).as_second().to_string()))
                .value(":now", text(now.to_string()));
            let change = "SET #type = :type, jwk = :jwk, #ttl = :ttl, \
                 first_published_at = if_not_exists(first_published_at, :now)";
            let Updated::Done(item) =
                self.table.note(&keys::issuer_key(id), change, values).await?
            else {
                return Err(Error::internal("an update on no condition was refused"));
            };
            let published: Published = from_item(item)?;
            known.push(published.first_published_at.unwrap_or(now));
        }
        Ok(known)
    }

    /// The keys that were made known and still count.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn published_keys(&self) -> Result<PublicKeys> {
        let query = Query::table(keys::ISSUER.to_owned(), Sort::Any);
        let now = self.ids.now().as_second();
        let mut keys = PublicKeys::none();
        for item in self.table.query_all(query).await? {
            let published: Published = from_item(item)?;
            if published.ttl <= now {
                continue;
            }
            keys.0.keys.push(serde_json::from_str(&published.jwk).map_err(Error::internal)?);
        }
        Ok(keys)
    }
}
