//! What a tenant sells of providers.

use attesta_model::{
    Error, Provider, ProviderId, ProviderInstance, ProviderInstanceId, Reason, Result,
};
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::try_join;

use crate::access::{AtTenant, CanManage, CanRead};
use crate::changes::Changes;
use crate::idempotency::{Idempotency, Replay};
use crate::slices::{List, Slice, Sliced};
use crate::table::{Condition, Item, from_item, to_item};
use crate::{Store, keys, patterns};

/// What is said of a new provider instance.
#[derive(Debug, Clone)]
pub struct NewProviderInstance {
    /// Its name.
    pub name: String,
    /// The kind of provider; stays as it is, since customers' data follow it.
    pub provider_type: String,
    /// The provider itself, where the platform knows it.
    pub provider_id: Option<ProviderId>,
}

impl Store {
    /// Makes a provider instance of the tenant; yields its identifier.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant,
    /// [`Error::Invalid`] where there is no such provider.
    pub async fn create_provider_instance(
        &self,
        at: &AtTenant,
        new: &NewProviderInstance,
        idempotency: Option<&Idempotency>,
    ) -> Result<String> {
        let provider = new.provider_id.map(keys::provider);
        let wanted = provider.clone().into_iter().collect();
        let admitted = self.admit_once::<CanManage>(at, idempotency, |_, _| wanted);
        let (access, mut found, replay) = admitted.await?;
        if let Replay::Same(id) = replay {
            return Ok(id);
        }
        if let Some(key) = provider {
            check_provider(found.remove(&key))?;
        }
        let id = ProviderInstanceId(self.ids.uuid()?);
        self.write_once(idempotency, |now| {
            let NewProviderInstance { name, provider_type, provider_id } = new.clone();
            let tenant_id = access.tenant();
            let instance = ProviderInstance {
                id,
                tenant_id,
                name,
                provider_type,
                provider_id,
                created_at: now,
            };
            let key = keys::provider_instance(tenant_id, id);
            let item = to_item(patterns::PROVIDER_INSTANCE, key, &instance)?;
            Ok((vec![self.table.put_new(item)?], id.to_string()))
        })
        .await
    }

    /// A provider instance of the tenant.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller has no part in the tenant, and
    /// [`Error::NotFound`].
    pub async fn provider_instance(&self, at: &AtTenant, id: &str) -> Result<ProviderInstance> {
        let claims = self.claims(at).await?;
        let key = keys::provider_instance(claims.tenant()?, provider_instance_id(id));
        let (_, mut found) = self.admit::<CanRead>(&claims, vec![key.clone()]).await?;
        from_item(found.remove(&key).ok_or_else(Error::not_found)?)
    }

    /// A slice of the tenant's provider instances, oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller has no part in the tenant.
    pub async fn provider_instances(
        &self,
        at: &AtTenant,
        slice: &Slice,
    ) -> Result<Sliced<ProviderInstance>> {
        let claims = self.claims(at).await?;
        let list = List {
            in_index: false,
            partition: keys::tenant_instances(claims.tenant()?),
            prefix: keys::INSTANCE_PREFIX.to_owned(),
        };
        let admitted = self.admit::<CanRead>(&claims, Vec::new());
        let (_, sliced) = try_join!(admitted, self.slice(&list, slice))?;
        Ok(sliced)
    }

    /// Changes a provider instance's name, its provider, or both.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant,
    /// [`Error::NotFound`], and [`Error::Invalid`] where there is no such
    /// provider.
    pub async fn change_provider_instance(
        &self,
        at: &AtTenant,
        id: &str,
        name: Option<String>,
        provider: Option<Option<ProviderId>>,
    ) -> Result<()> {
        let claims = self.claims(at).await?;
        let known = provider.flatten().map(keys::provider);
        let wanted = known.clone().into_iter().collect();
        let (access, mut found) = self.admit::<CanManage>(&claims, wanted).await?;
        if let Some(key) = known {
            check_provider(found.remove(&key))?;
        }
        let number = |id: ProviderId| AttributeValue::N(id.to_string());
        let provider = provider.map(|id| id.map_or(AttributeValue::Null(true), number));
        let changes = Changes::when(Condition::is_there())
            .set("name", name.map(AttributeValue::S))
            .set("provider_id", provider);
        let key = keys::provider_instance(access.tenant(), provider_instance_id(id));
        self.change(&key, changes).await
    }

    /// Removes a provider instance: no customer gets it any more. Who has it
    /// keeps it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant, and
    /// [`Error::NotFound`].
    pub async fn delete_provider_instance(&self, at: &AtTenant, id: &str) -> Result<()> {
        let claims = self.claims(at).await?;
        let (access, _) = self.admit::<CanManage>(&claims, Vec::new()).await?;
        let key = keys::provider_instance(access.tenant(), provider_instance_id(id));
        self.table.delete(&key).await
    }
}

/// Refuses a provider that isn't there.
fn check_provider(item: Option<Item>) -> Result<()> {
    let provider: Option<Provider> = item.map(from_item).transpose()?;
    let is_there = provider.is_some_and(|provider| provider.deleted_at.is_none());
    let rule = || Reason::Rule("There is no such provider.".to_owned());
    is_there.then_some(()).ok_or_else(|| Error::field("providerId", rule()))
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
pub(crate) fn provider_instance_id(text: &str) -> ProviderInstanceId {
    text.parse().unwrap_or(ProviderInstanceId(uuid::Uuid::nil()))
}
