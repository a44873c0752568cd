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
use attesta_wire::auth::{Gate, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use axum::Router;
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
