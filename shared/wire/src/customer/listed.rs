//! Lists, as callers get them.

use attesta_model::Result;
use attesta_store::Place;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::LINK;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Failure, Params};

/// How many there are.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Count {
    /// How many; at most a second behind.
    pub count: u64,
}

/// A page of a list, or how many rows it has in all.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum RowsOrCount<T> {
    /// The rows.
    Rows(Vec<T>),
    /// How many.
    Count(Count),
}

/// A page of a list, with what leads to the next.
///
/// # Errors
/// When there is a next page that no header can name.
pub fn page<T: Serialize>(
    body: T,
    params: &Params,
    next: Option<&Place>,
) -> Result<Response, Failure> {
    let mut response = Json(body).into_response();
    if let Some(next) = next {
        response.headers_mut().insert(LINK, params.link(next)?);
    }
    Ok(response)
}
