//! The provider API, as staff see it: instruments, the providers that implement
//! them, their queues and credentials.

mod credentials;
mod instruments;
mod json;
mod options;
mod provider_fields;
mod providers;
mod queues;
mod requests;
mod whole;

use std::sync::Arc;

use attesta_store::Store;
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::provider::{self, Base, Detail, Failure, Invalid, UserToken};
use aws_sdk_sqs::Client;
use axum::Router;
use jiff::Timestamp;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The queue service.
    pub queues: Client,
    /// What the names of providers' queues begin with.
    pub stack: String,
    /// Checks users' tokens.
    pub gate: UserGate,
    /// What links start with.
    pub base: Base,
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
    info(title = "Provider API", version = "2.0.0"),
    security(("user" = [])),
    components(schemas(Detail, Invalid)),
    modifiers(&UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    requests::dispatch,
    instruments::list,
    instruments::create,
    instruments::read,
    instruments::update,
    instruments::patch,
    providers::list,
    providers::create,
    providers::read,
    providers::update,
    providers::patch,
    providers::delete,
    credentials::list,
    credentials::create,
    credentials::delete,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    provider::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
