//! Machine credentials: one entity for every kind of machine.

use attesta_identity::{MachineKey, ProviderCaller, Secret, SecretHash};
use attesta_model::{
    CredentialId, Error, Instrument, InstrumentId, Machine, Provider, ProviderId, Result, Scopes,
};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::patterns;
use crate::table::{Condition, Item, from_item, indexed, to_item};
use crate::{Store, keys};

/// What is said of every credential that doesn't fit.
pub(crate) const INVALID: Error = Error::Unauthenticated("Invalid credentials");
/// That a credential is in use is noted so often at most.
const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// What a machine signs in with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credential {
    /// Its public half.
    pub id: CredentialId,
    /// Whom it is for.
    #[serde(flatten)]
    pub kind: CredentialKind,
    /// What its owners call it; providers' have no name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What may be done with it; providers' have no scopes.
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    pub scopes: Scopes,
    /// The hash of its secret half.
    pub secret_hash: SecretHash,
    /// The secret before, which counts beside it for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerHash>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was taken back; it counts no more then.
    pub revoked_at: Option<Timestamp>,
    /// From when on it counts no more by itself; never, if none.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
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
    /// A machine client.
    #[serde(untagged)]
    Machine(Machine),
}

/// A secret that was replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FormerHash {
    /// Its hash.
    pub secret_hash: SecretHash,
    /// Until when it counts.
    pub until: Timestamp,
}

impl CredentialKind {
    /// The start of the secrets of such credentials.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Provider { .. } => Secret::PROVIDER,
            Self::Machine(_) => Secret::CLIENT,
        }
    }
}

impl Credential {
    pub(crate) fn is_of_provider(&self, provider: ProviderId) -> bool {
        matches!(self.kind, CredentialKind::Provider { provider_id, .. } if provider_id == provider)
    }

    /// The machine client that it is for, if it is for one.
    #[must_use]
    pub const fn machine(&self) -> Option<Machine> {
        match self.kind {
            CredentialKind::Machine(machine) => Some(machine),
            CredentialKind::Provider { .. } => None,
        }
    }

    /// As an item; those of machine clients stand on the index.
    pub(crate) fn item(&self) -> Result<Item> {
        let item = to_item(patterns::CREDENTIAL, keys::credential(self.id), self)?;
        Ok(match self.machine() {
            Some(machine) => {
                let place = keys::client_in_index(machine, self.id);
                indexed(item, keys::CLIENTS.to_owned(), place)
            }
            None => item,
        })
    }

    /// Whether it counts at a time.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }

    /// The secret before, while it counts.
    #[must_use]
    pub fn former_at(&self, now: Timestamp) -> Option<&FormerHash> {
        self.former.as_ref().filter(|former| now < former.until)
    }

    /// The credential that stands under a key, if this is its secret and it
    /// counts. Where none stands, that costs what a wrong secret costs.
    pub(crate) fn unlocked(item: Option<Item>, secret: &Secret, now: Timestamp) -> Result<Self> {
        let credential: Option<Self> = item.map(from_item).transpose()?;
        let nothing = SecretHash::of_nothing();
        let current = credential.as_ref().map_or(&nothing, |known| &known.secret_hash);
        let former = credential.as_ref().and_then(|known| known.former_at(now));
        let former = former.map_or(&nothing, |former| &former.secret_hash);
        // Both are compared, whatever the first comes to.
        let is_good = current.matches(secret) | former.matches(secret);
        credential.filter(|known| is_good && known.is_live(now)).ok_or(INVALID)
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
        let secret = Secret::new(kind.prefix(), &self.ids.random()?);
        let credential = Credential {
            id: CredentialId(self.ids.uuid()?),
            kind,
            name: String::new(),
            scopes: Scopes::default(),
            secret_hash: secret.hash(),
            former: None,
            created_at: self.ids.now(),
            revoked_at: None,
            expires_at: None,
            last_used_at: None,
        };
        Ok((credential, secret))
    }

    /// Signs a provider in by its credential. An unknown credential costs what
    /// a wrong secret costs: one read and one comparison.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], whatever it was that didn't fit.
    pub async fn sign_in_provider(&self, role_id: &str, secret_id: &str) -> Result<SignedIn> {
        let key = MachineKey::new(role_id, secret_id).ok_or(INVALID)?;
        let [item] = self.table.get_many([keys::credential(key.id)]).await?;
        let credential = Credential::unlocked(item, &key.secret, self.ids.now())?;
        let CredentialKind::Provider { provider_id, instrument_id } = credential.kind else {
            return Err(INVALID);
        };
        let wanted = [keys::provider(provider_id), keys::instrument(instrument_id)];
        let [provider, instrument] = self.table.get_many(wanted).await?;
        let provider: Provider = from_item(provider.ok_or(INVALID)?)?;
        if provider.deleted_at.is_some() {
            return Err(INVALID);
        }
        self.note_use(&credential).await;
        Ok(SignedIn {
            caller: ProviderCaller { provider_id, credential_id: key.id },
            provider,
            instrument: from_item(instrument.ok_or(INVALID)?)?,
        })
    }

    /// Notes that a credential is in use, if that was not noted lately. The
    /// caller is served whatever becomes of it.
    pub(crate) async fn note_use(&self, credential: &Credential) {
        let now = self.ids.now();
        if credential.last_used_at.is_some_and(|at| now.duration_since(at) < NOTED_EVERY) {
            return;
        }
        let value = |at: Timestamp| AttributeValue::S(at.to_string());
        // Of many at a time one notes it.
        let unless_noted = match credential.last_used_at {
            None => Condition::with("attribute_exists(pk) AND attribute_not_exists(last_used_at)"),
            Some(at) => Condition::with("last_used_at = :seen").value(":seen", value(at)),
        };
        let key = keys::credential(credential.id);
        let unless_noted = unless_noted.value(":now", value(now));
        let noted = self.table.note(&key, "SET last_used_at = :now", unless_noted).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "that a credential is in use can't be noted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attesta_model::{MachineKind, Scope};
    use serde_json::json;

    #[test]
    fn a_providers_credential_of_old_is_read() {
        let stored = json!({
            "id": "0197f0a0-0000-7000-8000-00000000000a",
            "kind": "provider",
            "provider_id": 1,
            "instrument_id": 5,
            "secret_hash": "-",
            "created_at": "2025-01-01T00:00:00Z",
            "revoked_at": null,
        });
        let credential: Credential = serde_json::from_value(stored.clone()).expect("a credential");
        assert!(credential.is_of_provider(ProviderId::new(1).expect("in range")));
        assert_eq!((credential.machine(), credential.name.as_str()), (None, ""));
        let mut again = serde_json::to_value(&credential).expect("JSON");
        assert_eq!(again.as_object_mut().and_then(|it| it.remove("expires_at")), Some(json!(null)));
        assert_eq!(again, stored);
    }

    #[test]
    fn a_machines_credential_is_read_as_it_was_written() {
        let organisation = Some("0197f0a0-0000-7000-8000-00000000000b".parse().expect("an id"));
        for kind in MachineKind::ALL {
            let machine = Machine::new(kind, organisation.filter(|_| kind.is_of_organisation()));
            let machine = machine.expect("a machine");
            let credential = Credential {
                id: "0197f0a0-0000-7000-8000-00000000000a".parse().expect("an id"),
                kind: CredentialKind::Machine(machine),
                name: "A name".to_owned(),
                scopes: Scopes::from_iter([Scope::SubTpps]),
                secret_hash: SecretHash::of_nothing(),
                former: None,
                created_at: Timestamp::UNIX_EPOCH,
                revoked_at: None,
                expires_at: None,
                last_used_at: None,
            };
            let item = credential.item().expect("an item");
            assert_eq!(item["kind"], AttributeValue::S(kind.name().to_owned()));
            assert!(item.contains_key("gsi1pk"));
            let read: Credential = from_item(item).expect("a credential");
            assert_eq!((read.kind, read.scopes), (credential.kind, credential.scopes));
        }
    }
}
