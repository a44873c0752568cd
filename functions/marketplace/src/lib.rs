//! The marketplace: partners see the providers that were approved for them, put
//! them into their deployments and bring them customers; staff look after both.

mod approvals;
mod customers;
mod enable;
mod fields;
mod keys;
mod listings;
mod partners;
mod providers;
mod wanted;

use std::sync::Arc;

use attesta_store::Store;
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::marketplace::{self, ApiKey, Failure, KnowsPartners};
use attesta_wire::provider::UserToken;
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

impl KnowsPartners for App {
    fn store(&self) -> &Store {
        &self.store
    }
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
    info(title = "Marketplace providers API", version = "1.0.0"),
    security(("apiKey" = [])),
    modifiers(&ApiKey, &UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    providers::categories,
    enable::enable,
    providers::read,
    customers::put,
    listings::list,
    listings::create,
    listings::read,
    listings::patch,
    listings::delete,
    listings::rotate,
    partners::list,
    partners::create,
    partners::read,
    partners::patch,
    partners::delete,
    approvals::list,
    approvals::approve,
    approvals::disapprove,
    keys::create,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    marketplace::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
