//! The provider dialect, which `/lapi` speaks too: error bodies, pages and
//! wordings are those of TeSLA CE's published clients.

mod catalogue;
mod code;
mod error;
mod page;
mod path;
mod security;

use axum::Router;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::FromRequest;
use axum::http::{Method, Request};

pub use catalogue::{InstrumentView, ProviderView};
pub use code::Code;
pub use error::{Denied, Detail, Failure, FieldErrors, Invalid, NotLocked, Refused};
pub use page::{Base, Cursor, Listing, Page, PageRequest};
pub use path::Path;
pub use security::{ProviderToken, UserToken};

use crate::{FromFields, Unknown, read_body};
use attesta_model::Error;

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

/// The routes over their state, with this dialect's answer on a path that there
/// is none on, and to a method that a path has not.
pub fn router<S: Clone + Send + Sync + 'static>(routes: Router<S>, state: S) -> Router {
    let not_found = async || Failure::from(Error::not_found());
    let not_allowed =
        async |method: Method| Failure::from(Error::MethodNotAllowed(method.to_string()));
    routes.fallback(not_found).method_not_allowed_fallback(not_allowed).with_state(state)
}
