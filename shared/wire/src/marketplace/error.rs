//! Errors: `{"detail": …}`, and nothing where something is not found.

use attesta_model::marketplace::{NOT_A_MEMBER, NOT_AN_EMAIL};
use attesta_model::{Error, Kind, Problem, Reason};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{IntoResponses, ToSchema};

use crate::{ACCESS_TOKEN_REQUIRED, Cause, SECOND_FACTOR_REQUIRED};

/// What is said to who shows no API key where one is needed.
pub(super) const NO_KEY: &str = "API key missing.";

/// An error on its way to a caller of this dialect.
#[derive(Debug)]
pub struct Failure {
    error: Error,
    told: Told,
}

/// Where what is wrong was found.
#[derive(Debug)]
enum Told {
    /// In a part of the request: `body`, `query` or `header`.
    In(&'static str),
    /// At a place of a body that is no JSON.
    At { position: usize, text: String },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, told: Told::In("body") }
    }
}

impl Failure {
    /// An error whose fields stand in another part of the request.
    pub(super) const fn within(part: &'static str, error: Error) -> Self {
        Self { error, told: Told::In(part) }
    }

    /// A body that is no JSON from a place on, in characters.
    pub(super) fn broken(position: usize, text: String) -> Self {
        Self { error: Error::Malformed(text.clone()), told: Told::At { position, text } }
    }

    fn details(&self, problems: &[Problem]) -> Response {
        let detail = match &self.told {
            Told::At { position, text } => vec![ValidationError {
                loc: vec![json!("body"), json!(position)],
                msg: text.clone(),
                kind: "value_error.jsondecode",
            }],
            Told::In(part) => problems.iter().map(|problem| detail(part, problem)).collect(),
        };
        Json(HttpValidationError { detail }).into_response()
    }
}

/// One message.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detail {
    /// The message.
    pub detail: String,
}

/// What is wrong with one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValidationError {
    /// Where it stands: the part of the request, and a name or a place in it.
    #[schema(value_type = Vec<Step>)]
    pub loc: Vec<Value>,
    /// For people.
    pub msg: String,
    /// For machines.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A step on the way to what is wrong.
#[derive(Debug, ToSchema)]
#[schema(as = Step)]
#[serde(untagged)]
pub enum Step {
    /// A name.
    Name(String),
    /// A place.
    Place(i64),
}

/// All that is wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HTTPValidationError)]
pub struct HttpValidationError {
    /// One thing after another.
    #[schema(required = false)]
    pub detail: Vec<ValidationError>,
}

/// The errors that a key may meet with.
#[derive(Debug, IntoResponses)]
pub enum BadKey {
    /// API key missing
    #[response(status = 401)]
    Missing(Detail),
    /// API key unknown, revoked or not allowed here
    #[response(status = 403)]
    Refused(Detail),
}

/// The errors that staff may meet with.
#[derive(Debug, IntoResponses)]
pub enum StaffDenied {
    /// not signed in
    #[response(status = 401)]
    Unauthorized(Detail),
    /// not allowed
    #[response(status = 403)]
    Forbidden(Detail),
}

/// The errors of an operation that takes a body.
#[derive(Debug, IntoResponses)]
pub enum Refused {
    /// changed by others meanwhile, or the key was used with another body
    #[response(status = 409)]
    Conflict(Detail),
    /// body over 1 MiB
    #[response(status = 413)]
    TooLarge(Detail),
    /// body is not JSON
    #[response(status = 415)]
    UnsupportedMediaType(Detail),
    /// Validation Error
    #[response(status = 422)]
    Invalid(HttpValidationError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let detail = |text: &str| Json(Detail { detail: text.to_owned() }).into_response();
        let rule = |text: &str| {
            let reason = Reason::Rule(text.to_owned());
            self.details(&[Problem { field: None, reason }])
        };
        let (status, mut response) = match &self.error {
            Error::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, self.details(problems)),
            Error::Refused(text) | Error::Malformed(text) => {
                (StatusCode::UNPROCESSABLE_ENTITY, rule(text))
            }
            Error::Unauthenticated(text) => (StatusCode::UNAUTHORIZED, detail(text)),
            Error::AccessTokenRequired => (StatusCode::UNAUTHORIZED, detail(ACCESS_TOKEN_REQUIRED)),
            Error::SecondFactorRequired => (StatusCode::FORBIDDEN, detail(SECOND_FACTOR_REQUIRED)),
            Error::Forbidden(text) => (StatusCode::FORBIDDEN, detail(text)),
            Error::NotFound(_) => (StatusCode::NOT_FOUND, ().into_response()),
            Error::MethodNotAllowed(_) => {
                (StatusCode::METHOD_NOT_ALLOWED, detail("Method Not Allowed"))
            }
            Error::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, detail("Unsupported Media Type"))
            }
            Error::Conflict { message, .. } => (StatusCode::CONFLICT, detail(message)),
            Error::WrongState(text) => (StatusCode::CONFLICT, detail(text)),
            Error::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, detail("Request Entity Too Large")),
            Error::Throttled { retry_after_seconds } => {
                let mut response = detail("Too Many Requests");
                let headers = response.headers_mut();
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
                (StatusCode::TOO_MANY_REQUESTS, response)
            }
            Error::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, detail("Internal Server Error"))
            }
        };
        *response.status_mut() = status;
        if let Error::Unauthenticated(text) = self.error {
            let scheme = if text == NO_KEY { "ApiKey" } else { "Bearer" };
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        response.extensions_mut().insert(Cause(self.error));
        response
    }
}

fn detail(part: &str, problem: &Problem) -> ValidationError {
    let (msg, kind) = wording(&problem.reason);
    let field = problem.field.iter().map(|field| json!(field));
    ValidationError { loc: [json!(part)].into_iter().chain(field).collect(), msg, kind }
}

/// A reason in pydantic's words, and what it calls it.
fn wording(reason: &Reason) -> (String, &'static str) {
    let (text, kind) = match reason {
        Reason::Required => ("field required", "value_error.missing"),
        Reason::Null => ("none is not an allowed value", "type_error.none.not_allowed"),
        Reason::Blank => {
            ("ensure this value has at least 1 characters", "value_error.any_str.min_length")
        }
        Reason::NotA(kind) => match kind {
            Kind::String => ("str type expected", "type_error.str"),
            Kind::Integer => ("value is not a valid integer", "type_error.integer"),
            Kind::Number => ("value is not a valid float", "type_error.float"),
            Kind::Boolean => ("value could not be parsed to a boolean", "type_error.bool"),
            Kind::Object => ("value is not a valid dict", "type_error.dict"),
            Kind::List => ("value is not a valid list", "type_error.list"),
            Kind::Uuid => ("value is not a valid uuid", "type_error.uuid"),
            Kind::DateTime => ("invalid datetime format", "value_error.datetime"),
        },
        Reason::TooLong(most) => {
            let text = format!("ensure this value has at most {most} characters");
            return (text, "value_error.any_str.max_length");
        }
        Reason::NotAChoice(_) => (NOT_A_MEMBER, "type_error.enum"),
        Reason::Unknown => ("extra fields not permitted", "value_error.extra"),
        Reason::Rule(text) => {
            let kind = match text.as_str() {
                NOT_AN_EMAIL => "value_error.email",
                text if text.starts_with(NOT_A_MEMBER) => "type_error.enum",
                _ => "value_error",
            };
            (text.as_str(), kind)
        }
    };
    (text.to_owned(), kind)
}
