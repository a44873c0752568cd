//! HTTPS without redirects or a proxy, and with little patience.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use attesta_model::{Error, Result};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::ResolveDns;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::Uri;

use crate::lookup::Anywhere;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a receiver may think, if nothing else is said.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Who calls.
const AGENT: [(&str, &str); 1] = [("user-agent", concat!("attesta/", env!("CARGO_PKG_VERSION")))];

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// A way out.
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

    /// Posts JSON; the status of the answer, whose own body is not read.
    ///
    /// # Errors
    /// When the address is none of HTTPS, or no answer came.
    pub async fn post(
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
        let json = [("content-type", "application/json")];
        let response = self.send("POST", url, request, json.iter().chain(headers)).await?;
        Ok(response.status().as_u16())
    }

    /// Gets something, of at most so many bytes. An address on this very machine
    /// may do without TLS.
    ///
    /// # Errors
    /// When the address is none of HTTPS, no answer came, or one too large.
    pub async fn get(
        &self,
        url: &str,
        headers: &[(&'static str, &str)],
        most: usize,
    ) -> Result<Answer> {
        if !url.starts_with("https://") && !is_here(url) {
            return Err(Error::internal("the address to read does not begin with https://"));
        }
        let request = HttpRequest::new(SdkBody::empty());
        let json = [("accept", "application/json")];
        let response = self.send("GET", url, request, json.iter().chain(headers)).await?;
        let status = response.status().as_u16();
        let (mut stream, mut body) = (ByteStream::new(response.into_body()), Vec::new());
        while let Some(bytes) = stream.next().await {
            body.extend_from_slice(&bytes.map_err(|error| Error::call("GET", &error))?);
            if body.len() > most {
                return Err(Error::internal("the answer is larger than it may be"));
            }
        }
        Ok(Answer { status, body })
    }

    /// Neither the address nor a header comes into an error: they may be secret.
    async fn send<'a>(
        &self,
        method: &'static str,
        url: &str,
        mut request: HttpRequest,
        headers: impl Iterator<Item = &'a (&'static str, &'a str)>,
    ) -> Result<HttpResponse> {
        request.set_uri(url).map_err(|_| Error::internal("the address is none"))?;
        for (name, value) in headers.chain(&AGENT) {
            let set = request.headers_mut().try_insert(*name, (*value).to_owned());
            set.map_err(|_| Error::internal(format_args!("the header {name} can't be sent")))?;
        }
        let response = self.connector.call(request).await;
        response.map_err(|error| Error::call(method, &error))
    }
}

/// Whether an address is on this very machine, and of plain HTTP.
fn is_here(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    uri.scheme_str() == Some("http") && is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn here_is_a_loopback_address_and_no_name() {
        for url in ["http://127.0.0.1:80/a", "http://[::1]/"] {
            assert!(is_here(url), "{url}");
        }
        for url in [
            "http://localhost/",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1@example.com/",
            "http://192.0.2.1/",
            "ftp://127.0.0.1/",
            "http:",
        ] {
            assert!(!is_here(url), "{url}");
        }
    }
}
