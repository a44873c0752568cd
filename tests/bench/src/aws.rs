//! What the functions find around them: the table, stand-ins of the other
//! services, and an environment that leads there.

use std::net::SocketAddr;

use anyhow::Result;
use attesta_model::RequestId;
use attesta_testing::{ISSUER, POOL_API_CLIENT, POOL_CLIENT, POOL_ISSUER, World};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

/// A small world, with one request that waits for a provider's answer.
#[derive(Debug)]
pub(crate) struct Aws {
    pub(crate) world: World,
    pub(crate) request: RequestId,
    /// Where all services but the table are.
    others: SocketAddr,
}

impl Aws {
    pub(crate) async fn start() -> Result<Self> {
        let world = World::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let others = listener.local_addr()?;
        let router = Router::new().route("/keys.json", get(pool_keys)).route("/", post(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let aws = Self { request: world.submit(&[World::PLAGIARISM]).await, world, others };
        // By the machine's clock the keys that were published are long stale.
        let keys = aws.world.store.published_keys().await?;
        aws.catch_up();
        aws.world.store.publish_keys(&keys).await?;
        Ok(aws)
    }

    /// Lets the world's clock, which tokens are made by, catch up with the
    /// functions', which is the machine's.
    pub(crate) fn catch_up(&self) {
        #[expect(clippy::disallowed_methods, reason = "the functions go by this time")]
        let now = Timestamp::now();
        let behind: SignedDuration = now.duration_since(self.world.store.ids().now());
        self.world.clock.advance(behind);
    }

    /// Sets what the template and the platform set, and nothing else.
    pub(crate) fn prepare(&self, command: &mut Command, name: &str) {
        let others = format!("http://{}", self.others);
        command.env_clear().envs([
            ("AWS_LAMBDA_FUNCTION_NAME", name),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_SESSION_TOKEN", "test"),
            ("AWS_ENDPOINT_URL", &others),
            ("AWS_ENDPOINT_URL_DYNAMODB", &self.world.aws.table_endpoint()),
            ("TABLE_NAME", "attesta"),
            ("DATA_BUCKET", "data"),
            ("EVENTS_QUEUE_URL", "http://127.0.0.1/000000000000/events"),
            ("MESSAGES_QUEUE_URL", "http://127.0.0.1/000000000000/messages"),
            ("IMPORTS_QUEUE_URL", "http://127.0.0.1/000000000000/imports"),
            ("RED_TRACTOR_SECRET_ID", "red-tractor"),
            ("DIRECTORY_QUEUE_URL", "http://127.0.0.1/000000000000/directory"),
            ("MESSENGER_SECRET_ID", "messenger"),
            ("STACK_NAME", "attesta"),
            ("ISSUER", ISSUER),
            ("SIGNING_SECRET_ID", "signing"),
            ("USER_POOL_ID", "pool"),
            ("USER_POOL_CLIENT_ID", POOL_CLIENT),
            ("USER_POOL_API_CLIENT_ID", POOL_API_CLIENT),
            ("MARKETPLACE_POOL_ID", "other"),
            ("MARKETPLACE_CLIENT_ID", "other"),
            ("USER_POOL_ISSUER", POOL_ISSUER),
            ("USER_POOL_KEYS_URL", &format!("{others}/keys.json")),
            ("LOG_LEVEL", "info"),
            ("METRICS_NAMESPACE", "Attesta"),
        ]);
    }
}

async fn pool_keys() -> Json<Value> {
    Json(json!(World::pool_keys()))
}

/// The calls that functions make to other services than the table.
async fn answer(headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let (_, operation) = target.and_then(|t| t.split_once('.')).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(Json(match operation {
        "GetSecretValue" => json!({"SecretString": World::signing_text()}),
        "DescribeUserPoolClient" => json!({"UserPoolClient": {"ClientSecret": "secret"}}),
        "AdminInitiateAuth" => json!({"AuthenticationResult": {
            "IdToken": "i", "AccessToken": "a", "RefreshToken": "r", "ExpiresIn": 3600,
        }}),
        "SendMessage" => json!({"MessageId": "1"}),
        _ => return Err(StatusCode::BAD_REQUEST),
    }))
}
