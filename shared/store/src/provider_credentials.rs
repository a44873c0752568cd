//! A provider's credentials: which there are, another one, one less.

use attesta_identity::Secret;
use attesta_model::{CredentialId, Error, Problem, ProviderId, Reason, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{CanChange, CredentialsOfStaff, Managed};
use crate::catalogue_admin::{at_revision, busy};
use crate::credential::{Credential, CredentialKind};
use crate::table::{Condition, Item, from_item, key_item, to_item};
use crate::{Store, keys, patterns};

/// So many credentials of a provider may count at a time.
pub(crate) const MOST_LIVE: usize = 10;
/// So many are listed; the oldest of those that count no more fall off.
const MOST_LISTED: usize = 30;

/// Which credentials a provider has, oldest first. Whoever adds one writes the
/// list too, so that nobody overlooks another's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CredentialList {
    ids: Vec<CredentialId>,
    revision: u32,
}

impl CredentialList {
    /// The list with one more and without these.
    pub(crate) fn with(&self, new: CredentialId, without: &[CredentialId]) -> Self {
        let kept = self.ids.iter().filter(|id| !without.contains(id)).copied();
        Self { ids: kept.chain([new]).collect(), revision: self.revision + 1 }
    }
}

impl Store {
    /// The credentials of a list, in its order.
    pub(crate) async fn listed_credentials(
        &self,
        list: &CredentialList,
    ) -> Result<Vec<Credential>> {
        if list.ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = list.ids.iter().copied().map(keys::credential).collect();
        let mut found = self.table.get_all(&keys).await?;
        keys.iter().filter_map(|key| found.remove(key)).map(from_item).collect()
    }

    /// Makes another credential for a provider; those that it has run out when
    /// the overlap is over, if not sooner. Its secret is in the answer and
    /// nowhere else.
    ///
    /// # Errors
    /// [`Error::Invalid`] where too many count already, [`Error::Conflict`]
    /// where another was made meanwhile.
    pub async fn rotate_credential(
        &self,
        managed: &Managed<CredentialsOfStaff, CanChange>,
        overlap: SignedDuration,
    ) -> Result<(Credential, Secret)> {
        let CredentialsOfStaff { credentials, provider, list } = managed.get();
        let now = self.ids.now();
        let ends = now + overlap;
        let (live, dead): (Vec<_>, Vec<_>) =
            credentials.iter().partition(|credential| credential.is_live(now));
        if live.len() >= MOST_LIVE {
            return Err(too_many());
        }
        let kind = CredentialKind::Provider {
            provider_id: provider.id,
            instrument_id: provider.instrument_id,
        };
        let (new, secret) = self.new_credential(kind)?;
        let excess = (credentials.len() + 1).saturating_sub(MOST_LISTED);
        let dropped: Vec<_> = dead.iter().take(excess).map(|credential| credential.id).collect();
        let next = list.with(new.id, &dropped);
        let mut writes = vec![
            self.table.put_if(list_item(provider.id, &next)?, at_revision(list.revision))?,
            self.table.put_new(new.item()?)?,
        ];
        for old in live.iter().filter(|old| old.expires_at.is_none_or(|at| ends < at)) {
            writes.push(self.expiring(old.id, ends)?);
        }
        for id in &dropped {
            writes.push(self.table.delete_if(&keys::credential(*id), Condition::default())?);
        }
        self.table.transact(writes).await?.map_err(|_| busy())?;
        Ok((new, secret))
    }

    /// Takes a credential's effect away, at once. Taken back before, it stays so.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn revoke_credential(&self, managed: &Managed<Credential, CanChange>) -> Result<()> {
        let credential = managed.get();
        if credential.revoked_at.is_some() {
            return Ok(());
        }
        let now = AttributeValue::S(self.ids.now().to_string());
        let condition = Condition {
            values: Some(Item::from([(":now".to_owned(), now)])),
            ..Condition::is_there()
        };
        let key = keys::credential(credential.id);
        self.table.update(&key, "SET revoked_at = :now", condition).await.map(drop)
    }

    /// Notes when a credential runs out, whatever else is noted on it meanwhile.
    fn expiring(&self, id: CredentialId, at: Timestamp) -> Result<TransactWriteItem> {
        let update = Update::builder()
            .table_name(&self.table.name)
            .set_key(Some(key_item(&keys::credential(id))))
            .update_expression("SET expires_at = :at")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":at", AttributeValue::S(at.to_string()))
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

/// A provider's list as an item.
pub(crate) fn list_item(provider: ProviderId, list: &CredentialList) -> Result<Item> {
    to_item(patterns::CREDENTIALS, keys::provider_credentials(provider), list)
}

fn too_many() -> Error {
    let text = format!("A provider has at most {MOST_LIVE} credentials that count: revoke one.");
    Error::Invalid(vec![Problem { field: None, reason: Reason::Rule(text) }])
}
