//! The provider API, as providers see it.

mod enrolments;
mod models;
mod notifications;
mod providers;
mod reports;
mod requests;
mod results;
mod samples;
mod saving;
mod validations;
mod verdicts;

use std::sync::Arc;

use attesta_objects::Objects;
use attesta_store::Store;
use attesta_wire::auth::{Gate, KnowsProviders, KnowsUsers, UserGate};
use attesta_wire::provider::{self, Base, Detail, Failure, Invalid, ProviderToken};
use axum::Router;
use jiff::Timestamp;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The bucket.
    pub objects: Objects,
    /// Checks providers' tokens.
    pub gate: Gate,
    /// Checks users' tokens: staff read providers too.
    pub user_gate: UserGate,
    /// What links start with.
    pub base: Base,
}

impl KnowsProviders for App {
    fn provider_gate(&self) -> &Gate {
        &self.gate
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.user_gate
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Provider API", version = "2.0.0"),
    security(("jwt" = [])),
    components(schemas(Detail, Invalid)),
    modifiers(&ProviderToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    providers::list,
    providers::read,
    enrolments::list,
    enrolments::lock,
    enrolments::read,
    enrolments::update,
    enrolments::patch,
    enrolments::delete,
    enrolments::unlock,
    samples::available,
    samples::used,
    samples::list,
    samples::read,
    requests::list,
    requests::read,
    requests::update,
    requests::patch,
    requests::set_status,
    validations::list,
    validations::create,
    validations::read,
    validations::update,
    validations::patch,
    validations::delete,
    validations::set_status,
    notifications::list,
    notifications::create,
    notifications::read,
    notifications::update,
    notifications::patch,
    notifications::delete,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    provider::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
