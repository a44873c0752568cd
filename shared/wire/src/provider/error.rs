//! Errors in the provider dialect: `{"detail": …}`, `{"field": […]}` or a list.

use std::collections::BTreeMap;

use attesta_model::{Error, Kind, Reason};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::{ACCESS_TOKEN_REQUIRED, Cause, SECOND_FACTOR_REQUIRED};

/// An error on its way to a caller of this dialect.
#[derive(Debug)]
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// One message.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detail {
    /// The message.
    pub detail: String,
}

/// A field's name (or `non_field_errors`) to its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldErrors(pub BTreeMap<String, Vec<String>>);

/// What a bad request is answered with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Invalid {
    /// The body could not be read.
    Detail(Detail),
    /// Fields of it break the contract.
    Fields(FieldErrors),
    /// A rule refuses it.
    List(Vec<String>),
}

/// The errors that any operation may answer.
#[derive(Debug, IntoResponses)]
pub enum Denied {
    /// credentials missing or invalid
    #[response(status = 401)]
    Unauthorized(Detail),
    /// not this caller's
    #[response(status = 403)]
    Forbidden(Detail),
    /// not found
    #[response(status = 404)]
    NotFound(Detail),
}

/// The error of undoing what isn't done.
#[derive(Debug, IntoResponses)]
pub enum NotLocked {
    /// model is not locked
    #[response(status = 406)]
    NotLocked(Detail),
}

/// The errors of an operation that takes a body.
#[derive(Debug, IntoResponses)]
pub enum Refused {
    /// invalid
    #[response(status = 400)]
    Invalid(Invalid),
    /// changed by others meanwhile, or the key was used with another body
    #[response(status = 409)]
    Conflict(Detail),
    /// body over 1 MiB
    #[response(status = 413)]
    TooLarge(Detail),
    /// body is not JSON
    #[response(status = 415)]
    UnsupportedMediaType(Detail),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let detail = |text: &str| Json(Detail { detail: text.to_owned() }).into_response();
        let (status, mut response) = match &self.0 {
            Error::Invalid(problems) => {
                let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for problem in problems {
                    let name = problem.field.as_deref().unwrap_or("non_field_errors");
                    fields.entry(name.to_owned()).or_default().push(wording(&problem.reason));
                }
                (StatusCode::BAD_REQUEST, Json(FieldErrors(fields)).into_response())
            }
            Error::Refused(text) => (StatusCode::BAD_REQUEST, Json([text]).into_response()),
            Error::Malformed(text) => {
                (StatusCode::BAD_REQUEST, detail(&format!("JSON parse error - {text}")))
            }
            Error::Unauthenticated(text) => (StatusCode::UNAUTHORIZED, detail(text)),
            Error::AccessTokenRequired => (StatusCode::UNAUTHORIZED, detail(ACCESS_TOKEN_REQUIRED)),
            Error::SecondFactorRequired => (StatusCode::FORBIDDEN, detail(SECOND_FACTOR_REQUIRED)),
            Error::Forbidden(text) => (StatusCode::FORBIDDEN, detail(text)),
            Error::NotFound(text) => (StatusCode::NOT_FOUND, detail(text)),
            Error::MethodNotAllowed(method) => {
                let text = format!("Method \"{method}\" not allowed.");
                (StatusCode::METHOD_NOT_ALLOWED, detail(&text))
            }
            Error::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, detail("Unsupported media type in request."))
            }
            Error::Conflict { message, .. } => (StatusCode::CONFLICT, detail(message)),
            Error::WrongState(text) => (StatusCode::NOT_ACCEPTABLE, detail(text)),
            Error::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, detail("Request body too large.")),
            Error::Throttled { retry_after_seconds } => {
                let mut response = detail("Request was throttled.");
                let headers = response.headers_mut();
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
                (StatusCode::TOO_MANY_REQUESTS, response)
            }
            Error::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, detail("Error processing the request."))
            }
        };
        *response.status_mut() = status;
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("JWT"));
        }
        response.extensions_mut().insert(Cause(self.0));
        response
    }
}

const NOT_A_DATETIME: &str = "Datetime has wrong format. Use one of these formats instead: \
    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

/// A reason in the words that the published clients look for.
fn wording(reason: &Reason) -> String {
    match reason {
        Reason::Required => "This field is required.".to_owned(),
        Reason::Null => "This field may not be null.".to_owned(),
        Reason::Blank => "This field may not be blank.".to_owned(),
        Reason::NotA(kind) => match kind {
            Kind::String => "Not a valid string.",
            Kind::Integer => "A valid integer is required.",
            Kind::Number => "A valid number is required.",
            Kind::Boolean => "Must be a valid boolean.",
            Kind::Object => "Expected a dictionary of items.",
            Kind::List => "Expected a list of items.",
            Kind::Uuid => "Must be a valid UUID.",
            Kind::DateTime => NOT_A_DATETIME,
        }
        .to_owned(),
        Reason::TooLong(most) => {
            format!("Ensure this field has no more than {most} characters.")
        }
        Reason::NotAChoice(given) => format!("\"{given}\" is not a valid choice."),
        Reason::Unknown => "Unknown field.".to_owned(),
        Reason::Rule(text) => text.clone(),
    }
}
