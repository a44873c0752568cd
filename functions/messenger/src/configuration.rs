//! What the operator says of the channels: a JSON document in a secret.
//!
//! ```json
//! {
//!   "whatsapp": {
//!     "url": "https://graph.facebook.com/v23.0/<phone number id>/messages",
//!     "token": "<access token>",
//!     "template": {"name": "<an approved one>", "language": "en_GB"}
//!   },
//!   "slack": {"url": "https://hooks.slack.com/services/<secret>"}
//! }
//! ```
//!
//! A channel that is left out is not configured.

use std::sync::Arc;

use attesta_messaging::templates::Template;
use attesta_model::{Error, Result};
use attesta_runtime::SdkConfig;
use aws_sdk_secretsmanager::Client;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::Deserialize;
use tokio::sync::Mutex;

use attesta_runtime::read_message;

/// How long a change may go unnoticed.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// The document.
#[derive(Debug, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) whatsapp: Option<WhatsApp>,
    pub(crate) slack: Option<Slack>,
}

/// A phone number of WhatsApp's Cloud API.
#[derive(Debug, Deserialize)]
pub(crate) struct WhatsApp {
    pub(crate) url: String,
    pub(crate) token: SecretString,
    pub(crate) template: Template,
}

/// An incoming webhook of Slack; whoever knows its address may post.
#[derive(Debug, Deserialize)]
pub(crate) struct Slack {
    pub(crate) url: SecretString,
}

/// The secret that holds the document. It is read when first needed and again
/// every few minutes.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    client: Client,
    id: String,
    loaded: Arc<Mutex<Option<Loaded>>>,
}

/// The document as it was.
#[derive(Debug)]
struct Loaded {
    document: Arc<Configuration>,
    at: Timestamp,
}

impl Secret {
    /// A secret by its id.
    pub(crate) fn new(config: &SdkConfig, id: impl Into<String>) -> Self {
        Self { client: Client::new(config), id: id.into(), loaded: Arc::default() }
    }

    /// The document as it was at most a few minutes ago. Where it can't be read
    /// any more, the one before stays in use.
    pub(crate) async fn get(&self, now: Timestamp) -> Result<Arc<Configuration>> {
        let mut slot = self.loaded.lock().await;
        if let Some(loaded) = slot.as_ref().filter(|loaded| now.duration_since(loaded.at) < FRESH) {
            return Ok(Arc::clone(&loaded.document));
        }
        let document = match (self.fetch().await, slot.take()) {
            (Err(error), Some(before)) => {
                tracing::warn!(%error, "the messenger's secret can't be read; it stays as it was");
                before.document
            }
            (fetched, _) => Arc::new(fetched?),
        };
        *slot = Some(Loaded { document: Arc::clone(&document), at: now });
        Ok(document)
    }

    async fn fetch(&self) -> Result<Configuration> {
        let answer = self.client.get_secret_value().secret_id(&self.id).send().await;
        let answer = answer.map_err(|error| Error::call("GetSecretValue", &error))?;
        read_message("the messenger's secret", answer.secret_string().unwrap_or_default())
    }
}
