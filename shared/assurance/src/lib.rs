//! Red Tractor's certificate service: who vouches for farms.
//!
//! `GET <base>/certificates?country=GBR&postcode=…&holdingNumber=…` with the key
//! in `X-API-Key` answers a list, `PascalCase` throughout. What it answered counts
//! for an hour, which the table remembers for all functions together.

mod upstream;
mod vouching;

use std::time::Duration;

use attesta_model::{Certificate, CertificateQuery, Error, Result};
use attesta_outbound::{Answer, Https, Secret};
use attesta_store::Store;
use aws_types::SdkConfig;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::timeout;

/// So often the service is asked before it counts as down.
const TRIES: u32 = 3;
/// How long one try may take: all of them, with the waits, stay within the
/// quarter of a minute that a function has.
const PATIENCE: Duration = Duration::from_secs(4);
/// The wait before the second try; each next one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The largest answer that is read: 1 MiB.
const MOST_BYTES: usize = 1024 * 1024;

/// The way to the service.
#[derive(Debug, Clone)]
pub struct RedTractor {
    https: Https,
    base: Option<String>,
    secret: Secret<Access>,
    patience: Duration,
    first_wait: Duration,
}

/// What the secret holds: `{"key": "<the key>"}`.
#[derive(Debug, Deserialize)]
struct Access {
    key: SecretString,
}

/// Why a try came to nothing.
#[derive(Debug)]
enum Trouble {
    /// Another may help.
    Passing(String),
    /// None will.
    Lasting(Error),
}

impl RedTractor {
    /// The service at a base address, if there is one, with its key in a secret.
    #[must_use]
    pub fn new(config: &SdkConfig, base: Option<String>, secret_id: impl Into<String>) -> Self {
        Self {
            https: Https::default(),
            base: base.map(|base| base.trim_end_matches('/').to_owned()),
            secret: Secret::new("the secret of Red Tractor", config, secret_id),
            patience: PATIENCE,
            first_wait: FIRST_WAIT,
        }
    }

    /// The same with less patience, and shorter waits.
    #[must_use]
    pub fn impatient(self, patience: Duration, first_wait: Duration) -> Self {
        Self { patience, first_wait, ..self }
    }

    /// The certificates that count, at most an hour old: for what asks on the
    /// platform's own behalf, such as an import.
    ///
    /// # Errors
    /// [`Error::Internal`] where the service is down, or not configured.
    pub async fn certificates(
        &self,
        store: &Store,
        query: &CertificateQuery,
    ) -> Result<Vec<Certificate>> {
        match store.kept_certificates(query).await? {
            Some(certificates) => Ok(certificates),
            None => self.ask(store, query).await,
        }
    }

    /// The certificates that count as the service has them now, which are kept
    /// for the next hour.
    ///
    /// # Errors
    /// [`Error::Internal`] where the service is down, or not configured.
    pub async fn ask(&self, store: &Store, query: &CertificateQuery) -> Result<Vec<Certificate>> {
        let certificates = self.look_up(store, query).await?;
        // Nobody needs to know that the next one has to ask again.
        if let Err(error) = store.keep_certificates(query, &certificates).await {
            tracing::warn!(%error, "certificates could not be kept");
        }
        Ok(certificates)
    }

    async fn look_up(&self, store: &Store, query: &CertificateQuery) -> Result<Vec<Certificate>> {
        let unconfigured = || Error::internal("Red Tractor is not configured");
        let base = self.base.as_deref().ok_or_else(unconfigured)?;
        let access = self.secret.get(store.ids().now()).await?;
        let url = format!("{base}/certificates?{}", parameters(query));
        let mut trouble = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.wait(store, attempt).await?;
            }
            match self.try_once(&url, &access).await {
                Ok(certificates) => return Ok(certificates),
                Err(Trouble::Lasting(error)) => return Err(error),
                Err(Trouble::Passing(what)) => trouble = what,
            }
        }
        Err(Error::internal(format_args!("Red Tractor, after {TRIES} tries: {trouble}")))
    }

    async fn try_once(&self, url: &str, access: &Access) -> Result<Vec<Certificate>, Trouble> {
        let headers = [("x-api-key", access.key.expose_secret())];
        let answer = timeout(self.patience, self.https.get(url, &headers, MOST_BYTES)).await;
        let answer = answer.map_err(|_| Trouble::Passing("no answer in time".to_owned()))?;
        let Answer { status, body } =
            answer.map_err(|error| Trouble::Passing(error.to_string()))?;
        match status {
            200 => upstream::read(&body).map_err(Trouble::Lasting),
            // Nobody is known there.
            404 => Ok(Vec::new()),
            408 | 425 | 429 | 500.. => Err(Trouble::Passing(answered(status))),
            _ => Err(Trouble::Lasting(Error::internal(answered(status)))),
        }
    }

    /// Waits before another try, longer each time and not in step with others.
    async fn wait(&self, store: &Store, attempt: u32) -> Result<()> {
        let [random] = store.ids().random::<1>()?;
        let wait = self.first_wait * (1 << (attempt - 1));
        tokio::time::sleep(wait / 2 + wait * u32::from(random) / 510).await;
        Ok(())
    }
}

fn answered(status: u16) -> String {
    format!("Red Tractor answered {status}")
}

fn parameters(query: &CertificateQuery) -> String {
    let encoded =
        |name, value: &str| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    let place = query.postcode().map(|value| encoded("&postcode", value));
    let number = query.holding_number().map(|value| encoded("&holdingNumber", value));
    let rest: String = place.into_iter().chain(number).collect();
    encoded("country", query.country()) + &rest
}
