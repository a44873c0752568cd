//! Reading a body as `FastAPI` does: what is no JSON is told by its place.

use attesta_model::{Error, Kind, Problem, Reason};
use axum::body::Body as HttpBody;
use axum::body::Bytes;
use axum::extract::FromRequest;
use http::{HeaderMap, Request};
use serde_json::Value;

use super::Failure;
use crate::body::json_bytes;
use crate::{Fields, FromFields, Unknown};

/// A JSON body. Fields that nobody asked for are ignored in a partner's,
/// `Body<T>`, and refused in what staff send, `Body<T, true>`.
#[derive(Debug)]
pub struct Body<T, const STRICT: bool = false> {
    /// What was read.
    pub value: T,
    /// The bytes that it was read from.
    pub raw: Bytes,
}

impl<S: Send + Sync, T: FromFields, const STRICT: bool> FromRequest<S> for Body<T, STRICT> {
    type Rejection = Failure;

    async fn from_request(request: Request<HttpBody>, _: &S) -> Result<Self, Failure> {
        let raw = json_bytes(request).await?;
        if raw.is_empty() {
            return Err(whole(Reason::Required).into());
        }
        let map = match serde_json::from_slice(&raw) {
            Ok(Value::Object(map)) => map,
            Ok(_) => return Err(whole(Reason::NotA(Kind::Object)).into()),
            Err(error) => return Err(broken(&raw, &error)),
        };
        let unknown = if STRICT { Unknown::Refused } else { Unknown::Ignored };
        Ok(Self { value: Fields::read(map, raw.clone(), unknown)?, raw })
    }
}

/// The caller's `Idempotency-Key`, if they gave one.
///
/// # Errors
/// [`Error::Invalid`] where it can be none.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    crate::idempotency_key(headers).map_err(|error| Failure::within("header", error))
}

/// The body as a whole is not as it should be.
fn whole(reason: Reason) -> Error {
    Error::Invalid(vec![Problem { field: None, reason }])
}

/// What is wrong with a body that is no JSON, in the words of Python's decoder:
/// position, line and column count characters.
fn broken(raw: &[u8], error: &serde_json::Error) -> Failure {
    let text = String::from_utf8_lossy(raw);
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(error.line().saturating_sub(1)).map(length).sum();
    let line = lines.next().unwrap_or_default();
    let wanted = if error.is_eof() { line.len() } else { error.column().saturating_sub(1) };
    let within = line.char_indices().take_while(|(at, _)| *at < wanted).count();
    let (position, column) = (before + within, within + 1);
    let words = words(&error.to_string());
    let text = format!("{words}: line {} column {column} (char {position})", error.line());
    Failure::broken(position, text)
}

fn length(line: &str) -> usize {
    line.chars().count()
}

/// What Python's decoder says where this one says something else.
fn words(told: &str) -> String {
    const SAME: [(&str, &str); 9] = [
        ("expected value", "Expecting value"),
        ("expected ident", "Expecting value"),
        ("EOF while parsing a value", "Expecting value"),
        ("EOF while parsing a string", "Unterminated string"),
        ("EOF while parsing", "Expecting ',' delimiter"),
        ("key must be a string", "Expecting property name enclosed in double quotes"),
        ("trailing comma", "Expecting property name enclosed in double quotes"),
        ("expected `,`", "Expecting ',' delimiter"),
        ("expected `:`", "Expecting ':' delimiter"),
    ];
    let told = told.split(" at line ").next().unwrap_or_default();
    let same = SAME.iter().find(|(ours, _)| told.starts_with(ours));
    match same {
        Some((_, theirs)) => (*theirs).to_owned(),
        None if told == "trailing characters" => "Extra data".to_owned(),
        None => told.to_owned(),
    }
}
