//! Whom organisations deal with.

mod check;
mod connection;
mod connections;
mod contacts;
mod network;
mod record;
mod throttle;
mod wanted;

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{Error, Result};
use attesta_store::Store;
use attesta_store::access::Home;
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use axum::Router;
use jiff::Timestamp;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Checks users' tokens.
    pub users: UserGate,
}

impl App {
    /// The caller in the organisation that they belong to; whoever belongs to
    /// none, as staff don't, deals with nobody.
    async fn home(&self, caller: &UserCaller) -> Result<Home> {
        let of_none = Error::Forbidden("You belong to no organisation.");
        let home = self.store.home(caller).await;
        home.map_err(|error| if matches!(error, Error::NotFound(_)) { of_none } else { error })
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
    info(title = "Customer API", version = "1.0.0"),
    security(("bearer" = [])),
    components(schemas(ErrorBody)),
    modifiers(&UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    connections::create,
    connections::list,
    check::check,
    network::check,
    connection::delete,
    connection::add_relationship,
    contacts::connect,
    contacts::disconnect,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
