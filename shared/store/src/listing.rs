//! Lists: pages of a partition's rows, by cursor, offset, order and search.

use std::cmp::Ordering;

use attesta_model::{Error, Result, Words};
use serde::de::DeserializeOwned;
use tokio::try_join;

use crate::Store;
use crate::table::{Query, Sort, from_item};

/// So many rows are walked at most where no cursor leads to a page.
pub(crate) const MOST_WALKED: usize = 10_000;

/// What is asked of a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// How many rows at most.
    pub limit: usize,
    /// From where.
    pub position: Position,
    /// In which order. Fields that the rows haven't are passed over; by number
    /// where none is left.
    pub order: Vec<Order>,
    /// Words that the texts of a row must have.
    pub search: Words,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// After so many rows.
    Offset(usize),
    /// After the row of this number, in the order asked for.
    After(u64),
    /// Before the row of this number, in the order asked for.
    Before(u64),
}

/// A field to order by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The field's name.
    pub field: String,
    /// Whether from the highest down.
    pub descending: bool,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct ListPage<R> {
    /// How many rows there are in all.
    pub count: usize,
    /// The rows.
    pub rows: Vec<R>,
    /// Whether more rows follow.
    pub has_more: bool,
    /// Whether a cursor can lead on from here.
    pub has_cursor: bool,
}

/// How two rows compare by a field.
pub(crate) type Compare<R> = fn(&R, &R) -> Ordering;

/// A row that lists show.
pub trait Row: DeserializeOwned {
    /// Its number, by which its partition is sorted.
    fn number(&self) -> u64;
}

/// A row that can be put in other orders, and be searched for.
pub(crate) trait Sortable: Row + 'static {
    /// The fields to order by beside `id`, and how.
    const FIELDS: &'static [(&'static str, Compare<Self>)];

    /// The texts that a search looks into.
    fn texts(&self) -> Vec<String>;
}

/// The partition that a list shows.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// The partition, whole.
    pub(crate) query: Query,
    /// A row's place in it, by its number.
    pub(crate) place: fn(u64) -> String,
}

impl Store {
    /// A page of a list. The count comes with the proof that the caller may
    /// see it; it may lag, and is never behind what is shown.
    pub(crate) async fn list<R: Sortable>(
        &self,
        listed: Listed,
        query: &ListQuery,
        count: impl Future<Output = Result<usize>>,
    ) -> Result<ListPage<R>> {
        let order = known_order::<R>(&query.order);
        if query.search.is_empty() && order.first().is_none_or(|(by_id, ..)| *by_id) {
            let descending = order.first().is_some_and(|(_, _, descending)| *descending);
            let rows = self.rows_by_number(listed, query, descending);
            let (count, (rows, has_more)) = try_join!(count, rows)?;
            let skipped = match query.position {
                Position::Offset(offset) if !rows.is_empty() => offset,
                _ => 0,
            };
            let count = count.max(skipped + rows.len());
            Ok(ListPage { count, rows, has_more, has_cursor: true })
        } else {
            let all = self.walk(listed.query, MOST_WALKED + 1);
            let (_, rows) = try_join!(count, all)?;
            sorted_page(rows, query, &order)
        }
    }

    async fn rows_by_number<R: Row>(
        &self,
        listed: Listed,
        query: &ListQuery,
        descending: bool,
    ) -> Result<(Vec<R>, bool)> {
        let part = Part::new(query.position, descending, listed.place).ok_or_else(too_far)?;
        let from = Query { sort: part.sort.clone(), backwards: part.backwards, ..listed.query };
        let rows = self.walk(from, part.skip + query.limit + 1).await?;
        Ok(part.cut(rows, query.limit))
    }

    pub(crate) async fn walk<R: Row>(&self, query: Query, most: usize) -> Result<Vec<R>> {
        let items = self.table.query_up_to(query, most).await?;
        items.into_iter().map(from_item).collect()
    }
}

/// The part of a partition that a page by number is read from.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) sort: Sort,
    pub(crate) backwards: bool,
    /// So many rows are read before the page begins.
    pub(crate) skip: usize,
    is_before: bool,
}

impl Part {
    /// Where a page begins; `None` where that is too far in.
    pub(crate) fn new(
        position: Position,
        descending: bool,
        place: fn(u64) -> String,
    ) -> Option<Self> {
        let (sort, backwards, skip) = match position {
            Position::Offset(offset) => (Sort::Any, descending, offset),
            Position::After(id) if descending => (Sort::Before(place(id)), true, 0),
            Position::After(id) => (Sort::After(place(id)), false, 0),
            Position::Before(id) if descending => (Sort::After(place(id)), false, 0),
            Position::Before(id) => (Sort::Before(place(id)), true, 0),
        };
        let is_before = matches!(position, Position::Before(_));
        (skip <= MOST_WALKED).then_some(Self { sort, backwards, skip, is_before })
    }

    /// The page of the rows that were read, of which there should be one more
    /// than it has, and whether more follow.
    pub(crate) fn cut<R>(&self, mut rows: Vec<R>, limit: usize) -> (Vec<R>, bool) {
        let wanted = self.skip + limit + 1;
        let has_more = rows.len() >= wanted || self.is_before;
        rows.truncate(wanted - 1);
        rows.drain(..self.skip.min(rows.len()));
        if self.is_before {
            rows.reverse();
        }
        (rows, has_more)
    }
}

/// Whether a term is the number itself, how rows compare by it, and whether
/// from the highest down.
type Term<R> = (bool, Compare<R>, bool);

fn known_order<R: Sortable>(order: &[Order]) -> Vec<Term<R>> {
    let by_number: Compare<R> = |a, b| a.number().cmp(&b.number());
    let term = |order: &Order| {
        if order.field == "id" {
            return Some((true, by_number, order.descending));
        }
        let known = R::FIELDS.iter().find(|(name, _)| *name == order.field);
        known.map(|(_, compare)| (false, *compare, order.descending))
    };
    order.iter().filter_map(term).collect()
}

/// The refusal of a page too deep to be walked to.
pub(crate) fn too_far() -> Error {
    let message = format!("No further than {MOST_WALKED} rows: follow the next links instead.");
    Error::Refused(message)
}

/// A page of rows that are all here.
pub(crate) fn page_of_all<R: Sortable>(rows: Vec<R>, query: &ListQuery) -> Result<ListPage<R>> {
    sorted_page(rows, query, &known_order::<R>(&query.order))
}

/// A page of rows that were all read, since nothing has them in this order.
fn sorted_page<R: Sortable>(
    mut rows: Vec<R>,
    query: &ListQuery,
    order: &[Term<R>],
) -> Result<ListPage<R>> {
    if rows.len() > MOST_WALKED {
        return Err(too_far());
    }
    if !query.search.is_empty() {
        rows.retain(|row| query.search.are_in(&row.texts()));
    }
    rows.sort_by(|a, b| {
        let by = |(_, compare, descending): &Term<R>| {
            let ordering = compare(a, b);
            if *descending { ordering.reverse() } else { ordering }
        };
        let first = order.iter().map(by).find(|ordering| ordering.is_ne());
        first.unwrap_or_else(|| a.number().cmp(&b.number()))
    });
    let Position::Offset(offset) = query.position else {
        return Err(Error::Refused("This order has no cursor.".to_owned()));
    };
    let count = rows.len();
    let rows: Vec<_> = rows.into_iter().skip(offset).take(query.limit).collect();
    Ok(ListPage { count, has_more: offset + rows.len() < count, rows, has_cursor: false })
}
