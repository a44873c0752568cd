//! Pages of entries.

use std::cmp::Ordering;

use attesta_model::{Error, Result, Words};
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

use crate::Store;
use crate::keys;
use crate::listing::{MOST_WALKED, too_far};
use crate::table::{Query, Sort, from_item, key_of};

/// Which page of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing<O> {
    /// In which order.
    pub by: ListedBy<O>,
    /// Where the page begins.
    pub place: Place,
    /// How many rows at most.
    pub limit: usize,
}

/// An order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListedBy<O> {
    /// By what.
    pub order: O,
    /// Whether from the highest down.
    pub descending: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// After so many rows, each of which costs as much as one that is shown.
    Offset(usize),
    /// After this row: the `next` of the page before.
    After(String),
}

impl Default for Place {
    fn default() -> Self {
        Self::Offset(0)
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none on the last.
    pub next: Option<Place>,
}

impl Store {
    /// A page of a list that stands in this order in the table.
    pub(super) async fn page_in_order<F: DeserializeOwned>(
        &self,
        partitions: Vec<String>,
        descending: bool,
        place: &Place,
        limit: usize,
    ) -> Result<Listed<F>> {
        let (sort, skip) = match place {
            Place::Offset(offset) if *offset > MOST_WALKED => return Err(too_far()),
            Place::Offset(offset) => (Sort::Any, *offset),
            Place::After(row) if descending => (Sort::Before(row.clone()), 0),
            Place::After(row) => (Sort::After(row.clone()), 0),
        };
        let end = skip + limit;
        let mut items = self.table.merged(partitions, &sort, descending, end + 1).await?;
        let has_more = items.len() > end;
        items.truncate(end);
        let last = items.last().and_then(key_of).map(|key| Place::After(key.sk));
        let rows = items.into_iter().skip(skip).map(from_item).collect::<Result<_>>()?;
        Ok(Listed { rows, next: last.filter(|_| has_more) })
    }

    /// What stands under some partitions, which must not be too much, as far as it
    /// is wanted; all are read at the same time.
    pub(super) async fn walked<F: DeserializeOwned>(
        &self,
        partitions: &[String],
        sort: Sort,
        is_wanted: impl Fn(&F) -> bool,
    ) -> Result<Vec<F>> {
        let mut reading = JoinSet::new();
        for partition in partitions {
            let (table, query) =
                (self.table.clone(), Query::table(partition.clone(), sort.clone()));
            reading.spawn(async move { table.query_up_to(query, MOST_WALKED + 1).await });
        }
        let (mut wanted, mut left) = (Vec::new(), MOST_WALKED);
        while let Some(items) = reading.join_next().await {
            let items = items.map_err(Error::internal)??;
            left = left.checked_sub(items.len()).ok_or_else(too_many)?;
            for item in items {
                wanted.extend(Some(from_item(item)?).filter(&is_wanted));
            }
        }
        Ok(wanted)
    }
}

/// A page of rows that are all here.
pub(super) fn page_of<F>(
    mut rows: Vec<F>,
    compare: impl Fn(&F, &F) -> Ordering,
    descending: bool,
    place: &Place,
    limit: usize,
) -> Result<Listed<F>> {
    let Place::Offset(offset) = *place else {
        return Err(Error::Refused("This list is led on by offset.".to_owned()));
    };
    rows.sort_by(|a, b| if descending { compare(b, a) } else { compare(a, b) });
    let (all, end) = (rows.len(), offset.saturating_add(limit));
    let rows = rows.into_iter().skip(offset).take(limit).collect();
    Ok(Listed { rows, next: (end < all).then_some(Place::Offset(end)) })
}

/// The entries under the longest of the words that are looked for.
pub(super) fn under_word(scope: &'static str, words: &Words) -> Option<(String, Sort)> {
    let word = words.longest()?;
    Some((keys::entries_under(scope, word), Sort::StartsWith(keys::entry_word(word))))
}

fn too_many() -> Error {
    let text = format!("More than {MOST_WALKED} would have to be looked at: ask for fewer.");
    Error::Refused(text)
}
