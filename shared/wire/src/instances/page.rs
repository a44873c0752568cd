//! Lists by page number. Following `next` costs one page and is stable,
//! whatever comes and goes; a page by its number is where it is now.

use attesta_model::Reason;
use attesta_store::{Slice, Sliced};
use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Failure, Query};

const SIZE: usize = 25;
const MOST: usize = 2_000;
/// Rows that a page number may pass over.
const MOST_SKIPPED: usize = 10_000;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// Its number; null where it was asked for by `after`.
    #[schema(required)]
    pub page_number: Option<usize>,
    /// How many rows it has at most.
    pub page_size: usize,
    /// The rows.
    pub items: Vec<T>,
    /// What the next page is asked for with as `after`; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// What a page is asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `Paging` reads")]
pub struct PageQuery {
    /// Which page, as the list is now.
    #[param(rename = "pageNumber", minimum = 1, default = 1)]
    page_number: Option<usize>,
    /// How many rows at most.
    #[param(rename = "pageSize", minimum = 1, maximum = 2000, default = 25)]
    page_size: Option<usize>,
    /// From where on instead: the `next` of the page before, which is stable
    /// whatever comes and goes.
    after: Option<String>,
}

/// The same as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    number: Option<usize>,
    size: usize,
    after: Option<String>,
}

impl Paging {
    /// Reads it from a query.
    pub fn read(query: &mut Query) -> Option<Self> {
        let rule = |text: &str| Reason::Rule(text.to_owned());
        let within = |text: &str, most: usize| {
            text.parse().ok().filter(|number| (1..=most).contains(number))
        };
        let number =
            query.with("pageNumber", rule("must be 1 or more"), |text| within(text, usize::MAX));
        let size = query.with("pageSize", rule("must be 1 to 2000"), |text| within(text, MOST));
        let size = size.unwrap_or(SIZE);
        let after = query.with("after", Reason::Blank, |text| {
            Some(text.to_owned()).filter(|text| !text.is_empty())
        });
        if number.is_some() && after.is_some() {
            query.problem("after", rule("must not stand beside pageNumber"));
        }
        let skipped = number.unwrap_or(1).saturating_sub(1).saturating_mul(size);
        if skipped > MOST_SKIPPED {
            query.problem("pageNumber", rule("leads past 10000 rows; follow next instead"));
        }
        Some(Self { number, size, after })
    }

    /// The same, as the store is asked.
    #[must_use]
    pub fn slice(&self) -> Slice {
        let skip = self.number.unwrap_or(1).saturating_sub(1).saturating_mul(self.size);
        Slice { after: self.after.clone(), skip, limit: self.size }
    }

    /// The answer to a slice of the store.
    #[must_use]
    pub fn page<R, T>(&self, sliced: Sliced<R>, view: impl FnMut(R) -> T) -> Page<T> {
        let first = Some(1).filter(|_| self.after.is_none());
        Page {
            page_number: self.number.or(first),
            page_size: self.size,
            items: sliced.rows.into_iter().map(view).collect(),
            next: sliced.next,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Paging {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Query::read(&parts.uri, Self::read)?)
    }
}
