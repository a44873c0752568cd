//! Public keys that an issuer publishes at an address.

use std::time::Duration;

use attesta_identity::{AppClients, PublicKeys};
use attesta_model::{Error, Result};
use attesta_wire::auth::{Boxed, KeySource, UserGate};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;

use crate::Settings;

/// The keys at an address.
#[derive(Debug)]
pub struct PublishedKeys {
    url: String,
}

impl PublishedKeys {
    /// The keys at an address. Nothing is fetched yet.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    async fn get(&self) -> Result<PublicKeys> {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(1))
            .read_timeout(Duration::from_secs(3))
            .build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .build();
        let request = HttpRequest::get(&self.url).map_err(Error::internal)?;
        let response = connector.call(request).await.map_err(Error::internal)?;
        if !response.status().is_success() {
            return Err(Error::internal(format_args!("{}: {}", self.url, response.status())));
        }
        let body = ByteStream::new(response.into_body()).collect().await;
        let bytes = body.map_err(Error::internal)?.into_bytes();
        serde_json::from_slice(&bytes).map_err(Error::internal)
    }
}

impl KeySource for PublishedKeys {
    fn fetch(&self) -> Boxed<'_, Result<PublicKeys>> {
        Box::pin(self.get())
    }
}

/// The gate for the tokens of the user pool that the settings name.
#[must_use]
pub fn user_gate(settings: &mut Settings) -> UserGate {
    let issuer = settings.required("USER_POOL_ISSUER");
    let keys = PublishedKeys::at(settings.required("USER_POOL_KEYS_URL"));
    let clients = AppClients {
        people: settings.required("USER_POOL_CLIENT_ID"),
        api_tokens: settings.required("USER_POOL_API_CLIENT_ID"),
    };
    UserGate::new(issuer, clients, keys)
}
