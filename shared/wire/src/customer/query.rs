//! The query of a list: what it asks for, read name by name so that every problem
//! is told at once, and where the next page is.

use std::convert::Infallible;

use attesta_model::{Error, Kind, Problem, Reason, Result, Words};
use attesta_store::{EntryListing, ListedBy, Place};
use axum::extract::{FromRequestParts, Query};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderValue, Uri};
use utoipa::IntoParams;

/// So many rows a page has, if nothing else is said, and at most.
const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;
/// So long a text of a query is at most.
const MAX_TEXT: usize = 200;
/// So many a list in a query names at most.
const MAX_LISTED: usize = 100;

/// The parameters of a request's query, and what is wrong with those read so far.
/// Of one that is given twice the last counts.
#[derive(Debug)]
pub struct Params {
    uri: Uri,
    pairs: Vec<(String, String)>,
    problems: Vec<Problem>,
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map(|pairs| pairs.0).unwrap_or_default();
        Ok(Self { uri: parts.uri.clone(), pairs, problems: Vec::new() })
    }
}

/// How documents name what leads through a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of a query, which `Params` reads")]
pub struct ListParams {
    /// Limit page size of results
    #[param(minimum = 1, maximum = 200, required = false)]
    limit: i64,
    /// Number of results to skip for the current page
    #[param(minimum = 0, required = false)]
    offset: i64,
    /// Sort results by this field
    #[param(required = false)]
    sort_by: String,
    /// Sort results descending if true, otherwise ascending
    #[param(required = false)]
    sort_desc: bool,
    /// Where a followed link leads on from; opaque.
    #[param(required = false)]
    cursor: String,
}

impl Params {
    /// A text; an empty one is none.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let text = self.pairs.iter().rfind(|(one, _)| one == name)?.1.trim().to_owned();
        if text.chars().count() > MAX_TEXT {
            self.problem(name, Reason::TooLong(MAX_TEXT));
            return None;
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// The texts of a list with commas between.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let Some((_, text)) = self.pairs.iter().rfind(|(one, _)| one == name) else {
            return Vec::new();
        };
        let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
        let texts: Vec<_> = texts.map(str::to_owned).collect();
        if texts.len() > MAX_LISTED {
            let rule = format!("must not name more than {MAX_LISTED}");
            self.problem(name, Reason::Rule(rule));
            return Vec::new();
        }
        texts
    }

    /// True or false; false where nothing is said.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            Some("true") => true,
            Some("false") | None => false,
            Some(_) => {
                self.problem(name, Reason::NotA(Kind::Boolean));
                false
            }
        }
    }

    /// One of some choices.
    pub fn choice<T>(&mut self, name: &str, of: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let choice = of(&text);
        if choice.is_none() {
            self.problem(name, Reason::NotAChoice(text));
        }
        choice
    }

    /// Words to look for.
    pub fn words(&mut self, name: &str) -> Words {
        self.text(name).map(|text| Words::new(&text)).unwrap_or_default()
    }

    /// How many rows at most.
    pub fn limit(&mut self) -> usize {
        let limit = self.number("limit").unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let rule = format!("must be between 1 and {MAX_LIMIT}");
            self.problem("limit", Reason::Rule(rule));
        }
        limit
    }

    /// Where the page begins.
    pub fn place(&mut self) -> Place {
        let cursor = self.pairs.iter().rfind(|(one, _)| one == "cursor");
        let cursor = cursor.map(|(_, cursor)| URL_SAFE_NO_PAD.decode(cursor));
        let place =
            cursor.map(|cursor| cursor.ok().and_then(|place| String::from_utf8(place).ok()));
        match place {
            None => Place::Offset(self.number("offset").unwrap_or_default()),
            Some(Some(place)) => Place::After(place),
            Some(None) => {
                self.problem("cursor", Reason::Rule("leads nowhere".to_owned()));
                Place::default()
            }
        }
    }

    /// Which page, in which order.
    pub fn listing<O: Default>(
        &mut self,
        order: impl FnOnce(&str) -> Option<O>,
    ) -> EntryListing<O> {
        let order = self.choice("sortBy", order).unwrap_or_default();
        let by = ListedBy { order, descending: self.flag("sortDesc") };
        EntryListing { by, place: self.place(), limit: self.limit() }
    }

    /// Notes a problem.
    pub fn problem(&mut self, name: &str, reason: Reason) {
        self.problems.push(Problem { field: Some(name.to_owned()), reason });
    }

    /// Refuses what was wrong.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn check(&self) -> Result<()> {
        if self.problems.is_empty() { Ok(()) } else { Err(Error::Invalid(self.problems.clone())) }
    }

    /// What leads to the next page, as the `Link` header says it.
    ///
    /// # Errors
    /// When the address is none that a header can hold.
    pub fn link(&self, next: &Place) -> Result<HeaderValue> {
        let kept = self.pairs.iter().filter(|(name, _)| name != "offset" && name != "cursor");
        let next = match next {
            Place::Offset(offset) => ("offset", offset.to_string()),
            Place::After(place) => ("cursor", URL_SAFE_NO_PAD.encode(place)),
        };
        let pairs = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs = pairs.chain([(next.0, next.1.as_str())]);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let link = format!("<{}?{query}>; rel=\"next\"", self.uri.path());
        HeaderValue::try_from(link).map_err(Error::internal)
    }

    fn number(&mut self, name: &str) -> Option<usize> {
        let text = self.text(name)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.problem(name, Reason::NotA(Kind::Integer));
        }
        number
    }
}
