//! HTTPS without redirects or a proxy, and with little patience.

use std::sync::Arc;
use std::time::Duration;

use attesta_model::{Error, Result};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::ResolveDns;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use crate::lookup::Anywhere;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a receiver may think, if nothing else is said.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Posts JSON.
#[derive(Debug, Clone)]
pub struct Https {
    connector: Arc<Connector>,
}

/// To wherever the operator says.
impl Default for Https {
    fn default() -> Self {
        Self::new(Anywhere, TlsContext::default(), PATIENCE)
    }
}

impl Https {
    /// A way out that finds hosts, trusts certificates and waits for answers
    /// as given.
    pub fn new(
        resolver: impl ResolveDns + Clone + 'static,
        trust: TlsContext,
        patience: Duration,
    ) -> Self {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(patience)
            .build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .proxy_config(ProxyConfig::disabled())
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(trust)
            .build_with_resolver(resolver);
        Self { connector: Arc::new(connector) }
    }

    /// Posts a body; the status of the answer, whose own body is not read.
    /// Neither the address nor a header comes into an error: they may be
    /// secret.
    ///
    /// # Errors
    /// When the address is none of HTTPS, or no answer came.
    pub(crate) async fn post(
        &self,
        url: &str,
        body: String,
        headers: &[(&'static str, &str)],
    ) -> Result<u16> {
        if !url.starts_with("https://") {
            return Err(Error::internal("the address to post to does not begin with https://"));
        }
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").map_err(Error::internal)?;
        request.set_uri(url).map_err(|_| Error::internal("the address to post to is none"))?;
        let json = ("content-type", "application/json");
        let agent = ("user-agent", concat!("attesta/", env!("CARGO_PKG_VERSION")));
        for (name, value) in [json, agent].iter().chain(headers) {
            let set = request.headers_mut().try_insert(*name, (*value).to_owned());
            set.map_err(|_| Error::internal(format_args!("the header {name} can't be sent")))?;
        }
        let response = self.connector.call(request).await;
        let response = response.map_err(|error| Error::call("POST", &error))?;
        Ok(response.status().as_u16())
    }
}
