//! Sign-in of machines: approle, token refresh, and the public keys.

mod approle;
mod jwks;
mod keys;
mod refresh;

use std::sync::Arc;

use attesta_store::Store;
use attesta_wire::auth::Gate;
use attesta_wire::provider::{self, Failure, ProviderToken};
use axum::Router;
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
    /// Signs them.
    pub keys: SigningKeys,
    /// Who we are, as tokens say it.
    pub issuer: String,
    /// Where workers find their queues.
    pub broker: Broker,
}

#[derive(OpenApi)]
#[openapi(info(title = "Provider API", version = "2.0.0"), modifiers(&ProviderToken))]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    approle::approle,
    refresh::refresh,
    jwks::jwks,
);

/// The operations.
pub fn router(app: Arc<App>) -> Router {
    provider::router(routes(), app)
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
