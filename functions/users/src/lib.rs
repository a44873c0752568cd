//! People: who they are and what they may do, how they are reached, how they
//! come and go, and how strangers ask to become one of them.

mod by_phone;
mod export;
mod fields;
mod list;
mod lookups;
mod preferences;
mod profile;
mod request_account;
mod short;
mod throttle;
mod user;
mod users;
mod verify_attribute;

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_store::Store;
use attesta_wire::auth::{Gate, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use axum::Router;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The pool of customers and staff.
    pub pool: UserPool,
    /// Checks our own tokens.
    pub gate: Gate,
    /// Checks users' tokens.
    pub users: UserGate,
}

attesta_wire::tells_callers!(App);

#[derive(OpenApi)]
#[openapi(
    info(title = "Customer API", version = "1.0.0"),
    security(("bearer" = [])),
    components(schemas(ErrorBody)),
    modifiers(&UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    list::list,
    lookups::by_roles,
    lookups::by_preferences,
    lookups::by_commodity_regions,
    profile::profile,
    verify_attribute::verify,
    request_account::request,
    users::create,
    user::read,
    user::update,
    user::delete,
    export::export,
    preferences::set,
    by_phone::look_up,
    short::by_ids,
    short::summary,
    short::basic,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
