//! Lists in the order of their keys, a slice at a time: from a row on, or past
//! so many. From a row on, nothing comes twice and nothing that stays is left
//! out, whatever comes and goes meanwhile.

use attesta_model::Result;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::table::{Item, Query, Sort, from_item};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// After which row it begins: the `next` of the slice before.
    pub after: Option<String>,
    /// How many rows are passed over; each costs as much as one that is shown.
    pub skip: usize,
    /// How many rows at most.
    pub limit: usize,
}

/// A slice of a list.
#[derive(Debug, Clone)]
pub struct Sliced<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// After which row the next slice begins; none on the last.
    pub next: Option<String>,
}

/// A part of a partition, or of an index's partition, that is a list.
#[derive(Debug, Clone)]
pub(crate) struct List {
    /// Whether it is the index's.
    pub(crate) in_index: bool,
    pub(crate) partition: String,
    /// What the place of each row begins with.
    pub(crate) prefix: String,
}

impl List {
    /// Whatever a caller says that a slice begins after, it holds nothing of
    /// another list.
    fn sort(&self, after: Option<&str>) -> Sort {
        let (start, end) = (format!("{}!", self.prefix), format!("{}~", self.prefix));
        let first = after.map(|place| format!("{}{}!", self.prefix, place.replace('.', "#")));
        let first = first.map(|first| first.clamp(start.clone(), end.clone()));
        Sort::Between(first.unwrap_or(self.prefix.clone()), end)
    }

    /// A row's place, as its list's next slice is asked for.
    fn place(&self, item: &Item) -> Option<String> {
        let key = item.get(if self.in_index { "gsi1sk" } else { "sk" })?.as_s().ok()?;
        Some(key.strip_prefix(&self.prefix)?.replace('#', "."))
    }
}

impl Store {
    /// A slice of a list.
    pub(crate) async fn slice<T: DeserializeOwned>(
        &self,
        list: &List,
        slice: &Slice,
    ) -> Result<Sliced<T>> {
        let sort = list.sort(slice.after.as_deref());
        let partition = list.partition.clone();
        let query = match list.in_index {
            true => Query::index(partition, sort),
            false => Query::table(partition, sort),
        };
        let end = slice.skip.saturating_add(slice.limit);
        let mut items = self.table.query_up_to(query, end.saturating_add(1)).await?;
        let has_more = items.len() > end;
        items.truncate(end);
        let next = items.last().filter(|_| has_more).and_then(|item| list.place(item));
        let rows = items.into_iter().skip(slice.skip).map(from_item).collect::<Result<_>>()?;
        Ok(Sliced { rows, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_stays_within_its_list() {
        let list =
            List { in_index: false, partition: "P".to_owned(), prefix: "INSTANCE#r#".to_owned() };
        for (after, expected) in [
            (None, "INSTANCE#r#"),
            (Some("0197"), "INSTANCE#r#0197!"),
            (Some("~~~"), "INSTANCE#r#~"),
            (Some(""), "INSTANCE#r#!"),
        ] {
            let Sort::Between(first, last) = list.sort(after) else { panic!("a range") };
            assert_eq!((first.as_str(), last.as_str()), (expected, "INSTANCE#r#~"), "{after:?}");
        }
    }
}
