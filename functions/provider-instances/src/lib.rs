//! The provider instances API: tenants, their resellers and customers, what
//! they sell of providers, and at what margins.

mod customers;
mod instances;
mod margins;
mod prices;
mod relations;
mod resellers;
mod tenants;

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_model::Result;
use attesta_store::{Idempotency, Store};
use attesta_wire::auth::{Gate, UserGate};
use attesta_wire::idempotency_key;
use attesta_wire::instances::{self as dialect, ErrorDetail, ErrorResponse, Failure};
use axum::Router;
use http::HeaderMap;
use utoipa::openapi::OpenApi as Described;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What stands in paths beside identifiers; taken in any letter case.
pub const WORDS: [&str; 9] = [
    "v1",
    "Customers",
    "Instances",
    "margins",
    "price",
    "provider-instances",
    "Providers",
    "Resellers",
    "Tenants",
];

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

attesta_wire::tells_callers!(App);

/// A token of ours or of the user pool: the scheme `bearer`.
#[derive(Debug)]
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Described) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Provider instances API", version = "1.0.0"),
    security(("bearer" = [])),
    components(schemas(ErrorResponse, ErrorDetail)),
    modifiers(&Bearer),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    relations::add,
    relations::list,
    relations::read,
    relations::remove,
    margins::change,
    prices::quote,
    customers::create,
    customers::list,
    customers::read,
    customers::change,
    customers::remove,
    customers::show,
    customers::hide,
    resellers::create,
    resellers::list,
    resellers::read,
    resellers::change,
    resellers::remove,
    instances::create,
    instances::list,
    instances::read,
    instances::change,
    instances::remove,
    tenants::create,
    tenants::list,
    tenants::read,
    tenants::change,
    tenants::remove,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    let ids = app.store.ids().clone();
    dialect::router(routes(), app, ids)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;

/// The caller's `Idempotency-Key`, if they gave one, with all that makes it the
/// same call.
fn repeatable(
    headers: &HeaderMap,
    caller: &Caller,
    route: &'static str,
    call: &[&[u8]],
) -> Result<Option<Idempotency>> {
    let key = idempotency_key(headers)?;
    Ok(key.map(|key| match caller {
        Caller::Machine(machine) => {
            Idempotency::of_machine(machine.credential_id(), route, key, call)
        }
        Caller::User(user) => Idempotency::new(None, user.user_id, route, key, call),
    }))
}
