//! A provider's results: changing one, listing them.

use attesta_identity::ProviderCaller;
use attesta_model::verification::ResultState;
use attesta_model::{Error, ProviderId, Result, ResultId, Words};
use serde::Deserialize;
use tokio::try_join;

use crate::access::{self, OwnResult};
use crate::patterns::ResultRow;
use crate::submission::result_item;
use crate::table::{Condition, Item, Put, Query, Sort, from_item};
use crate::{Store, keys};

/// So many rows are walked at most where no cursor leads to a page.
const MOST_WALKED: usize = 10_000;

/// Which results are asked for.
#[derive(Debug, Clone)]
pub struct ResultsQuery {
    /// How many at most.
    pub limit: usize,
    /// From where.
    pub position: Position,
    /// In which order.
    pub order: Vec<Order>,
    /// Words that the texts of a row must have.
    pub search: Words,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// After so many rows.
    Offset(usize),
    /// After this row, in the order asked for.
    After(ResultId),
    /// Before this row, in the order asked for.
    Before(ResultId),
}

/// A field to order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The field.
    pub field: OrderField,
    /// Whether from the highest down.
    pub descending: bool,
}

/// The fields that results can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field of its name")]
pub enum OrderField {
    Id,
    LearnerId,
    Result,
    Status,
    ErrorMessage,
    Code,
}

/// A page of results.
#[derive(Debug, Clone)]
pub struct ResultPage {
    /// How many there are in all.
    pub count: usize,
    /// The rows.
    pub rows: Vec<ResultRow>,
    /// Whether more rows follow.
    pub has_more: bool,
    /// Whether a cursor can lead on from here.
    pub has_cursor: bool,
}

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
        query: &ResultsQuery,
    ) -> Result<ResultPage> {
        let is_by_id =
            |order: &[Order]| matches!(order, [] | [Order { field: OrderField::Id, .. }]);
        if query.search.is_empty() && is_by_id(&query.order) {
            let (count, rows) = try_join!(
                self.authorised_count(caller, provider),
                self.rows_by_id(caller.provider_id, query),
            )?;
            let (rows, has_more) = rows;
            // The count may lag; never behind what is shown.
            let skipped = match query.position {
                Position::Offset(offset) if !rows.is_empty() => offset,
                _ => 0,
            };
            let count = count.max(skipped + rows.len());
            Ok(ResultPage { count, rows, has_more, has_cursor: true })
        } else {
            let walk = self.walk(caller.provider_id, Sort::Any, false, MOST_WALKED + 1);
            let (_, rows) = try_join!(self.authorised_count(caller, provider), walk)?;
            sorted_page(rows, query)
        }
    }

    /// Checks the caller and adds up the shards of their count, in one batch.
    async fn authorised_count(&self, caller: &ProviderCaller, provider: &str) -> Result<usize> {
        let [own, credential] = access::provider_keys(caller);
        let count = |shard| keys::result_count(caller.provider_id, shard);
        let [own, credential, a, b, c, d] =
            self.table.get_many([own, credential, count(0), count(1), count(2), count(3)]).await?;
        access::provider_handle(caller, provider, [own, credential])?;
        [a, b, c, d].into_iter().flatten().map(shard_count).sum()
    }

    async fn rows_by_id(
        &self,
        provider: ProviderId,
        query: &ResultsQuery,
    ) -> Result<(Vec<ResultRow>, bool)> {
        let descending = query.order.first().is_some_and(|order| order.descending);
        let sort_key = keys::result_in_provider;
        let (sort, backwards, skip) = match query.position {
            Position::Offset(offset) => (Sort::Any, descending, offset),
            Position::After(id) if descending => (Sort::Before(sort_key(id)), true, 0),
            Position::After(id) => (Sort::After(sort_key(id)), false, 0),
            Position::Before(id) if descending => (Sort::After(sort_key(id)), false, 0),
            Position::Before(id) => (Sort::Before(sort_key(id)), true, 0),
        };
        if skip > MOST_WALKED {
            return Err(too_far());
        }
        let wanted = skip + query.limit + 1;
        let mut rows = self.walk(provider, sort, backwards, wanted).await?;
        let mut has_more = rows.len() == wanted;
        rows.truncate(wanted - 1);
        rows.drain(..skip.min(rows.len()));
        if matches!(query.position, Position::Before(_)) {
            rows.reverse();
            has_more = true;
        }
        Ok((rows, has_more))
    }

    async fn walk(
        &self,
        provider: ProviderId,
        sort: Sort,
        backwards: bool,
        most: usize,
    ) -> Result<Vec<ResultRow>> {
        let query = Query { backwards, ..Query::index(keys::provider_results(provider), sort) };
        let items = self.table.query_up_to(query, most).await?;
        items.into_iter().map(from_item).collect()
    }
}

fn shard_count(item: Item) -> Result<usize> {
    #[derive(Deserialize)]
    struct Shard {
        count: usize,
    }
    from_item(item).map(|shard: Shard| shard.count)
}

fn too_far() -> Error {
    let message = format!("No further than {MOST_WALKED} rows: follow the next links instead.");
    Error::Refused(message)
}

/// A page of rows that were all read, since no index has them in this order.
fn sorted_page(rows: Vec<ResultRow>, query: &ResultsQuery) -> Result<ResultPage> {
    if rows.len() > MOST_WALKED {
        return Err(too_far());
    }
    let mut rows: Vec<_> = rows.into_iter().filter(|row| is_found(row, &query.search)).collect();
    rows.sort_by(|a, b| {
        let by = |order: &Order| {
            let ordering = compare(order.field, a, b);
            if order.descending { ordering.reverse() } else { ordering }
        };
        query.order.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(a.id.cmp(&b.id))
    });
    let Position::Offset(offset) = query.position else {
        return Err(Error::Refused("This order has no cursor.".to_owned()));
    };
    let count = rows.len();
    let rows: Vec<_> = rows.into_iter().skip(offset).take(query.limit).collect();
    Ok(ResultPage { count, has_more: offset + rows.len() < count, rows, has_cursor: false })
}

fn compare(field: OrderField, a: &ResultRow, b: &ResultRow) -> std::cmp::Ordering {
    match field {
        OrderField::Id => a.id.cmp(&b.id),
        OrderField::LearnerId => a.learner_id.cmp(&b.learner_id),
        OrderField::Result => {
            let number = |row: &ResultRow| row.state.result.unwrap_or(f64::NEG_INFINITY);
            number(a).total_cmp(&number(b))
        }
        OrderField::Status => a.state.status.cmp(&b.state.status),
        OrderField::ErrorMessage => a.state.error_message.cmp(&b.state.error_message),
        OrderField::Code => a.state.code.cmp(&b.state.code),
    }
}

fn is_found(row: &ResultRow, words: &Words) -> bool {
    let message = row.state.error_message.as_deref().unwrap_or_default();
    words.are_in(&[row.learner_id.to_string().as_str(), message])
}
