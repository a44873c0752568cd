//! Some partitions read as one that is sorted.

use std::collections::VecDeque;

use attesta_model::Result;
use tokio::task::JoinSet;

use crate::table::{Item, Query, Sort, Table, key_of};

/// One of the partitions, as far as it was read.
#[derive(Debug)]
struct Shard {
    query: Query,
    items: VecDeque<Item>,
    is_done: bool,
}

impl Table {
    /// The first items of some partitions of a table, in the order of their sort
    /// keys, as far as they are wanted; reads little more than it gives.
    pub(crate) async fn merged(
        &self,
        partitions: Vec<String>,
        sort: &Sort,
        backwards: bool,
        most: usize,
    ) -> Result<Vec<Item>> {
        let chunk = i32::try_from(most / partitions.len().max(1) + 16).ok();
        let mut reading = JoinSet::new();
        for partition in partitions {
            let query = Query { backwards, limit: chunk, ..Query::table(partition, sort.clone()) };
            let table = self.clone();
            let shard = Shard { query, items: VecDeque::new(), is_done: false };
            reading.spawn(async move { shard.read_on(&table).await });
        }
        let mut shards = Vec::new();
        while let Some(shard) = reading.join_next().await {
            shards.push(shard.map_err(attesta_model::Error::internal)??);
        }
        let mut merged = Vec::new();
        while merged.len() < most {
            let place = |shard: &Shard| shard.items.front().and_then(key_of).map(|key| key.sk);
            let heads = shards.iter().enumerate();
            let heads = heads.filter_map(|(at, shard)| Some((place(shard)?, at)));
            let next = if backwards { heads.max() } else { heads.min() };
            let Some((_, at)) = next else { break };
            merged.extend(shards[at].items.pop_front());
            if shards[at].items.is_empty() && !shards[at].is_done {
                let shard = shards.swap_remove(at);
                shards.push(shard.read_on(self).await?);
            }
        }
        Ok(merged)
    }
}

impl Shard {
    async fn read_on(mut self, table: &Table) -> Result<Self> {
        let page = table.query(self.query.clone()).await?;
        self.items.extend(page.items);
        self.is_done = page.last.is_none();
        self.query.after = page.last;
        Ok(self)
    }
}
