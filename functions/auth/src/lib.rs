//! Sign-in of people.

mod login;
mod magic_link;
mod marketplace;
mod throttle;
mod tokens;

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_model::Redirects;
use attesta_store::Store;
use attesta_wire::customer::{self, ErrorBody, Failure};
use axum::Router;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The pool of customers and staff.
    pub pool: UserPool,
    /// The pool that people come from.
    pub marketplace: UserPool,
    /// Where links that sign people in may lead.
    pub redirects: Redirects,
}

#[derive(OpenApi)]
#[openapi(info(title = "Customer API", version = "1.0.0"), components(schemas(ErrorBody)))]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    login::login,
    magic_link::send,
    magic_link::verify,
    marketplace::swap,
    marketplace::change_password,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
