//! Intake: an organisation brings its learners and submits what is to be
//! verified.

mod document;
mod enrolment;
mod handed_in;
mod histograms;
mod learners;
mod samples;
mod uploads;
mod verification;
mod webhooks;

use std::sync::Arc;

use attesta_objects::Objects;
use attesta_store::Store;
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::provider::{self, Detail, Failure, Invalid, UserToken};
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
    info(title = "Provider API", version = "2.0.0"),
    security(("user" = [])),
    components(schemas(Detail, Invalid)),
    modifiers(&UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    learners::put,
    learners::read,
    learners::erase,
    uploads::create,
    verification::create,
    verification::read,
    webhooks::read,
    webhooks::set,
    webhooks::rotate,
    webhooks::delete,
    verification::cancel,
    samples::create,
    enrolment::read,
    samples::read,
    histograms::read,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    provider::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
