//! Machine credentials: one entity for every kind of machine.

use attesta_identity::{ProviderCaller, Secret, SecretHash};
use attesta_model::{CredentialId, Error, Instrument, InstrumentId, Provider, ProviderId, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::patterns;
use crate::table::{Item, from_item, to_item};
use crate::{Store, keys};

/// What a machine signs in with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credential {
    /// Its public half.
    pub id: CredentialId,
    /// Whom it is for.
    #[serde(flatten)]
    pub kind: CredentialKind,
    /// The hash of its secret half.
    pub secret_hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was taken back; it counts no more then.
    pub revoked_at: Option<Timestamp>,
    /// From when on it counts no more by itself; never, if none.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// Whom a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CredentialKind {
    /// A provider's worker.
    Provider {
        /// The provider.
        provider_id: ProviderId,
        /// The instrument that it implements.
        instrument_id: InstrumentId,
    },
}

impl Credential {
    /// The start of every provider's secret.
    pub const PROVIDER_PREFIX: &'static str = "atp";

    pub(crate) fn is_of_provider(&self, provider: ProviderId) -> bool {
        let CredentialKind::Provider { provider_id, .. } = self.kind;
        provider_id == provider
    }

    pub(crate) fn item(&self) -> Result<Item> {
        to_item(patterns::CREDENTIAL, keys::credential(self.id), self)
    }

    /// Whether it counts at a time.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }
}

/// A provider that has just proved to be itself.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is.
    pub caller: ProviderCaller,
    /// The provider.
    pub provider: Provider,
    /// The instrument that it implements.
    pub instrument: Instrument,
}

impl Store {
    /// A credential that is nowhere yet, and its secret.
    pub(crate) fn new_credential(&self, kind: CredentialKind) -> Result<(Credential, Secret)> {
        let secret = Secret::new(Credential::PROVIDER_PREFIX, &self.ids.random()?);
        let credential = Credential {
            id: CredentialId(self.ids.uuid()?),
            kind,
            secret_hash: secret.hash(),
            created_at: self.ids.now(),
            revoked_at: None,
            expires_at: None,
        };
        Ok((credential, secret))
    }

    /// Signs a provider in by its credential. An unknown credential costs what
    /// a wrong secret costs: one read and one comparison.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], whatever it was that didn't fit.
    pub async fn sign_in_provider(&self, role_id: &str, secret_id: &str) -> Result<SignedIn> {
        const INVALID: Error = Error::Unauthenticated("Invalid credentials");
        let secret = Secret::parse(Credential::PROVIDER_PREFIX, secret_id).ok_or(INVALID)?;
        let id: CredentialId = role_id.parse().map_err(|_| INVALID)?;
        let [item] = self.table.get_many([keys::credential(id)]).await?;
        let credential: Option<Credential> = item.map(from_item).transpose()?;
        let hash =
            credential.as_ref().map_or_else(SecretHash::of_nothing, |c| c.secret_hash.clone());
        let is_good = hash.matches(&secret);
        let credential =
            credential.filter(|c| is_good && c.is_live(self.ids.now())).ok_or(INVALID)?;
        let CredentialKind::Provider { provider_id, instrument_id } = credential.kind;
        let wanted = [keys::provider(provider_id), keys::instrument(instrument_id)];
        let [provider, instrument] = self.table.get_many(wanted).await?;
        let provider: Provider = from_item(provider.ok_or(INVALID)?)?;
        if provider.deleted_at.is_some() {
            return Err(INVALID);
        }
        Ok(SignedIn {
            caller: ProviderCaller { provider_id, credential_id: id },
            provider,
            instrument: from_item(instrument.ok_or(INVALID)?)?,
        })
    }
}
