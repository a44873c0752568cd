//! What the operator says of a service: a JSON document in a secret.

use std::fmt::Debug;
use std::sync::Arc;

use attesta_model::{Error, Result};
use aws_sdk_secretsmanager::Client;
use aws_types::SdkConfig;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

/// How long a change may go unnoticed.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// A secret that holds a document. It is read when first needed and again every
/// few minutes.
#[derive(Debug)]
pub struct Secret<T> {
    what: &'static str,
    client: Client,
    id: String,
    loaded: Arc<Mutex<Option<Loaded<T>>>>,
}

impl<T> Clone for Secret<T> {
    fn clone(&self) -> Self {
        let (client, id) = (self.client.clone(), self.id.clone());
        Self { what: self.what, client, id, loaded: Arc::clone(&self.loaded) }
    }
}

/// The document as it was.
#[derive(Debug)]
struct Loaded<T> {
    document: Arc<T>,
    at: Timestamp,
}

impl<T: DeserializeOwned> Secret<T> {
    /// A secret by its id, and what the log calls it.
    #[must_use]
    pub fn new(what: &'static str, config: &SdkConfig, id: impl Into<String>) -> Self {
        Self { what, client: Client::new(config), id: id.into(), loaded: Arc::default() }
    }

    /// The document as it was at most a few minutes ago. Where it can't be read
    /// any more, the one before stays in use.
    ///
    /// # Errors
    /// When it could not be read yet.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<T>> {
        let mut slot = self.loaded.lock().await;
        if let Some(loaded) = slot.as_ref().filter(|loaded| now.duration_since(loaded.at) < FRESH) {
            return Ok(Arc::clone(&loaded.document));
        }
        let document = match (self.fetch().await, slot.take()) {
            (Err(error), Some(before)) => {
                tracing::warn!(%error, secret = self.what, "it can't be read, and stays as it was");
                before.document
            }
            (fetched, _) => Arc::new(fetched?),
        };
        *slot = Some(Loaded { document: Arc::clone(&document), at: now });
        Ok(document)
    }

    async fn fetch(&self) -> Result<T> {
        let answer = self.client.get_secret_value().secret_id(&self.id).send().await;
        let answer = answer.map_err(|error| Error::call("GetSecretValue", &error))?;
        let json = answer.secret_string().unwrap_or_default();
        // What is wrong with it is told by its place alone.
        serde_json::from_str(json).map_err(|error| {
            let (what, class) = (self.what, error.classify());
            let (line, column) = (error.line(), error.column());
            Error::internal(format_args!(
                "{what} can't be read: {class:?} error at line {line}, column {column}"
            ))
        })
    }
}
