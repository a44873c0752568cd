//! Sub-TPPs: members make, list and delete those that act under their licence;
//! staff look after the members, and approve.

mod approvals;
mod children;
mod fields;
mod list;
mod members;
mod offsets;
mod staff_page;
mod sub_tpps;
mod view;

use std::sync::Arc;

use attesta_objects::Objects;
use attesta_store::Store;
use attesta_wire::auth::{Gate, KnowsUsers, UserGate};
use attesta_wire::machines::{Form, KnowsMachines};
use attesta_wire::provider::UserToken;
use attesta_wire::sub_tpps::{self as dialect, ErrorBody, Failure, MachineCredentials};
use axum::Router;
use jiff::Timestamp;
use utoipa::OpenApi;

pub use offsets::Offsets;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The bucket.
    pub objects: Objects,
    /// Checks our own tokens.
    pub gate: Gate,
    /// Checks users' tokens.
    pub users: UserGate,
    /// Signs places in lists.
    pub offsets: Offsets,
}

impl KnowsMachines for App {
    const FORMS: &'static [Form] = &[Form::Bearer, Form::Basic];

    fn machine_gate(&self) -> &Gate {
        &self.gate
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.users
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Sub-TPPs API", version = "1.0.0"),
    security(("bearer" = []), ("basic" = [])),
    components(schemas(ErrorBody)),
    modifiers(&MachineCredentials, &UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    sub_tpps::create,
    list::list,
    sub_tpps::read,
    sub_tpps::delete,
    children::list,
    members::create,
    members::list,
    members::read,
    members::change,
    approvals::list,
    approvals::approve,
    approvals::reject,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    dialect::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
