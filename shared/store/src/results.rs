//! A provider's results: changing one, listing them.

use attesta_identity::ProviderCaller;
use attesta_model::verification::{ResultState, ResultStatus, bin};
use attesta_model::{Error, Result};
use serde::Deserialize;

use crate::access::{self, OwnResult};
use crate::keys::{self, Counted};
use crate::listing::{Compare, ListPage, ListQuery, Listed, Row, Sortable};
use crate::patterns::ResultRow;
use crate::submission::result_item;
use crate::table::{Cancelled, Condition, Item, Query, Sort, Written, from_item};
use crate::{OutboxRow, Store, Tally};

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
            let changed = row.with(next, self.ids.now());
            match self.put_result(&row, &changed).await? {
                Written::Done => return Ok(changed),
                Written::Refused(present) => {
                    row = from_item(present.ok_or_else(Error::not_found)?)?;
                }
            }
            self.pause(attempt).await?;
        }
        Err(Error::Conflict {
            code: "busy",
            message: "The result is being changed by others; try again.".to_owned(),
        })
    }

    /// Puts a changed result in place of what it was. One that is answered by it
    /// may make its request complete, and one that becomes processed is entered
    /// in the histograms: an outgoing row says so in the same transaction, and
    /// counts once however often it is delivered.
    async fn put_result(&self, before: &ResultRow, after: &ResultRow) -> Result<Written> {
        let (item, condition) = (result_item(after)?, Condition::version(before.version));
        let is_answered = before.state.status.is_open() && !after.state.status.is_open();
        let was_processed = before.state.status == ResultStatus::Processed;
        let processed = after.state.processed().filter(|_| !was_processed);
        if !is_answered && processed.is_none() {
            return self.table.put(item, condition).await;
        }
        let outgoing = OutboxRow {
            tallies: processed.map(|result| histogram_tallies(after, result)).unwrap_or_default(),
            settles: is_answered.then_some(after.request_id),
            ..OutboxRow::new(self.ids.integer()?, after.updated_at)
        };
        let writes = vec![self.table.put_if(item, condition)?, self.put_outgoing(&outgoing)?];
        Ok(match self.table.transact(writes).await? {
            Ok(()) => Written::Done,
            Err(Cancelled { at: Some(0), item }) => Written::Refused(item),
            // The row's number was taken, or another transaction was in the way.
            Err(_) => Written::Refused(Some(result_item(before)?)),
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

/// The bins that a result is counted in: its instrument's and its provider's.
fn histogram_tallies(row: &ResultRow, result: f64) -> Vec<Tally> {
    let tally = |provider| Tally {
        key: keys::histogram(row.learner_id, row.instrument_id, provider),
        attribute: format!("b{}", bin(result)),
    };
    [None, Some(row.provider_id)].map(tally).into()
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
