//! Lists by cursor, and paths.

use std::str::FromStr;

use attesta_model::{Error, Kind, Problem, Reason};
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::Failure;

/// What a page of a list may be asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `Limit` reads")]
pub struct ListQuery {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From where: the `next` of the page before.
    cursor: Option<String>,
}

/// The same as it was read: how many at most, and after what.
#[derive(Debug)]
pub struct Limit<C> {
    /// How many at most.
    pub limit: usize,
    /// After what.
    pub after: Option<C>,
}

impl<C> Limit<C> {
    const DEFAULT: usize = 50;
    const MOST: usize = 200;
}

/// Of a parameter that is given twice the last counts.
impl<S: Sync, C: FromStr> FromRequestParts<S> for Limit<C> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let (mut limit, mut after, mut problems) = (Self::DEFAULT, None, Vec::new());
        let mut problem = |field: &str, reason| {
            problems.push(Problem { field: Some(field.to_owned()), reason });
        };
        for (name, value) in pairs.map(|pairs| pairs.0).unwrap_or_default() {
            match name.as_str() {
                "limit" => match value.parse() {
                    Ok(number) if (1..=Self::MOST).contains(&number) => limit = number,
                    Ok(_) => {
                        let text = format!("ensure this value is 1 to {}", Self::MOST);
                        problem("limit", Reason::Rule(text));
                    }
                    Err(_) => problem("limit", Reason::NotA(Kind::Integer)),
                },
                "cursor" => match value.parse() {
                    Ok(place) => after = Some(place),
                    Err(_) => {
                        let text = "is none that was answered here".to_owned();
                        problem("cursor", Reason::Rule(text));
                    }
                },
                _ => {}
            }
        }
        if problems.is_empty() {
            Ok(Self { limit, after })
        } else {
            Err(Failure::within("query", Error::Invalid(problems)))
        }
    }
}

/// The parameters of a path; a path with one that can't be read leads nowhere.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0)).map_err(|_| Error::not_found().into())
    }
}
