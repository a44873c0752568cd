//! The provider's side of the provider API: signing in, reading a request, reporting its result.

use std::collections::HashMap;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use crate::http::{self, Client, Method, Patience, Request, Response};
use crate::verdict::Report;

/// How many rows of a list are read at a time.
const PAGE: usize = 200;

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer came, or one that can't be read. A later attempt may succeed.
    #[error("{0}")]
    Http(#[from] http::Error),
    /// The API can't answer at present. A later attempt may succeed.
    #[error("the API can't answer at present: {0}")]
    Unavailable(String),
    /// The request is no longer there: it was withdrawn, or the learner erased.
    #[error("the request is no longer there")]
    Gone,
    /// The API refuses the call.
    #[error("the API refuses: {0}")]
    Refused(String),
    /// The answer to the sign-in names no queue.
    #[error("the answer to the sign-in names no queue")]
    NoQueue,
}

/// A provider's own credentials.
#[derive(Debug)]
pub struct Credentials {
    /// The public half.
    pub role_id: String,
    /// The secret half.
    pub secret_id: SecretString,
}

/// The provider's queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The queue's URL.
    pub url: String,
    /// The AWS region that it is in.
    pub region: String,
    /// How long a poll waits for a message, in seconds, if the platform says so.
    pub wait_seconds: Option<i32>,
}

/// A request as its provider sees it.
#[derive(Debug, Deserialize)]
pub struct Row {
    learner_id: Option<String>,
    /// The status of this provider's result.
    pub status: u8,
    request: Document,
}

#[derive(Debug, Deserialize)]
struct Document {
    id: u64,
    data: String,
}

#[derive(Deserialize)]
struct Page {
    next: Option<String>,
    results: Vec<Row>,
}

impl Row {
    /// Whether the result was reported already; it can't be changed any more.
    #[must_use]
    pub fn is_processed(&self) -> bool {
        self.status == 1
    }

    /// The presigned URL of the document.
    #[must_use]
    pub fn document_url(&self) -> &str {
        &self.request.data
    }
}

/// A provider that is signed in. Its tokens are renewed as they expire.
#[derive(Debug)]
pub struct Session {
    http: Client,
    patience: Patience,
    base_url: String,
    credentials: Credentials,
    provider_id: u64,
    tokens: Mutex<Tokens>,
}

#[derive(Debug, Clone, Deserialize)]
struct Tokens {
    access_token: SecretString,
    refresh_token: SecretString,
}

#[derive(Deserialize)]
struct SignedIn {
    provider_id: u64,
    provider_queue: String,
    config: Config,
    token: Tokens,
}

#[derive(Deserialize)]
struct Refreshed {
    token: Tokens,
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "CELERY_BROKER_TRANSPORT_OPTIONS")]
    transport: Transport,
}

#[derive(Deserialize)]
struct Transport {
    region: String,
    wait_time_seconds: Option<i32>,
    predefined_queues: HashMap<String, PredefinedQueue>,
}

#[derive(Deserialize)]
struct PredefinedQueue {
    url: String,
}

/// How to come by new tokens.
#[derive(Clone, Copy)]
enum Renewal {
    Refresh,
    SignIn,
}

impl Session {
    /// Signs in and learns which queue to take tasks from. `base_url` is the API's, without a path.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn sign_in(
        http: Client,
        patience: Patience,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<(Self, Queue), Error> {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let request = sign_in_request(&base_url, &credentials)?;
        let answer = http.send_patiently(&request, patience).await?;
        let signed_in: SignedIn = checked(&answer)?.json()?;
        let queue = signed_in.config.transport.queue(&signed_in.provider_queue)?;
        let session = Self {
            http,
            patience,
            base_url,
            credentials,
            provider_id: signed_in.provider_id,
            tokens: Mutex::new(signed_in.token),
        };
        Ok((session, queue))
    }

    /// The provider's id.
    #[must_use]
    pub fn provider_id(&self) -> u64 {
        self.provider_id
    }

    /// Reads a request.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn request(&self, request_id: u64) -> Result<Row, Error> {
        let request = http::plain(Method::GET, &self.request_url(request_id))?;
        Ok(self.call(request).await?.json()?)
    }

    /// The ids of a learner's requests, the newest first, each as often as there is a result of it.
    /// Reads back from the newest request of all until it has found `expected` ones and then a page
    /// without any.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn requests_of(&self, learner_id: &str, expected: usize) -> Result<Vec<u64>, Error> {
        let first = format!("{}?ordering=-id&limit={PAGE}", self.requests_url());
        let (mut found, mut next) = (Vec::new(), Some(first));
        while let Some(url) = next {
            let page: Page = self.call(http::plain(Method::GET, &url)?).await?.json()?;
            let before = found.len();
            let rows =
                page.results.iter().filter(|row| row.learner_id.as_deref() == Some(learner_id));
            found.extend(rows.map(|row| row.request.id));
            let is_complete = found.len() >= expected && found.len() == before;
            next = page.next.filter(|_| !is_complete);
        }
        Ok(found)
    }

    /// Reports the result of a request. The same report may be sent again.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn report(&self, request_id: u64, report: &Report) -> Result<(), Error> {
        let request = http::json(Method::PUT, &self.request_url(request_id), report)?;
        self.call(request).await.map(drop)
    }

    /// Fetches a document by its presigned URL.
    ///
    /// # Errors
    /// [`http::Error::TooLarge`], or that no answer came.
    pub async fn document(&self, url: &str) -> Result<Response, http::Error> {
        let request = http::plain(Method::GET, url)?;
        self.http.send_patiently(&request, self.patience).await
    }

    fn request_url(&self, request_id: u64) -> String {
        format!("{}{request_id}/", self.requests_url())
    }

    fn requests_url(&self) -> String {
        format!("{}/api/v2/provider/{}/request/", self.base_url, self.provider_id)
    }

    /// Sends a request with the access token: if that is no longer good, with a refreshed one, and
    /// if that can't be had or is no good either, with one from a new sign-in.
    async fn call(&self, request: Request) -> Result<Response, Error> {
        let mut tokens = self.tokens.lock().await.clone();
        let mut answer = self.send(&request, &tokens).await?;
        for renewal in [Renewal::Refresh, Renewal::SignIn] {
            if answer.status != 401 {
                break;
            }
            tokens = self.renewed(&tokens, renewal).await?;
            answer = self.send(&request, &tokens).await?;
        }
        checked(&answer)?;
        Ok(answer)
    }

    async fn send(&self, request: &Request, tokens: &Tokens) -> Result<Response, Error> {
        let bearer = format!("JWT {}", tokens.access_token.expose_secret());
        let request = http::with_header(request.clone(), "authorization", &bearer)?;
        Ok(self.http.send_patiently(&request, self.patience).await?)
    }

    /// New tokens in place of those refused; if another task has renewed them meanwhile, its ones.
    async fn renewed(&self, refused: &Tokens, renewal: Renewal) -> Result<Tokens, Error> {
        let mut tokens = self.tokens.lock().await;
        let refused = refused.access_token.expose_secret();
        if tokens.access_token.expose_secret() == refused {
            *tokens = match renewal {
                Renewal::Refresh => match self.refreshed(&tokens).await? {
                    Some(refreshed) => refreshed,
                    None => self.signed_in_again().await?,
                },
                Renewal::SignIn => self.signed_in_again().await?,
            };
        }
        Ok(tokens.clone())
    }

    /// Refreshed tokens, or none if the refresh token is no longer good.
    async fn refreshed(&self, tokens: &Tokens) -> Result<Option<Tokens>, Error> {
        let url = format!("{}/api/v2/auth/token/refresh", self.base_url);
        let body = json!({"token": tokens.access_token.expose_secret()});
        let bearer = format!("JWT {}", tokens.refresh_token.expose_secret());
        let request = http::json(Method::POST, &url, &body)?;
        let request = http::with_header(request, "authorization", &bearer)?;
        let answer = self.http.send_patiently(&request, self.patience).await?;
        if matches!(answer.status, 400..=403) {
            return Ok(None);
        }
        Ok(Some(checked(&answer)?.json::<Refreshed>()?.token))
    }

    async fn signed_in_again(&self) -> Result<Tokens, Error> {
        let request = sign_in_request(&self.base_url, &self.credentials)?;
        let answer = self.http.send_patiently(&request, self.patience).await?;
        Ok(checked(&answer)?.json::<SignedIn>()?.token)
    }
}

impl Transport {
    fn queue(mut self, name: &str) -> Result<Queue, Error> {
        let queue = self.predefined_queues.remove(name);
        let queue = queue.or_else(|| self.predefined_queues.into_values().next());
        Ok(Queue {
            url: queue.ok_or(Error::NoQueue)?.url,
            region: self.region,
            wait_seconds: self.wait_time_seconds,
        })
    }
}

fn sign_in_request(base_url: &str, credentials: &Credentials) -> Result<Request, http::Error> {
    let body = json!({
        "role_id": credentials.role_id,
        "secret_id": credentials.secret_id.expose_secret(),
    });
    http::json(Method::POST, &format!("{base_url}/api/v2/auth/approle"), &body)
}

fn checked(answer: &Response) -> Result<&Response, Error> {
    match answer.status {
        200..=299 => Ok(answer),
        404 => Err(Error::Gone),
        _ if answer.is_transient() => Err(Error::Unavailable(answer.summary())),
        _ => Err(Error::Refused(answer.summary())),
    }
}
