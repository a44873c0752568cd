//! The customer dialect: one shape for every error, unknown fields refused.

mod answer;
mod assurance;
mod business;
mod caller;
mod ids;
mod imports;
pub mod inputs;
mod known;
mod listed;
mod organisation;
mod organisation_details;
mod parts;
mod path;
mod profile;
mod query;
mod short;
mod tokens;
mod user;

use std::sync::Arc;

use attesta_identity::{UserCaller, UserTokenUse};
use attesta_model::{Error, Problem};
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, Request};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use utoipa::openapi::OpenApi;
use utoipa::{IntoResponses, Modify, ToSchema};

pub use assurance::{
    Certificate, CertificateEnterprise, CertificateStatus, CertifiedSite, SiteIdentifier,
};
pub use business::{Business, BusinessUnit, BusinessUnitType, TagGroup};
pub use caller::AsCaller;
pub use ids::Ids;
pub use imports::{
    ImportForm, ImportJob, ImportJobStatus, ImportReport, ImportResult, NewImport, NewImportJob,
    RowStatus, UploadForm,
};
pub use inputs::status_of;
pub use listed::{Count, RowsOrCount, page};
pub use organisation::{ConnectedOrganisation, Organisation};
pub use organisation_details::{AdvancePay, OrganisationDetails, OwnerContactDetails};
pub use parts::{
    Address, Assurance, AssuranceScheme, Billing, BusinessUnitSummary, Company, Contact,
    Coordinates, Country, Document, DocumentRef, Location, Module, OwnerContact, Period, Phone,
    Price, SettlementContact, Sqc, Status,
};
pub use path::Path;
pub use profile::{Access, AuthenticatedProfile, ReadWrite};
pub use query::{ListParams, Params};
pub use short::{BuyerPreferenceSetting, OrganisationSummary, UserList, UserSummary};
pub use tokens::{Tokens, shown};
pub use user::{BuyerPreference, Profile, User, UserSettings, UserType};

use crate::auth::{KnowsUsers, token, user_of};
use crate::security::add_bearer;
use crate::wording::wording;
use crate::{ACCESS_TOKEN_REQUIRED, Cause, FromFields, SECOND_FACTOR_REQUIRED, Unknown, read_body};

/// A JSON body; fields that nobody asked for are refused.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request<HttpBody>, _: &S) -> Result<Self, Failure> {
        read_body(request, Unknown::Refused).await.map(|(value, _)| Self(value)).map_err(Failure)
    }
}

/// The same, as it was written as well.
#[derive(Debug)]
pub struct WrittenBody<T> {
    /// What was read.
    pub value: T,
    /// The body as it came.
    pub written: Bytes,
}

impl<S: Send + Sync, T: FromFields> FromRequest<S> for WrittenBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request<HttpBody>, _: &S) -> Result<Self, Failure> {
        let read = read_body(request, Unknown::Refused).await;
        read.map(|(value, written)| Self { value, written }).map_err(Failure)
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

/// A user who calls with the access token that they got as they signed in
/// themselves, which the user pool is to be shown. Says who, not what they may
/// do.
#[derive(Debug)]
pub struct WithAccessToken {
    /// The user.
    pub caller: UserCaller,
    /// The token.
    pub token: SecretString,
}

impl<S: KnowsUsers> FromRequestParts<Arc<S>> for WithAccessToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        let user = WithToken(user_of(parts, state.as_ref()).await?);
        user.must_be_access()?;
        let WithToken(user) = user;
        let token = token(&parts.headers, &["Bearer"])?.into();
        Ok(Self { caller: user.caller, token })
    }
}

/// A user who calls, and which of their tokens they showed. Says who, not what
/// they may do.
#[derive(Debug)]
pub struct WithToken(pub attesta_identity::UserToken);

impl WithToken {
    /// Refuses any other token than the access token that they got as they signed
    /// in themselves.
    ///
    /// # Errors
    /// [`Error::AccessTokenRequired`] for an ID token, [`Error::Forbidden`] for a
    /// program's.
    pub fn must_be_access(&self) -> attesta_model::Result<()> {
        let Self(user) = self;
        if user.token_use != UserTokenUse::Access {
            return Err(Error::AccessTokenRequired);
        }
        if user.caller.api_token.is_some() { Err(Error::forbidden()) } else { Ok(()) }
    }
}

impl<S: KnowsUsers> FromRequestParts<Arc<S>> for WithToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        Ok(Self(user_of(parts, state.as_ref()).await?))
    }
}

/// A token of the user pool, as documents name it: the scheme `bearer`.
#[derive(Debug)]
pub struct UserToken;

impl Modify for UserToken {
    fn modify(&self, document: &mut OpenApi) {
        add_bearer(document, "bearer");
    }
}

/// That something was done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Acknowledgement {
    /// For people.
    pub message: String,
    /// Always `success`.
    pub status: &'static str,
}

impl Acknowledgement {
    /// That something was done, in a sentence.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), status: "success" }
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

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// Every error's shape.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// For people.
    pub message: String,
    /// Always `error`.
    pub status: &'static str,
    /// For machines.
    pub code: &'static str,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub validation: Vec<FieldProblem>,
}

/// The errors that any operation may answer.
#[derive(Debug, IntoResponses)]
pub enum Failures {
    /// invalid request
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// not signed in
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// not allowed
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// conflict
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// body over 1 MiB, or 6 MiB of files
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// too many requests; see Retry-After
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// unexpected error
    #[response(status = 500)]
    ServerError(ErrorBody),
}

/// What an operation on something that is named answers besides.
#[derive(Debug, IntoResponses)]
pub enum Missing {
    /// not found
    #[response(status = 404)]
    NotFound(ErrorBody),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, code, message) = told(&self.0);
        let validation = match &self.0 {
            Error::Invalid(problems) => problems.iter().map(field_problem).collect(),
            _ => Vec::new(),
        };
        let body = ErrorBody { message, status: "error", code, validation };
        let mut response = (status, Json(body)).into_response();
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

/// What a caller is told of an error.
fn told(error: &Error) -> (StatusCode, &'static str, String) {
    let own = |text: &str| text.to_owned();
    match error {
        Error::Invalid(_) => {
            (StatusCode::BAD_REQUEST, "invalid_request", own("The request is not valid."))
        }
        Error::Refused(text) => (StatusCode::BAD_REQUEST, "refused", text.clone()),
        Error::Malformed(text) => {
            (StatusCode::BAD_REQUEST, "malformed_json", format!("The body is not JSON: {text}."))
        }
        Error::Unauthenticated(text) => (StatusCode::UNAUTHORIZED, "unauthenticated", own(text)),
        Error::AccessTokenRequired => {
            (StatusCode::UNAUTHORIZED, "access_token_required", own(ACCESS_TOKEN_REQUIRED))
        }
        Error::SecondFactorRequired => {
            (StatusCode::FORBIDDEN, "second_factor_required", own(SECOND_FACTOR_REQUIRED))
        }
        Error::Forbidden(text) => (StatusCode::FORBIDDEN, "forbidden", own(text)),
        Error::NotFound(text) => (StatusCode::NOT_FOUND, "not_found", own(text)),
        Error::MethodNotAllowed(method) => (
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            format!("This path has no {method}."),
        ),
        Error::UnsupportedMediaType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            own("The body must be JSON."),
        ),
        Error::Conflict { code, message } => (StatusCode::CONFLICT, code, message.clone()),
        Error::WrongState(text) => (StatusCode::CONFLICT, "wrong_state", own(text)),
        Error::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            own("The body is larger than is taken here."),
        ),
        Error::Throttled { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, "throttled", own("Too many tries; wait a little."))
        }
        Error::Internal(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal", own("Something went wrong with us."))
        }
    }
}

fn field_problem(problem: &Problem) -> FieldProblem {
    let message = wording(&problem.reason);
    FieldProblem { field: problem.field.clone().unwrap_or_default(), message }
}

/// The routes over their state, with this dialect's answer on a path that there
/// is none on, and to a method that a path has not.
pub fn router<S: Clone + Send + Sync + 'static>(routes: Router<S>, state: S) -> Router {
    let not_found = async || Failure::from(Error::not_found());
    let not_allowed =
        async |method: Method| Failure::from(Error::MethodNotAllowed(method.to_string()));
    routes.fallback(not_found).method_not_allowed_fallback(not_allowed).with_state(state)
}
