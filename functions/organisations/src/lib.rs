//! Organisations: what they are, who owns them, what they have subscribed to.

mod activate;
mod advance_pay;
mod by_ids;
mod changing;
mod create;
mod list;
mod modules;
mod organisation;
mod owner;
mod people;
mod request_module;
mod sync_users;

use std::sync::Arc;

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
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
