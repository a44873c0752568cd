//! The public halves of our own signing keys, where every function finds them.

use attesta_identity::PublicKeys;
use attesta_model::{Error, Result};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::patterns;
use crate::table::{Condition, Query, Sort, from_item, to_item};
use crate::{Store, keys};

/// How long a key stands after it was last published: far longer than any token
/// lives, and published anew whenever the signing function starts.
const PUBLISHED: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Debug, Serialize, Deserialize)]
struct Published {
    jwk: String,
    ttl: i64,
}

impl Store {
    /// Makes keys known to every function.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn publish_keys(&self, keys: &PublicKeys) -> Result<()> {
        for key in &keys.0.keys {
            let id = key.common.key_id.as_deref().unwrap_or_default();
            let jwk = serde_json::to_string(key).map_err(Error::internal)?;
            let ttl = (self.ids.now() + PUBLISHED).as_second();
            let item =
                to_item(patterns::ISSUER_KEY, keys::issuer_key(id), &Published { jwk, ttl })?;
            self.table.put(item, Condition::default()).await?;
        }
        Ok(())
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
