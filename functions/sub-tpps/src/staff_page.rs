//! Pages of what staff look after.

use std::str::FromStr;

use attesta_model::{Error, Problem, Reason, Result};
use attesta_wire::sub_tpps::Failure;
use axum::extract::FromRequestParts;
use http::request::Parts;
use utoipa::IntoParams;
use uuid::Uuid;

const LIMIT: usize = 50;
const MOST: usize = 200;

/// What a page may be asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `StaffPage` reads")]
pub(crate) struct StaffQuery {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From where: the `next` of the page before.
    cursor: Option<Uuid>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct StaffPage<T> {
    pub(crate) limit: usize,
    pub(crate) after: Option<T>,
}

impl<T: FromStr> StaffPage<T> {
    fn read(query: &str) -> Result<Self> {
        let mut page = Self { limit: LIMIT, after: None };
        let mut problems = Vec::new();
        let mut problem = |field: &str, text: &str| {
            let reason = Reason::Rule(text.to_owned());
            problems.push(Problem { field: Some(field.to_owned()), reason });
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "limit" => match value.parse().ok().filter(|limit| (1..=MOST).contains(limit)) {
                    Some(limit) => page.limit = limit,
                    None => problem("limit", "must be 1 to 200"),
                },
                "cursor" => match value.parse().ok() {
                    Some(after) => page.after = Some(after),
                    None => problem("cursor", "is none that was answered here"),
                },
                _ => {}
            }
        }
        if problems.is_empty() { Ok(page) } else { Err(Error::Invalid(problems)) }
    }
}

impl<T: FromStr, S: Sync> FromRequestParts<S> for StaffPage<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::read(parts.uri.query().unwrap_or_default())?)
    }
}
