//! The dialect of the sub-TPPs API: every error in an envelope with a code and
//! the request's identifier, fields that nobody asked for passed over.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{Error, Problem};
use axum::body::Body as HttpBody;
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, Request};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoResponses, Modify, ToSchema};

use crate::auth::{KnowsUsers, user_of};
use crate::trace::request_id;
use crate::wording::wording;
use crate::{ACCESS_TOKEN_REQUIRED, Cause, FromFields, SECOND_FACTOR_REQUIRED, Unknown, read_body};

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request<HttpBody>, _: &S) -> Result<Self, Failure> {
        read_body(request, Unknown::Ignored).await.map(|(value, _)| Self(value)).map_err(Failure)
    }
}

/// A user who calls, by their access or ID token. Says who, not what they may do.
#[derive(Debug, Clone)]
pub struct AsUser(pub UserCaller);

impl<S: KnowsUsers> FromRequestParts<Arc<S>> for AsUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        Ok(Self(user_of(parts, state.as_ref()).await?.caller))
    }
}

/// What machines show in documents: the schemes `bearer` and `basic`.
#[derive(Debug)]
pub struct MachineCredentials;

impl Modify for MachineCredentials {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, scheme) in [("bearer", HttpAuthScheme::Bearer), ("basic", HttpAuthScheme::Basic)]
        {
            components.add_security_scheme(name, SecurityScheme::Http(Http::new(scheme)));
        }
    }
}

/// An error on its way to a caller of this dialect.
#[derive(Debug)]
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// Every error's shape.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: Told,
}

/// What a caller is told of an error.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// For machines.
    #[schema(required = false)]
    pub error_code: &'static str,
    /// For people.
    pub message: String,
    /// The request's identifier, as the log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub token_trace_id: Option<String>,
}

/// The errors that any operation may answer.
#[derive(Debug, IntoResponses)]
pub enum Failures {
    /// The client specified an invalid argument
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// The authorization information is missing or invalid
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// Permission to access this endpoint is denied
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// The requested entity was not found
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// Too many requests
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// An unexpected or internal server error
    #[response(status = 500)]
    ServerError(ErrorBody),
    /// The operation was not implemented
    #[response(status = 501)]
    NotImplemented(ErrorBody),
    /// Service is unavailable
    #[response(status = 503)]
    Unavailable(ErrorBody),
    /// Gateway has timed out
    #[response(status = 504)]
    TimedOut(ErrorBody),
}

/// The errors of an operation that takes a body, beyond those.
#[derive(Debug, IntoResponses)]
pub enum BodyFailures {
    /// The state of things forbids it
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// The body is over 1 MiB
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is not JSON
    #[response(status = 415)]
    NotJson(ErrorBody),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, error_code, message) = told(&self.0);
        let error = Told { error_code, message, token_trace_id: request_id() };
        let mut response = (status, Json(ErrorBody { error })).into_response();
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

const INVALID_ARGUMENT: &str = "INVALID_ARGUMENT";

/// The status, the code for machines and the text for people.
fn told(error: &Error) -> (StatusCode, &'static str, String) {
    let own = |text: &str| text.to_owned();
    let invalid = |text| (StatusCode::BAD_REQUEST, INVALID_ARGUMENT, text);
    let unauthenticated = |text| (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", own(text));
    let denied = |text| (StatusCode::FORBIDDEN, "PermissionDenied", own(text));
    let conflict = |text| (StatusCode::CONFLICT, "ABORTED", text);
    match error {
        Error::Invalid(problems) => invalid(sentence(problems)),
        Error::Refused(text) => invalid(text.clone()),
        Error::Malformed(text) => invalid(format!("The body is not JSON: {text}.")),
        Error::Unauthenticated(text) => unauthenticated(text),
        Error::AccessTokenRequired => unauthenticated(ACCESS_TOKEN_REQUIRED),
        Error::SecondFactorRequired => denied(SECOND_FACTOR_REQUIRED),
        Error::Forbidden(text) => denied(text),
        Error::NotFound(text) => (StatusCode::NOT_FOUND, "NOT_FOUND", own(text)),
        Error::MethodNotAllowed(method) => {
            let text = format!("This path has no {method}.");
            (StatusCode::NOT_IMPLEMENTED, "UNIMPLEMENTED", text)
        }
        Error::UnsupportedMediaType => {
            let text = own("The body must be JSON.");
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_ARGUMENT, text)
        }
        Error::Conflict { message, .. } => conflict(message.clone()),
        Error::WrongState(text) => conflict(own(text)),
        Error::TooLarge => {
            let text = own("The body is larger than a mebibyte.");
            (StatusCode::PAYLOAD_TOO_LARGE, INVALID_ARGUMENT, text)
        }
        Error::Throttled { .. } => {
            let text = own("Too many requests; wait a little.");
            (StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", text)
        }
        Error::Internal(_) => {
            let text = own("Something went wrong with us.");
            (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", text)
        }
    }
}

/// All problems in one text, which is all that an error has room for.
fn sentence(problems: &[Problem]) -> String {
    problems.iter().map(of_field).collect::<Vec<_>>().join("; ")
}

fn of_field(problem: &Problem) -> String {
    let reason = wording(&problem.reason);
    match &problem.field {
        Some(field) => format!("{field}: {reason}"),
        None => reason,
    }
}

/// The routes over their state, with this dialect's answer on a path that there
/// is none on, and to a method that a path has not: an operation that is not
/// implemented.
pub fn router<S: Clone + Send + Sync + 'static>(routes: Router<S>, state: S) -> Router {
    let not_found = async || Failure::from(Error::not_found());
    let not_allowed =
        async |method: Method| Failure::from(Error::MethodNotAllowed(method.to_string()));
    routes.fallback(not_found).method_not_allowed_fallback(not_allowed).with_state(state)
}
