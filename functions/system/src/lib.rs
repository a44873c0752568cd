//! The platform itself: whether it is well, what its functions log, who did what,
//! and how its APIs are called.

mod audit;
mod health;
mod reference;
mod settings;

use std::sync::Arc;

use attesta_store::Store;
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use axum::Router;
use jiff::Timestamp;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Checks users' tokens.
    pub gate: UserGate,
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.gate
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

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
    health::read,
    settings::read,
    settings::update,
    audit::list,
    reference::page,
    reference::part,
    reference::document,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
