//! The provider instances dialect: errors with a correlation identifier, lists
//! by page number, machines and users by the same header.

mod caller;
mod correlation;
mod error;
mod page;

use axum::Router;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::{Method, Request};
use axum::middleware;
use http::request::Parts;
use serde::de::DeserializeOwned;

pub use crate::query::Query;
pub use caller::{AsCaller, OfTenant, TenantHeaders};
pub use correlation::{Correlation, CorrelationHeader};
pub use error::{ErrorDetail, ErrorResponse, Failure, Failures, Told};
pub use page::{Page, PageQuery, Paging};

use crate::{FromFields, Unknown, read_body};
use attesta_model::{Error, IdFactory};

/// A JSON body; fields that nobody asked for are ignored.
#[derive(Debug)]
pub struct Body<T> {
    /// What was read.
    pub value: T,
    /// The bytes that it was read from.
    pub raw: Bytes,
}

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request<HttpBody>, _: &S) -> Result<Self, Failure> {
        let (value, raw) = read_body(request, Unknown::Ignored).await?;
        Ok(Self { value, raw })
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

/// The routes over their state, with this dialect's answer on a path that there
/// is none on, and to a method that a path has not; each answer with a
/// correlation identifier.
pub fn router<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    state: S,
    ids: IdFactory,
) -> Router {
    let not_found = async || Failure::from(Error::not_found());
    let not_allowed =
        async |method: Method| Failure::from(Error::MethodNotAllowed(method.to_string()));
    let correlated = middleware::from_fn_with_state(ids, correlation::correlated);
    let routes = routes.fallback(not_found).method_not_allowed_fallback(not_allowed);
    routes.with_state(state).layer(correlated)
}
