//! A small HTTP client over the connector that the AWS SDKs use, so that one TLS stack serves both.

use std::error::Error as StdError;
use std::time::Duration;

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
pub use http::Method;
use http::header;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The largest answer that is read, in bytes.
pub const MAX_BODY: usize = 16 * 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the longest poll of a queue, which takes 20 seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(40);

/// A request with its whole body, so that it can be sent again.
pub type Request = http::Request<Vec<u8>>;

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request can't be sent as it stands, for example because its URL is no URL.
    #[error("the request is not valid: {0}")]
    Request(String),
    /// Nothing, or only a part of an answer, came back.
    #[error("no answer: {0}")]
    Connection(String),
    /// The answer is longer than [`MAX_BODY`].
    #[error("the answer is larger than {MAX_BODY} bytes")]
    TooLarge,
    /// The answer is not the JSON it should be.
    #[error("the answer can't be read: {0}")]
    Answer(#[from] serde_json::Error),
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header, where there is one.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the same request may succeed a little later: 429 and 5xx.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.status == 429 || self.status >= 500
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`Error::Answer`] where it is not.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// The status and the beginning of the body, for messages to people.
    #[must_use]
    pub fn summary(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        let body: String = body.replace('\n', " ").chars().take(300).collect();
        format!("{} {body}", self.status)
    }
}

/// How often and how long to try again what failed in passing.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often a request is sent at most.
    pub attempts: u32,
    /// The pause after the first attempt; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Patience {
    fn pause(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.first_pause.saturating_mul(factor).min(self.longest_pause)
    }
}

impl Default for Patience {
    /// Six attempts over about six seconds.
    fn default() -> Self {
        Self {
            attempts: 6,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(4),
        }
    }
}

/// The client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    connector: SharedHttpConnector,
}

impl Client {
    /// A client with its own pool of connections, for `http` and `https`.
    #[must_use]
    pub fn new() -> Self {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .build();
        Self { connector: SharedHttpConnector::new(connector) }
    }

    /// The same connections for an AWS SDK.
    #[must_use]
    pub fn for_sdk(&self) -> SharedHttpClient {
        let connector = self.connector.clone();
        http_client_fn(move |_, _| connector.clone())
    }

    /// Sends a request once and reads the whole answer.
    ///
    /// # Errors
    /// See [`Error`]; a 4xx or 5xx answer is none.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        let request = HttpRequest::try_from(request.clone().map(SdkBody::from))
            .map_err(|error| Error::Request(with_causes(&error)))?;
        let response = self.connector.call(request).await.map_err(|error| {
            let text = with_causes(&error);
            if error.is_user() { Error::Request(text) } else { Error::Connection(text) }
        })?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let body =
            Limited::new(response.into_body(), MAX_BODY).collect().await.map_err(|error| {
                match error.downcast_ref::<LengthLimitError>() {
                    Some(_) => Error::TooLarge,
                    None => Error::Connection(with_causes(error.as_ref())),
                }
            })?;
        Ok(Response { status, headers, body: body.to_bytes().into() })
    }

    /// Sends a request until the answer is not a passing failure, or the patience is used up; then
    /// the last outcome is returned.
    ///
    /// # Errors
    /// Those of [`Client::send`].
    pub async fn send_patiently(
        &self,
        request: &Request,
        patience: Patience,
    ) -> Result<Response, Error> {
        let mut attempt = 1;
        loop {
            let outcome = self.send(request).await;
            let again = match &outcome {
                Ok(response) => response.is_transient(),
                Err(error) => matches!(error, Error::Connection(_)),
            };
            if !again || attempt >= patience.attempts {
                return outcome;
            }
            tokio::time::sleep(patience.pause(attempt)).await;
            attempt += 1;
        }
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

/// A request without a body.
///
/// # Errors
/// [`Error::Request`] where the URL is none.
pub fn plain(method: Method, url: &str) -> Result<Request, Error> {
    http::Request::builder()
        .method(method)
        .uri(url)
        .body(Vec::new())
        .map_err(|error| Error::Request(error.to_string()))
}

/// A request with a JSON body.
///
/// # Errors
/// [`Error::Request`] where the URL is none or the body can't be written as JSON.
pub fn json(method: Method, url: &str, body: &impl Serialize) -> Result<Request, Error> {
    let mut request = plain(method, url)?;
    *request.body_mut() =
        serde_json::to_vec(body).map_err(|error| Error::Request(error.to_string()))?;
    with_header(request, header::CONTENT_TYPE.as_str(), "application/json")
}

/// The request with one more header.
///
/// # Errors
/// [`Error::Request`] where the name or the value is not allowed in a header.
pub fn with_header(mut request: Request, name: &str, value: &str) -> Result<Request, Error> {
    let invalid = |error: &dyn StdError| Error::Request(error.to_string());
    let name = header::HeaderName::try_from(name).map_err(|error| invalid(&error))?;
    let mut value = header::HeaderValue::try_from(value).map_err(|error| invalid(&error))?;
    value.set_sensitive(name == header::AUTHORIZATION);
    request.headers_mut().insert(name, value);
    Ok(request)
}

fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let patience = Patience {
            attempts: 40,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(1),
        };
        let pauses = [1, 2, 3, 4, 5, 40].map(|attempt| patience.pause(attempt).as_millis());
        assert_eq!(pauses, [100, 200, 400, 800, 1000, 1000]);
    }

    #[test]
    fn only_passing_failures_are_transient() {
        let transient =
            |status| Response { status, headers: Vec::new(), body: Vec::new() }.is_transient();
        assert!([429, 500, 503].into_iter().all(transient));
        assert!(![200, 201, 400, 401, 404, 409].into_iter().any(transient));
    }

    #[test]
    fn a_url_that_is_none_is_refused() {
        assert!(matches!(plain(Method::GET, "not a url"), Err(Error::Request(_))));
    }
}
