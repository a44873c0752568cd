//! AWS in this process.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use axum::Router;
use dynoxide::Database;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::{Bucket, Queues};

/// The table's name.
pub(crate) const TABLE: &str = "attesta";

/// A table, a bucket and queues of a test's own.
#[derive(Debug)]
pub struct Aws {
    table: SocketAddr,
    /// The bucket.
    pub bucket: Bucket,
    /// The queues.
    pub queues: Queues,
}

impl Aws {
    /// Starts all three. They end with the test's runtime.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let table = listener.local_addr().expect("an address");
        let database = Database::memory().expect("a database");
        tokio::spawn(dynoxide::server::serve_with_shutdown(
            listener,
            database,
            std::future::pending(),
        ));
        let aws = Self { table, bucket: Bucket::start().await, queues: Queues::start().await };
        create_table(&Client::new(&aws.table_config())).await;
        aws
    }

    /// For clients of the table.
    #[must_use]
    pub fn table_config(&self) -> SdkConfig {
        config(self.table)
    }

    /// For clients of the bucket.
    #[must_use]
    pub fn bucket_config(&self) -> SdkConfig {
        config(self.bucket.address)
    }

    /// For clients of the queues.
    #[must_use]
    pub fn queues_config(&self) -> SdkConfig {
        config(self.queues.address)
    }

    /// How many items of a type the table holds.
    pub async fn items(&self, kind: &str) -> usize {
        self.all(kind).await.len()
    }

    /// The items of a type, each as an object.
    pub async fn all(&self, kind: &str) -> Vec<Value> {
        #[expect(clippy::disallowed_methods, reason = "this is no request path")]
        let items = Client::new(&self.table_config()).scan().table_name(TABLE).send().await;
        let items = items.expect("a table").items.unwrap_or_default();
        let is_of_kind = |item: &&HashMap<String, AttributeValue>| {
            item.get("type").and_then(|value| value.as_s().ok()).is_some_and(|value| value == kind)
        };
        let items = items.into_iter().filter(|item| is_of_kind(&item));
        items.map(|item| serde_dynamo::from_item(item).expect("an object")).collect()
    }

    /// Where the table is, for a program that takes it from its environment.
    #[must_use]
    pub fn table_endpoint(&self) -> String {
        format!("http://{}", self.table)
    }
}

/// Serves a stand-in on a port of its own.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Serves a stand-in of a test's own: for clients of it.
pub async fn stand_in(router: Router) -> SdkConfig {
    config(serve(router).await)
}

/// Retries as in production, but without the waiting.
pub(crate) fn config(address: SocketAddr) -> SdkConfig {
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let http = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .retry_config(retries)
        .region(Region::from_static("eu-west-1"))
        .endpoint_url(format!("http://{address}"))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            Credentials::new("test", "test", None, None, "test"),
        ));
    http.http_client(aws_smithy_http_client::Builder::new().build_http()).build()
}

/// The table as `infra/template.yaml` has it.
async fn create_table(client: &Client) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .expect("complete")
    };
    let key = |name: &str, kind: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("complete")
    };
    let index = GlobalSecondaryIndex::builder()
        .index_name("gsi1")
        .key_schema(key("gsi1pk", KeyType::Hash))
        .key_schema(key("gsi1sk", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()
        .expect("complete");
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(
            ["pk", "sk", "gsi1pk", "gsi1sk"].into_iter().map(attribute).collect(),
        ))
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .global_secondary_indexes(index)
        .send()
        .await
        .expect("a table");
}
