//! The marketplace's dialect: errors as `FastAPI` words them with pydantic 1, and
//! no word about what is not there.
//!
//! Values are taken in the types that the contract names and in no other: a
//! number in a text is none, as it would be to pydantic.

mod body;
mod caller;
mod error;
mod list;
mod security;

use attesta_model::Error;
use axum::Router;
use axum::http::Method;

pub use body::{Body, idempotency_key};
pub use caller::{AsPartner, AsStaff, KnowsPartners};
pub use error::{
    BadKey, Detail, Failure, HttpValidationError, Refused, StaffDenied, Step, ValidationError,
};
pub use list::{Limit, ListQuery, Path};
pub use security::ApiKey;

/// The routes over their state, with this dialect's answer on a path that there
/// is none on, and to a method that a path has not.
pub fn router<S: Clone + Send + Sync + 'static>(routes: Router<S>, state: S) -> Router {
    let not_found = async || Failure::from(Error::not_found());
    let not_allowed =
        async |method: Method| Failure::from(Error::MethodNotAllowed(method.to_string()));
    routes.fallback(not_found).method_not_allowed_fallback(not_allowed).with_state(state)
}
