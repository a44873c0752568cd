//! Clients of AWS: one configuration and one HTTP client for all.

use std::sync::Arc;
use std::time::Duration;

use attesta_model::SystemSource;
use attesta_store::Store;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpClient, http_client_fn};
use jiff::SignedDuration;

use crate::Settings;

/// The configuration that every client is made of. Where the services are is
/// for the SDK to find out (`AWS_ENDPOINT_URL`).
pub async fn sdk_config() -> SdkConfig {
    let shared = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
    // Given as it is, every client would read all root certificates when it is
    // made, to check it. This way the first call reads them, once for all.
    let http =
        http_client_fn(move |settings, components| shared.http_connector(settings, components));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(10))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .load()
        .await
}

/// The store over a table. How many days it keeps the audit log is for
/// `AUDIT_RETENTION_DAYS` to say, if anything but the usual.
#[must_use]
pub fn store(config: &SdkConfig, table: impl Into<String>) -> Store {
    let client = aws_sdk_dynamodb::Client::new(config);
    let store = Store::new(client, table, Arc::new(SystemSource));
    let days = Settings::default().optional("AUDIT_RETENTION_DAYS");
    match days.and_then(|days| days.parse::<u16>().ok()) {
        Some(days) => store.keeping_audit(SignedDuration::from_hours(i64::from(days) * 24)),
        None => store,
    }
}
