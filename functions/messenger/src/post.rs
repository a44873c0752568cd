//! The way out: HTTPS alone, to public addresses alone, without redirects.

use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use attesta_model::{Error, Result, is_public};
use attesta_store::{Event, Webhook};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;

/// Posts events to webhooks.
#[derive(Debug, Clone)]
pub struct Poster {
    connector: Arc<Connector>,
}

/// Finds the addresses of a host.
pub trait Lookup: Debug + Send + Sync {
    /// All of them, public or not.
    ///
    /// # Errors
    /// When the name can't be looked up.
    fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The system's own lookup.
#[derive(Debug, Clone, Copy)]
struct System;

impl Lookup for System {
    fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = std::net::ToSocketAddrs::to_socket_addrs(&(host, 443))?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Resolves names to public addresses, and to none at all where one of a name's
/// addresses is not public. What it finds is what is connected to, so that a
/// name can't mean one thing when it is checked and another when it is used.
#[derive(Debug, Clone)]
pub struct Publicly(Arc<dyn Lookup>);

impl Publicly {
    /// Over a lookup.
    #[must_use]
    pub fn new(lookup: impl Lookup + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, ResolveDnsError> {
        let found = self.0.addresses(host).map_err(ResolveDnsError::new)?;
        match found.iter().find(|address| !is_public(**address)) {
            Some(inside) => Err(ResolveDnsError::new(format!("{inside} is no public address"))),
            None => Ok(found),
        }
    }
}

impl ResolveDns for Publicly {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        let (this, name) = (self.clone(), name.to_owned());
        DnsFuture::new(async move {
            let found = tokio::task::spawn_blocking(move || this.resolve(&name)).await;
            found.map_err(ResolveDnsError::new)?
        })
    }
}

impl Default for Poster {
    fn default() -> Self {
        Self::new(Publicly::new(System), TlsContext::default())
    }
}

impl Poster {
    /// A way out that finds hosts and trusts certificates as given.
    pub fn new(resolver: impl ResolveDns + Clone + 'static, trust: TlsContext) -> Self {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(10))
            .build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .proxy_config(ProxyConfig::disabled())
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(trust)
            .build_with_resolver(resolver);
        Self { connector: Arc::new(connector) }
    }

    /// Posts an event, signed; the status of the answer, whose body is not read.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, webhook: &Webhook, event: &Event, now: Timestamp) -> Result<u16> {
        let (id, body) = (event.id.to_string(), event.body());
        let signature = webhook.sign(&id, now, &body);
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").map_err(Error::internal)?;
        request.set_uri(webhook.url.as_str()).map_err(Error::internal)?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        headers.insert("user-agent", concat!("attesta/", env!("CARGO_PKG_VERSION")));
        headers.insert("webhook-id", id);
        headers.insert("webhook-timestamp", now.as_second().to_string());
        headers.insert("webhook-signature", signature);
        let response = self.connector.call(request).await;
        let response = response.map_err(|error| Error::call("POST to a webhook", &error))?;
        Ok(response.status().as_u16())
    }
}
