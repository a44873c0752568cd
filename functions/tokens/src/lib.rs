//! Sign-in of machines: approle, token refresh, client credentials, the clients
//! themselves, and the public keys.

mod approle;
mod clients;
mod grant;
mod jwks;
mod keys;
mod refresh;
mod token;
mod wanted;

use std::sync::Arc;

use attesta_model::Error;
use attesta_store::Store;
use attesta_wire::auth::{Gate, KnowsUsers, UserGate};
use attesta_wire::customer::{self, ErrorBody};
use attesta_wire::provider::{Failure, ProviderToken, UserToken};
use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{Method, Uri};
use jiff::Timestamp;
use utoipa::OpenApi;

pub use approle::Broker;
pub use keys::{SecretTexts, SecretsManager, SigningKeys, Texts};

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Checks our own tokens.
    pub gate: Gate,
    /// Checks users' tokens.
    pub users: UserGate,
    /// Signs them.
    pub keys: SigningKeys,
    /// Who we are, as tokens say it.
    pub issuer: String,
    /// Where workers find their queues.
    pub broker: Broker,
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
    info(title = "Provider API", version = "2.0.0"),
    components(schemas(ErrorBody, grant::RefusalBody)),
    modifiers(&ProviderToken, &UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    approle::approle,
    refresh::refresh,
    jwks::jwks,
    token::issue,
    clients::list,
    clients::create,
    clients::read,
    clients::revoke,
    clients::rotate,
);

/// The operations, and each part's own answer on a path that there is none on,
/// and to a method that a path has not.
pub fn router(app: Arc<App>) -> Router {
    let not_found = async |uri: Uri| failure(&uri, Error::not_found());
    let not_allowed =
        async |method: Method, uri: Uri| failure(&uri, Error::MethodNotAllowed(method.to_string()));
    routes().fallback(not_found).method_not_allowed_fallback(not_allowed).with_state(app)
}

/// An error in the dialect that is spoken under a path.
fn failure(uri: &Uri, error: Error) -> Response {
    if uri.path().starts_with("/oauth2") {
        customer::Failure::from(error).into_response()
    } else {
        Failure::from(error).into_response()
    }
}

/// The failures of the older dialect, for whoever serves this.
pub type Dialect = Failure;
