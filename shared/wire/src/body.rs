//! Reading a request's body, within limits.

use attesta_model::{Error, Result};
use axum::body::{Body, Bytes, to_bytes};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Request};
use serde_json::{Map, Value};

use crate::fields::{Fields, FromFields, Unknown};

/// The largest body that is taken: 1 MiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// The body as it came and as a thing.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::UnsupportedMediaType`], [`Error::Malformed`],
/// or [`Error::Invalid`] with every problem of the fields.
pub async fn read_body<T: FromFields>(
    request: Request<Body>,
    unknown: Unknown,
) -> Result<(T, Bytes)> {
    let bytes = json_bytes(request).await?;
    let value = if bytes.is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_slice(&bytes).map_err(|error| Error::Malformed(error.to_string()))?
    };
    let Value::Object(map) = value else {
        return Err(Error::Malformed("expected an object".to_owned()));
    };
    Fields::read(map, bytes.clone(), unknown).map(|read| (read, bytes))
}

/// A body that is not too large and says that it is JSON, as it came.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::UnsupportedMediaType`].
pub(crate) async fn json_bytes(request: Request<Body>) -> Result<Bytes> {
    let (parts, body) = request.into_parts();
    if declared_length(&parts.headers).is_some_and(|length| length > MAX_BODY) {
        return Err(Error::TooLarge);
    }
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| Error::TooLarge)?;
    if !is_json(&parts.headers) {
        return Err(Error::UnsupportedMediaType);
    }
    Ok(bytes)
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body without a type is taken for JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let media = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}
