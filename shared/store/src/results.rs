//! A provider's results: changing one, listing them.

use attesta_identity::ProviderCaller;
use attesta_model::verification::ResultState;
use attesta_model::{Error, Result};
use serde::Deserialize;

use crate::Store;
use crate::access::{self, OwnResult};
use crate::keys::{self, Counted};
use crate::listing::{Compare, ListPage, ListQuery, Listed, Row, Sortable};
use crate::patterns::ResultRow;
use crate::submission::result_item;
use crate::table::{Condition, Item, Put, Query, Sort, from_item};

impl Store {
    /// Changes a result by a rule, as often as others come in between.
    ///
    /// # Errors
    /// What the rule refuses.
    pub async fn change_result(
        &self,
        own: OwnResult,
        rule: impl Fn(&ResultState) -> Result<ResultState>,
    ) -> Result<ResultRow> {
        const TRIES: u32 = 8;
        let mut row = own.row().clone();
        for attempt in 0..TRIES {
            let next = rule(&row.state)?;
            if next.is_same(&row.state) {
                return Ok(row);
            }
            let changed = ResultRow {
                state: next,
                version: row.version + 1,
                updated_at: self.ids.now(),
                ..row.clone()
            };
            let put = self.table.put(result_item(&changed)?, Condition::version(row.version));
            match put.await? {
                Put::Done => return Ok(changed),
                Put::Refused(present) => row = from_item(present.ok_or_else(Error::not_found)?)?,
            }
            self.pause(attempt).await?;
        }
        Err(Error::Conflict {
            code: "busy",
            message: "The result is being changed by others; try again.".to_owned(),
        })
    }

    /// The results of the caller's own provider.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::Refused`] for a page too
    /// far in to be walked to.
    pub async fn own_results(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        query: &ListQuery,
    ) -> Result<ListPage<ResultRow>> {
        let partition = keys::provider_results(caller.provider_id);
        let listed =
            Listed { query: Query::index(partition, Sort::Any), place: keys::result_in_provider };
        self.list(listed, query, self.own_count(caller, provider, Counted::Results)).await
    }

    /// Checks the caller and adds up the shards of one of their counts, in one
    /// batch.
    pub(crate) async fn own_count(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        of: Counted,
    ) -> Result<usize> {
        let [own, credential] = access::provider_keys(caller);
        let count = |shard| keys::count(caller.provider_id, of, shard);
        let [own, credential, a, b, c, d] =
            self.table.get_many([own, credential, count(0), count(1), count(2), count(3)]).await?;
        self.provider_handle(caller, provider, [own, credential])?;
        [a, b, c, d].into_iter().flatten().map(shard_count).sum()
    }
}

fn shard_count(item: Item) -> Result<usize> {
    #[derive(Deserialize)]
    struct Shard {
        count: usize,
    }
    from_item(item).map(|shard: Shard| shard.count)
}

impl Row for ResultRow {
    fn number(&self) -> u64 {
        self.id.get()
    }
}

impl Sortable for ResultRow {
    const FIELDS: &'static [(&'static str, Compare<Self>)] = &[
        ("learner_id", |a, b| a.learner_id.cmp(&b.learner_id)),
        ("result", |a, b| {
            let number = |row: &Self| row.state.result.unwrap_or(f64::NEG_INFINITY);
            number(a).total_cmp(&number(b))
        }),
        ("status", |a, b| a.state.status.cmp(&b.state.status)),
        ("error_message", |a, b| a.state.error_message.cmp(&b.state.error_message)),
        ("code", |a, b| a.state.code.cmp(&b.state.code)),
    ];

    fn texts(&self) -> Vec<String> {
        let message = self.state.error_message.clone();
        std::iter::once(self.learner_id.to_string()).chain(message).collect()
    }
}
