//! The signing keys: derived from a secret that the secret store makes and
//! rotates. The current text signs, once its key was known for long enough; the
//! one before signs until then, and counts as long as tokens of it live.

use std::fmt::{self, Debug};
use std::sync::Arc;

use attesta_identity::{PublicKeys, SigningKey};
use attesta_model::{Error, Result};
use attesta_runtime::SdkConfig;
use attesta_store::Store;
use attesta_wire::auth::Boxed;
use aws_sdk_secretsmanager::Client;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use tokio::sync::RwLock;

/// How long a rotation may go unnoticed.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// How long a key has to be known before it signs: whoever checks tokens asks
/// for keys once a minute at most.
const KNOWN: SignedDuration = SignedDuration::from_mins(2);

/// The secret's texts.
#[derive(Clone)]
pub struct Texts {
    /// The newest.
    pub current: String,
    /// The one before, if there was one.
    pub previous: Option<String>,
}

/// Shows nothing: the keys can be derived from the texts.
impl Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Texts")
    }
}

/// Where the secret's texts come from.
pub trait SecretTexts: Debug + Send + Sync {
    /// The texts as they are now.
    fn texts(&self) -> Boxed<'_, Result<Texts>>;
}

/// A secret in Secrets Manager.
#[derive(Debug)]
pub struct SecretsManager {
    client: Client,
    id: String,
}

impl SecretsManager {
    /// A secret by its id.
    #[must_use]
    pub fn new(config: &SdkConfig, id: impl Into<String>) -> Self {
        Self { client: Client::new(config), id: id.into() }
    }

    async fn text(&self, stage: &str) -> Result<Option<String>> {
        let get = self.client.get_secret_value().secret_id(&self.id).version_stage(stage);
        match get.send().await {
            Ok(answer) => Ok(answer.secret_string),
            Err(error) => match error.as_service_error() {
                Some(cause) if cause.is_resource_not_found_exception() => Ok(None),
                _ => Err(Error::call("GetSecretValue", &error)),
            },
        }
    }
}

impl SecretTexts for SecretsManager {
    fn texts(&self) -> Boxed<'_, Result<Texts>> {
        Box::pin(async {
            let (current, previous) =
                tokio::try_join!(self.text("AWSCURRENT"), self.text("AWSPREVIOUS"))?;
            let current = current.ok_or_else(|| Error::internal("the signing secret is empty"))?;
            Ok(Texts { current, previous })
        })
    }
}

/// The keys, loaded when first needed and again every few minutes.
#[derive(Debug)]
pub struct SigningKeys {
    source: Box<dyn SecretTexts>,
    store: Store,
    loaded: RwLock<Option<(Arc<Loaded>, Timestamp)>>,
}

/// Keys ready for use.
#[derive(Debug)]
pub(crate) struct Loaded {
    current: SigningKey,
    /// The key before, if there was one: it signs until the current one does.
    former: Option<SigningKey>,
    /// From when on the current one does: the table says it, so that all
    /// instances agree.
    signs_from: Timestamp,
    pub(crate) public: PublicKeys,
}

impl Loaded {
    fn derive(texts: &Texts, signs_from: Timestamp) -> Result<Self> {
        let current = SigningKey::derive(&texts.current).map_err(Error::internal)?;
        let former = texts.previous.as_deref().map(SigningKey::derive).transpose();
        let former = former.map_err(Error::internal)?;
        let keys = [Some(current.public()), former.as_ref().map(SigningKey::public)];
        let public = PublicKeys(JwkSet { keys: keys.into_iter().flatten().collect() });
        Ok(Self { current, former, signs_from, public })
    }

    /// The key that signs at a time.
    pub(crate) fn signing(&self, now: Timestamp) -> &SigningKey {
        match &self.former {
            Some(former) if now < self.signs_from => former,
            _ => &self.current,
        }
    }
}

impl SigningKeys {
    /// Keys from a secret; their public halves go into the store, where the
    /// other functions find them.
    #[must_use]
    pub fn new(source: impl SecretTexts + 'static, store: Store) -> Self {
        Self { source: Box::new(source), store, loaded: RwLock::new(None) }
    }

    /// Loads them ahead of the first request.
    ///
    /// # Errors
    /// When the secret can't be read.
    pub async fn ready(&self) -> Result<()> {
        self.get().await.map(drop)
    }

    pub(crate) async fn get(&self) -> Result<Arc<Loaded>> {
        let now = self.store.ids().now();
        let is_fresh = |at: &Timestamp| now.duration_since(*at) < FRESH;
        if let Some((keys, _)) = self.loaded.read().await.as_ref().filter(|(_, at)| is_fresh(at)) {
            return Ok(Arc::clone(keys));
        }
        let mut slot = self.loaded.write().await;
        let texts = match (self.source.texts().await, slot.as_mut()) {
            (Err(error), Some((keys, at))) => {
                tracing::warn!(%error, "the signing secret can't be read; its keys stay in use");
                *at = now;
                return Ok(Arc::clone(keys));
            }
            (texts, _) => texts?,
        };
        let mut keys = Loaded::derive(&texts, now)?;
        match slot.as_ref() {
            Some((before, _)) if before.public == keys.public => {
                keys.signs_from = before.signs_from;
            }
            _ => {
                let known_since = self.store.publish_keys(&keys.public).await?;
                keys.signs_from = known_since.first().map_or(now, |since| *since + KNOWN);
            }
        }
        let keys = Arc::new(keys);
        *slot = Some((Arc::clone(&keys), now));
        Ok(keys)
    }
}
