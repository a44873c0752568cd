//! Sign-in of people.

mod login;
mod throttle;
mod tokens;

use std::sync::Arc;

use attesta_cognito::UserPool;
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
}

#[derive(OpenApi)]
#[openapi(info(title = "Customer API", version = "1.0.0"), components(schemas(ErrorBody)))]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    login::login,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
