//! Lists in the provider dialect: limit and offset, with links that carry a
//! cursor, so that following them costs one page however deep.

use std::convert::Infallible;

use attesta_model::Words;
use attesta_store::{ListPage, ListQuery, Order, Position, Row};
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use http::{HeaderMap, Uri, header::HOST};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 1_000;
const MAX_SEARCH: usize = 200;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// How many there are in all; at most a second behind.
    pub count: usize,
    /// Where the next page is.
    #[schema(format = "uri")]
    pub next: Option<String>,
    /// Where the page before is.
    #[schema(format = "uri")]
    pub previous: Option<String>,
    /// The rows.
    pub results: Vec<T>,
}

/// Limit, offset, order and search of a list. Nonsense falls back to the default.
#[derive(Debug, Default, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// A search term.
    pub search: Option<String>,
    /// Which field to use when ordering the results; a leading - reverses.
    pub ordering: Option<String>,
    /// Number of results to return per page.
    #[param(value_type = Option<i64>)]
    pub limit: Option<String>,
    /// The initial index from which to return the results.
    #[param(value_type = Option<i64>)]
    pub offset: Option<String>,
    /// Where a followed link leads on from; opaque.
    #[param(value_type = Option<String>)]
    pub cursor: Option<String>,
}

impl Listing {
    /// The same for a list that has one order and no search.
    #[must_use]
    pub fn unordered(self) -> Self {
        Self { search: None, ordering: None, ..self }
    }
}

/// Of a parameter that is given twice the last counts.
impl<S: Sync> FromRequestParts<S> for Listing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let mut listing = Self::default();
        for (name, value) in pairs.map(|pairs| pairs.0).unwrap_or_default() {
            let field = match name.as_str() {
                "search" => &mut listing.search,
                "ordering" => &mut listing.ordering,
                "limit" => &mut listing.limit,
                "offset" => &mut listing.offset,
                "cursor" => &mut listing.cursor,
                _ => continue,
            };
            *field = Some(value);
        }
        Ok(listing)
    }
}

/// The API's own base address, which links start with.
#[derive(Debug, Clone)]
pub struct Base(Option<String>);

impl Base {
    /// The address that was set; where none was, the one that the request was
    /// sent to.
    #[must_use]
    pub fn new(configured: Option<&str>) -> Self {
        let configured = configured.map(|url| url.trim_end_matches('/').to_owned());
        Self(configured.filter(|url| !url.is_empty()))
    }

    fn of(&self, headers: &HeaderMap) -> String {
        let host = || headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        self.0.clone().unwrap_or_else(|| format!("https://{}", host()))
    }
}

/// Where a page of a list begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// After this row.
    After(u64),
    /// Before this row.
    Before(u64),
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        match text.split_at_checked(1)? {
            ("a", id) => id.parse().ok().map(Self::After),
            ("b", id) => id.parse().ok().map(Self::Before),
            _ => None,
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::After(id) => write!(f, "a{id}"),
            Self::Before(id) => write!(f, "b{id}"),
        }
    }
}

/// A listing, understood.
#[derive(Debug, Clone)]
pub struct PageRequest {
    limit: usize,
    offset: usize,
    cursor: Option<Cursor>,
    ordering: Option<String>,
    search: Option<String>,
}

impl From<Listing> for PageRequest {
    fn from(listing: Listing) -> Self {
        let number = |text: Option<String>| text.and_then(|text| text.trim().parse().ok());
        let limit = number(listing.limit).filter(|limit| *limit > 0);
        let search = listing.search.map(|text| text.chars().take(MAX_SEARCH).collect::<String>());
        Self {
            limit: limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT),
            offset: number(listing.offset).unwrap_or(0),
            cursor: listing.cursor.as_deref().and_then(Cursor::parse),
            ordering: listing.ordering,
            search: search.filter(|text| !text.trim().is_empty()),
        }
    }
}

impl PageRequest {
    /// The same, as the store is asked.
    #[must_use]
    pub fn query(&self) -> ListQuery {
        let terms = self.ordering.as_deref().unwrap_or_default().split(',');
        ListQuery {
            limit: self.limit,
            position: match self.cursor {
                None => Position::Offset(self.offset),
                Some(Cursor::After(id)) => Position::After(id),
                Some(Cursor::Before(id)) => Position::Before(id),
            },
            order: terms.filter_map(order).collect(),
            search: self.words(),
        }
    }

    /// Whether a row with these texts is looked for.
    #[must_use]
    pub fn finds(&self, texts: &[&str]) -> bool {
        self.words().are_in(texts)
    }

    fn words(&self) -> Words {
        Words::new(self.search.as_deref().unwrap_or_default())
    }

    /// The answer to a page of the store: its rows as views, and its links.
    #[must_use]
    pub fn answer<T, R: Row>(
        &self,
        page: &ListPage<R>,
        views: Vec<T>,
        at: (&Base, &HeaderMap, &Uri),
    ) -> Page<T> {
        let ends = page.rows.first().zip(page.rows.last()).filter(|_| page.has_cursor);
        let ends = ends
            .map(|(first, last)| (Cursor::Before(first.number()), Cursor::After(last.number())));
        self.page(views, page.count, page.has_more, ends, at)
    }

    /// A page of rows that are all here.
    #[must_use]
    pub fn page_of_all<T>(&self, rows: Vec<T>, at: (&Base, &HeaderMap, &Uri)) -> Page<T> {
        let count = rows.len();
        let results: Vec<_> = rows.into_iter().skip(self.offset).take(self.limit).collect();
        let has_more = self.offset.saturating_add(results.len()) < count;
        self.page(results, count, has_more, None, at)
    }

    /// A page with its links; `ends` are the first and the last row's cursors,
    /// where there are such.
    #[must_use]
    pub fn page<T>(
        &self,
        results: Vec<T>,
        count: usize,
        has_more: bool,
        ends: Option<(Cursor, Cursor)>,
        (base, headers, uri): (&Base, &HeaderMap, &Uri),
    ) -> Page<T> {
        let link = |offset: usize, cursor: Option<Cursor>| {
            let mut url = format!("{}{}?limit={}", base.of(headers), uri.path(), self.limit);
            if offset > 0 {
                url += &format!("&offset={offset}");
            }
            for (name, value) in [("ordering", &self.ordering), ("search", &self.search)] {
                if let Some(value) = value {
                    url += &format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
                }
            }
            if let Some(cursor) = cursor.filter(|_| offset > 0) {
                url += &format!("&cursor={cursor}");
            }
            url
        };
        let next = self.offset.saturating_add(self.limit);
        let previous = self.offset.saturating_sub(self.limit);
        Page {
            count: if results.is_empty() { count } else { count.max(self.offset + results.len()) },
            next: has_more.then(|| link(next, ends.map(|(_, last)| last))),
            previous: (self.offset > 0).then(|| link(previous, ends.map(|(first, _)| first))),
            results,
        }
    }
}

/// One term of an ordering.
fn order(term: &str) -> Option<Order> {
    let term = term.trim();
    let (descending, name) = term.strip_prefix('-').map_or((false, term), |name| (true, name));
    (!name.is_empty()).then(|| Order { field: name.to_owned(), descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(limit: &str, offset: &str) -> PageRequest {
        let given = |text: &str| Some(text.to_owned());
        PageRequest::from(Listing {
            limit: given(limit),
            offset: given(offset),
            ..Listing::default()
        })
    }

    #[test]
    fn nonsense_falls_back() {
        for (limit, offset, understood) in [
            ("5", "7", (5, 7)),
            ("0", "-1", (10, 0)),
            ("x", "x", (10, 0)),
            ("1001", "1.5", (1000, 0)),
        ] {
            let page = listing(limit, offset);
            assert_eq!((page.limit, page.offset), understood, "{limit} {offset}");
        }
    }

    #[test]
    fn links_start_with_the_base_and_keep_the_question() {
        let request = PageRequest { search: Some("a&b".to_owned()), ..listing("2", "2") };
        let uri: Uri = "/api/v2/provider/1/request/?x=y".parse().expect("a URI");
        let base = Base::new(Some("https://api.example.com/"));
        let ends = Some((Cursor::Before(3), Cursor::After(4)));
        let page = request.page(vec![3, 4], 5, true, ends, (&base, &HeaderMap::new(), &uri));
        let start = "https://api.example.com/api/v2/provider/1/request/?limit=2";
        assert_eq!(page.next, Some(format!("{start}&offset=4&search=a%26b&cursor=a4")));
        assert_eq!(page.previous, Some(format!("{start}&search=a%26b")));
    }

    #[test]
    fn without_a_setting_links_start_where_the_request_went() {
        let headers = HeaderMap::from_iter([(HOST, "h.example.com".parse().expect("a header"))]);
        assert_eq!(Base::new(Some("")).of(&headers), "https://h.example.com");
    }

    #[test]
    fn cursors_survive_the_way_and_nonsense_is_none() {
        for cursor in [Cursor::After(42), Cursor::Before(42)] {
            assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
        for bad in ["", "a", "c1", "a-1", "é", "a1x"] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn orders_are_taken_as_they_come() {
        let page = PageRequest { ordering: Some("-status,, id,-".to_owned()), ..listing("1", "0") };
        let order = |field: &str, descending| Order { field: field.to_owned(), descending };
        assert_eq!(page.query().order, [order("status", true), order("id", false)]);
    }
}
