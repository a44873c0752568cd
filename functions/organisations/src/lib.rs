//! Organisations: what they are, who owns them, what they have subscribed to.

mod activate;
mod advance_pay;
mod by_ids;
mod changing;
mod create;
mod import_finmid_status;
mod import_organisations;
mod import_preferences;
mod imports;
mod list;
mod modules;
mod organisation;
mod owner;
mod people;
mod request_module;
mod set_preferences;
mod sync_users;

use std::sync::Arc;

use attesta_store::Store;
use attesta_wire::auth::{Gate, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use axum::Router;
use utoipa::OpenApi;

pub use imports::Imports;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Where files are handed in.
    pub imports: Imports,
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
    create::create,
    by_ids::list,
    by_ids::own,
    owner::change,
    organisation::read,
    changing::update,
    advance_pay::update,
    activate::activate,
    sync_users::sync,
    modules::add,
    modules::remove,
    modules::remove_by_path,
    request_module::request,
    import_organisations::import,
    import_organisations::template,
    import_organisations::create_job,
    import_organisations::job,
    import_organisations::start_job,
    import_preferences::import,
    import_preferences::template,
    import_preferences::create_job,
    import_preferences::job,
    import_preferences::start_job,
    set_preferences::import,
    set_preferences::template,
    set_preferences::create_job,
    set_preferences::job,
    set_preferences::start_job,
    import_finmid_status::import,
    import_finmid_status::template,
    import_finmid_status::create_job,
    import_finmid_status::job,
    import_finmid_status::start_job,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
