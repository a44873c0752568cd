//! Errors of the provider instances dialect: one body, which names the
//! correlation identifier; who isn't let in, or asks for what isn't there, gets
//! none.

use attesta_model::{Error, Problem};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::Cause;
use crate::wording::wording;

/// An error on its way to a caller of this dialect.
#[derive(Debug)]
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// What is wrong with one property.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetail {
    /// The property: of the body, the query or the headers.
    pub property_name: String,
    /// What is wrong with it.
    pub description: Vec<String>,
}

/// What an error is answered with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorResponse {
    /// The answer's status.
    pub status_code: i32,
    /// The kind of error, for machines.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The error, for people.
    pub description: Option<String>,
    /// The identifier of the request, by which it can be found again.
    pub correlation_id: Option<String>,
    /// What is wrong, property by property.
    pub errors: Option<Vec<ErrorDetail>>,
}

/// The errors that any operation may answer.
#[derive(Debug, IntoResponses)]
pub enum Failures {
    /// invalid request
    #[response(status = 400)]
    BadRequest(ErrorResponse),
    /// Unauthorized
    #[response(status = 401)]
    Unauthorized,
    /// Forbidden
    #[response(status = 403)]
    Forbidden,
    /// Not Found
    #[response(status = 404)]
    NotFound,
    /// unexpected error
    #[response(status = 500)]
    ServerError(ErrorResponse),
}

/// The errors of an operation that takes a body, beside those.
#[derive(Debug, IntoResponses)]
pub enum Told {
    /// changed by others meanwhile, or the key was used with another body
    #[response(status = 409)]
    Conflict(ErrorResponse),
    /// body over 1 MiB
    #[response(status = 413)]
    TooLarge(ErrorResponse),
    /// body is not JSON
    #[response(status = 415)]
    UnsupportedMediaType(ErrorResponse),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, _, _) = told(&self.0);
        let mut response = match body(&self.0, None) {
            Some(body) => (status, Json(body)).into_response(),
            None => status.into_response(),
        };
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Error::Throttled { retry_after_seconds } = self.0 {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds));
        }
        response.extensions_mut().insert(Cause(self.0));
        response
    }
}

/// The same answer with the identifier in its body, where it is an error that
/// has one.
pub(super) fn with_correlation(response: Response, id: &str) -> Response {
    let cause = response.extensions().get::<Cause>();
    let Some(told) = cause.and_then(|Cause(error)| body(error, Some(id))) else { return response };
    let mut parts = response.into_parts().0;
    let Ok(bytes) = serde_json::to_vec(&told) else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(bytes))
}

/// The body of an error; none where who calls is told no more than the status.
fn body(error: &Error, id: Option<&str>) -> Option<ErrorResponse> {
    let (status, kind, description) = told(error);
    let bare = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
    let errors = match error {
        Error::Invalid(problems) => Some(details(problems)),
        _ => None,
    };
    (!bare.contains(&status)).then(|| ErrorResponse {
        status_code: i32::from(status.as_u16()),
        kind: Some(kind.to_owned()),
        description: Some(description),
        correlation_id: id.map(str::to_owned),
        errors,
    })
}

/// What a caller is told of an error.
fn told(error: &Error) -> (StatusCode, &'static str, String) {
    let own = |text: &str| text.to_owned();
    match error {
        Error::Invalid(_) => {
            (StatusCode::BAD_REQUEST, "ValidationError", own("The request is not valid."))
        }
        Error::Refused(text) => (StatusCode::BAD_REQUEST, "Refused", text.clone()),
        Error::Malformed(text) => {
            (StatusCode::BAD_REQUEST, "MalformedBody", format!("The body is not JSON: {text}."))
        }
        Error::Unauthenticated(_) | Error::AccessTokenRequired => {
            (StatusCode::UNAUTHORIZED, "Unauthorized", String::new())
        }
        Error::SecondFactorRequired | Error::Forbidden(_) => {
            (StatusCode::FORBIDDEN, "Forbidden", String::new())
        }
        Error::NotFound(_) => (StatusCode::NOT_FOUND, "NotFound", String::new()),
        Error::MethodNotAllowed(method) => (
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            format!("This path has no {method}."),
        ),
        Error::UnsupportedMediaType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            own("The body must be JSON."),
        ),
        Error::Conflict { message, .. } => (StatusCode::CONFLICT, "Conflict", message.clone()),
        Error::WrongState(text) => (StatusCode::CONFLICT, "Conflict", own(text)),
        Error::TooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, "TooLarge", own("The body is larger than a mebibyte."))
        }
        Error::Throttled { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, "Throttled", own("Too many tries; wait a little."))
        }
        Error::Internal(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            own("Something went wrong with us."),
        ),
    }
}

/// Problems by property, each property once and in the order of its first.
fn details(problems: &[Problem]) -> Vec<ErrorDetail> {
    let mut details: Vec<ErrorDetail> = Vec::new();
    for problem in problems {
        let property_name = problem.field.clone().unwrap_or_default();
        let text = wording(&problem.reason);
        match details.iter_mut().find(|detail| detail.property_name == property_name) {
            Some(detail) => detail.description.push(text),
            None => details.push(ErrorDetail { property_name, description: vec![text] }),
        }
    }
    details
}
