//! Items by their keys.

use std::collections::HashMap;
use std::time::Duration;

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use tokio::task::JoinSet;

use crate::keys::Key;
use crate::table::{Item, Table, key_item, key_of};

/// How often the rest of a partly answered batch is asked for again.
pub(crate) const BATCH_TRIES: u32 = 5;
/// So many keys go into a call.
const BATCH: usize = 100;

impl Table {
    /// Items by their keys, in one round; `None` for those that aren't there.
    /// Reads are consistent: a right that was taken away is gone.
    pub(crate) async fn get_many<const N: usize>(
        &self,
        keys: [Key; N],
    ) -> Result<[Option<Item>; N]> {
        let mut found = self.get_all(&keys).await?;
        Ok(keys.map(|key| found.remove(&key)))
    }

    /// Those items that are there, a hundred keys in a call. No key may come
    /// twice.
    pub(crate) async fn get_all(&self, keys: &[Key]) -> Result<HashMap<Key, Item>> {
        let mut found = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(BATCH) {
            let mut pending: Vec<_> = keys.iter().map(key_item).collect();
            for attempt in 0..BATCH_TRIES {
                if attempt > 0 {
                    tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
                }
                let (items, rest) = self.get_batch(pending).await?;
                found.extend(items.into_iter().filter_map(|item| Some((key_of(&item)?, item))));
                pending = rest;
                if pending.is_empty() {
                    break;
                }
            }
            if !pending.is_empty() {
                return Err(Error::internal("BatchGetItem left keys unread"));
            }
        }
        Ok(found)
    }

    /// Items by any number of keys, in their order and all in one round. No key
    /// may come twice.
    pub(crate) async fn get_each(&self, keys: Vec<Key>) -> Result<Vec<Option<Item>>> {
        let mut found = self.get_each_found(keys.clone()).await?;
        Ok(keys.iter().map(|key| found.remove(key)).collect())
    }

    /// Those of any number of items that are there, all in one round. No key may
    /// come twice.
    pub(crate) async fn get_each_found(&self, keys: Vec<Key>) -> Result<HashMap<Key, Item>> {
        let mut found = HashMap::with_capacity(keys.len());
        let mut calls = JoinSet::new();
        for batch in keys.chunks(BATCH) {
            let (table, batch) = (self.clone(), batch.to_vec());
            calls.spawn(async move { table.get_all(&batch).await });
        }
        while let Some(answer) = calls.join_next().await {
            found.extend(answer.map_err(Error::internal)??);
        }
        Ok(found)
    }

    /// One call; what it found, and the keys that it left unread.
    async fn get_batch(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>)> {
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()
            .map_err(Error::internal)?;
        let answer = self
            .client
            .batch_get_item()
            .request_items(&self.name, wanted)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Error::call("BatchGetItem", &error))?;
        self.meter.read("BatchGetItem", answer.consumed_capacity());
        let items = answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
        let rest = answer.unprocessed_keys.and_then(|mut rest| rest.remove(&self.name));
        Ok((items, rest.map(|rest| rest.keys).unwrap_or_default()))
    }
}
