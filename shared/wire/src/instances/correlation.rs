//! What lets a caller find its calls again: an identifier of its own, or one
//! that is made, in each answer and in the log.

use attesta_model::{Error, IdFactory, Kind, Reason};
use attesta_store::audit::{self, carried};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};
use utoipa::IntoParams;
use uuid::Uuid;

use super::Failure;
use super::error::with_correlation;

const HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// The identifier, kept with the answer for its log line.
#[derive(Debug, Clone)]
pub struct Correlation(pub String);

/// How documents name the header.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the shape of the header, which each answer's layer reads")]
pub struct CorrelationHeader {
    /// Names what the request belongs to, in the answer and the log; made where
    /// there is none.
    #[param(rename = "X-Correlation-Id", required = false)]
    correlation_id: Uuid,
}

/// Answers a request, whatever it does, under its correlation identifier.
pub(super) async fn correlated(
    State(ids): State<IdFactory>,
    request: Request,
    next: Next,
) -> Response {
    let given = given(request.headers());
    let made = || ids.uuid().unwrap_or_default().to_string();
    let (id, response) = match given {
        Err(error) => (made(), Failure::from(error).into_response()),
        Ok(id) => {
            let id = id.unwrap_or_else(made);
            audit::correlate(&id);
            (id, answer(request, next).await)
        }
    };
    let mut response = with_correlation(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response.extensions_mut().insert(Correlation(id));
    response
}

/// A handler that panics is answered in the dialect too.
async fn answer(request: Request, next: Next) -> Response {
    let fault = |panicked| {
        Failure::from(Error::internal(format_args!("panicked: {panicked}"))).into_response()
    };
    tokio::spawn(carried(next.run(request))).await.unwrap_or_else(fault)
}

/// The identifier that the caller gave, as it was written.
fn given(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH);
    let text = text.filter(|text| Uuid::try_parse(text).is_ok());
    let refusal = || Error::field("X-Correlation-Id", Reason::NotA(Kind::Uuid));
    text.map(|text| Some(text.to_owned())).ok_or_else(refusal)
}
