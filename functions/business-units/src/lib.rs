//! The units of organisations, what they do business as, and who vouches for them.

mod assurance;
mod business_units;
mod businesses;
mod import;
mod unit;
mod units;
mod vouching;

use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_imports::Desk;
use attesta_store::Store;
use attesta_wire::auth::{Gate, KnowsUsers, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use attesta_wire::machines::{Form, KnowsMachines};
use axum::Router;
use jiff::Timestamp;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Who vouches for farms.
    pub red_tractor: RedTractor,
    /// Where files of units are handed in.
    pub imports: Desk,
    /// Checks our own tokens.
    pub gate: Gate,
    /// Checks users' tokens.
    pub users: UserGate,
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.users
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

impl KnowsMachines for App {
    const FORMS: &'static [Form] = &[Form::Bearer];

    fn machine_gate(&self) -> &Gate {
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
    assurance::certificates,
    businesses::list,
    businesses::read,
    business_units::create,
    unit::update,
    units::list,
    units::summary,
    import::import,
    import::template,
    import::create_job,
    import::job,
    import::start_job,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
