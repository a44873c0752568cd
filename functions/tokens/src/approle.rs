//! `POST /api/v2/auth/approle`: a provider signs in with its credential and
//! learns all that its worker needs to start.

use std::sync::Arc;

use attesta_identity::{ProviderCaller, ProviderClaims, TokenUse};
use attesta_model::{Error, Provider, Result};
use attesta_store::SignedIn;
use attesta_wire::provider::{Body, Detail, Failure, Invalid, ProviderView};
use attesta_wire::{Cause, Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::App;

/// A credential.
#[derive(Debug, ToSchema)]
pub(crate) struct Approle {
    /// Its public half.
    #[schema(value_type = String)]
    role_id: Text<100>,
    /// Its secret half.
    #[schema(value_type = String)]
    secret_id: Text<200>,
}

impl FromFields for Approle {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let role_id = fields.required("role_id");
        let secret_id = fields.required("secret_id");
        Some(Self { role_id: role_id?, secret_id: secret_id? })
    }
}

/// What a provider's worker starts with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Module {
    module: String,
    #[serde(rename = "type")]
    kind: &'static str,
    pk: u64,
    provider_id: u64,
    provider_acronym: String,
    provider_queue: String,
    provider: ProviderView,
    #[schema(value_type = Object)]
    config: Value,
    #[schema(value_type = Object)]
    services: Value,
    token: Tokens,
}

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// For operations; lives 15 minutes.
    pub(crate) access_token: String,
    /// For another access token; lives two hours.
    pub(crate) refresh_token: String,
}

/// Sign in with a credential
#[utoipa::path(post, path = "/api/v2/auth/approle", operation_id = "approle", tag = "auth",
    security(()), request_body = Approle,
    responses((status = 200, description = "OK", body = Module),
        (status = 400, description = "invalid", body = Invalid),
        (status = 401, description = "invalid credentials", body = String),
        (status = 413, description = "body over 1 MiB", body = Detail),
        (status = 415, description = "body is not JSON", body = Detail)))]
pub(crate) async fn approle(
    State(app): State<Arc<App>>,
    body: Body<Approle>,
) -> Result<Json<Module>, Response> {
    let Approle { role_id, secret_id } = body.value;
    let signed_in = app.store.sign_in_provider(&role_id.0, &secret_id.0).await.map_err(bare)?;
    let token = tokens(&app, signed_in.caller).await.map_err(bare)?;
    Ok(Json(module(&app.broker, signed_in, token)))
}

/// Here, and here alone, a refusal is answered with a bare text.
fn bare(error: Error) -> Response {
    let Error::Unauthenticated(text) = error else { return Failure::from(error).into_response() };
    let mut response = (StatusCode::UNAUTHORIZED, Json(text)).into_response();
    response.extensions_mut().insert(Cause(error));
    response
}

/// Both tokens for a provider.
async fn tokens(app: &App, caller: ProviderCaller) -> Result<Tokens> {
    let keys = app.keys.get().await?;
    let now = app.store.ids().now();
    let sign = |token_use| {
        let claims = ProviderClaims::new(&app.issuer, caller, token_use, now);
        claims.sign(keys.signing(now)).map_err(Error::internal)
    };
    Ok(Tokens { access_token: sign(TokenUse::Access)?, refresh_token: sign(TokenUse::Refresh)? })
}

fn module(broker: &Broker, signed_in: SignedIn, token: Tokens) -> Module {
    let SignedIn { caller, provider, instrument } = signed_in;
    let id = caller.provider_id.get();
    Module {
        module: caller.provider_id.module(),
        kind: "provider",
        pk: id,
        provider_id: id,
        provider_acronym: provider.acronym.clone(),
        provider_queue: provider.queue.clone(),
        config: broker.settings(&provider),
        services: json!({}),
        provider: (provider, instrument).into(),
        token,
    }
}

/// Where workers find their queues.
#[derive(Debug, Clone)]
pub struct Broker {
    /// The region of the queues.
    pub region: String,
    /// Where the queue service is, if not where it usually is.
    pub endpoint: Option<String>,
}

impl Broker {
    /// The worker's Celery settings. They hold no keys: the worker's own SDK
    /// finds its own.
    fn settings(&self, provider: &Provider) -> Value {
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        let (is_secure, host) = match endpoint.split_once("://") {
            Some((scheme, host)) => (scheme == "https", host.trim_end_matches('/')),
            None => (true, ""),
        };
        json!({
            "CELERY_BROKER_URL": format!("sqs://{host}"),
            "CELERY_BROKER_TRANSPORT_OPTIONS": {
                "region": self.region,
                "is_secure": is_secure,
                "wait_time_seconds": 20,
                "polling_interval": 0,
                "visibility_timeout": 900,
                "predefined_queues": {
                    &provider.queue: {"url": provider.queue_url, "region": self.region},
                },
            },
            // A message goes once its task is over, so that a worker which dies
            // leaves it to be shown again.
            "CELERY_TASK_ACKS_LATE": true,
            "CELERY_TASK_DEFAULT_QUEUE": provider.queue,
            "CELERY_WORKER_ENABLE_REMOTE_CONTROL": false,
            "CELERY_TASK_IGNORE_RESULT": true,
        })
    }
}
