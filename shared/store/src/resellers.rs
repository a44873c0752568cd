//! Resellers: organisations that sell for a tenant.

use attesta_model::{Error, OrganisationId, Reseller, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::try_join;

use crate::access::{AtTenant, CanManage, CanOversee, TenantRole};
use crate::changes::Changes;
use crate::idempotency::{Idempotency, Replay, by_place};
use crate::slices::{List, Slice, Sliced};
use crate::table::{Condition, Item, from_item, indexed, to_item};
use crate::tenants::{has_role_already, organisation_id};
use crate::{Store, keys, patterns};

/// What is said of a new reseller.
#[derive(Debug, Clone)]
pub struct NewReseller {
    /// The organisation that gets the role; a new one if none. Staff alone may
    /// name one.
    pub organisation_id: Option<OrganisationId>,
    /// What it is called; as the organisation is, if not said.
    pub name: Option<String>,
}

impl Store {
    /// Makes a reseller of the tenant: of an organisation that is there, or of a
    /// new one. Yields its identifier, which is the organisation's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant, or names
    /// an organisation and is no staff; [`Error::Invalid`] where there is no
    /// such organisation, or it is a reseller already.
    pub async fn create_reseller(
        &self,
        at: &AtTenant,
        new: &NewReseller,
        idempotency: Option<&Idempotency>,
    ) -> Result<String> {
        let id = new.organisation_id.map_or_else(|| self.ids.uuid().map(OrganisationId), Ok)?;
        let wanted = [keys::organisation(id), keys::reseller(id)];
        let admitted = self.admit_once::<CanManage>(at, idempotency, |_, _| wanted.into());
        let (access, mut found, replay) = admitted.await?;
        if let Replay::Same(id) = replay {
            return Ok(id);
        }
        if new.organisation_id.is_some() && !matches!(access.role(), TenantRole::Staff(_)) {
            return Err(Error::forbidden());
        }
        let organisation = self.organisation_for_role(new.organisation_id, &mut found)?;
        if found.contains_key(&keys::reseller(id)) {
            return Err(has_role_already());
        }
        let name = new.name.clone().or(organisation.map(|one| one.name)).unwrap_or_default();
        let refusal = |at: usize| (at == 0).then(has_role_already);
        let draw_up = |now| -> Result<_> {
            let reseller = Reseller {
                organisation_id: id,
                tenant_id: access.tenant(),
                name: name.clone(),
                created_at: now,
            };
            let mut writes = vec![self.table.put_new(reseller_item(&reseller)?)?];
            if new.organisation_id.is_none() {
                writes.push(self.new_organisation(id, &name)?);
            }
            Ok((writes, id.to_string()))
        };
        self.write_once_unless(idempotency, draw_up, by_place(refusal)).await
    }

    /// A reseller of the tenant.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not see all that the tenant
    /// has, and [`Error::NotFound`].
    pub async fn reseller(&self, at: &AtTenant, id: &str) -> Result<Reseller> {
        let key = keys::reseller(organisation_id(id));
        let claims = self.claims(at).await?;
        let (access, mut found) = self.admit::<CanOversee>(&claims, vec![key.clone()]).await?;
        let reseller: Option<Reseller> = found.remove(&key).map(from_item).transpose()?;
        let own = reseller.filter(|reseller| reseller.tenant_id == access.tenant());
        own.ok_or_else(Error::not_found)
    }

    /// A slice of the tenant's resellers, oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not see all that the tenant has.
    pub async fn resellers(&self, at: &AtTenant, slice: &Slice) -> Result<Sliced<Reseller>> {
        let claims = self.claims(at).await?;
        let list = List {
            in_index: true,
            partition: keys::tenant_resellers(claims.tenant()?),
            prefix: keys::RESELLER_PREFIX.to_owned(),
        };
        let admitted = self.admit::<CanOversee>(&claims, Vec::new());
        let (_, sliced) = try_join!(admitted, self.slice(&list, slice))?;
        Ok(sliced)
    }

    /// Gives a reseller of the tenant another name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant, and
    /// [`Error::NotFound`].
    pub async fn rename_reseller(&self, at: &AtTenant, id: &str, name: String) -> Result<()> {
        let claims = self.claims(at).await?;
        let (access, _) = self.admit::<CanManage>(&claims, Vec::new()).await?;
        let changes = Changes::when(of_tenant(access.tenant()));
        let changes = changes.set("name", Some(AttributeValue::S(name)));
        self.change(&keys::reseller(organisation_id(id)), changes).await
    }

    /// Takes the role of a reseller from an organisation. What it sold stays
    /// with the customers, and the customers with the tenant.
    ///
    /// # Errors
    /// Those of [`Store::rename_reseller`].
    pub async fn delete_reseller(&self, at: &AtTenant, id: &str) -> Result<()> {
        let claims = self.claims(at).await?;
        let (access, _) = self.admit::<CanManage>(&claims, Vec::new()).await?;
        let key = keys::reseller(organisation_id(id));
        let gone = self.table.delete_if(&key, of_tenant(access.tenant()))?;
        self.write_all(vec![gone], |_| Some(Error::not_found())).await
    }
}

fn reseller_item(reseller: &Reseller) -> Result<Item> {
    let id = reseller.organisation_id;
    let item = to_item(patterns::RESELLER, keys::reseller(id), reseller)?;
    let list = keys::tenant_resellers(reseller.tenant_id);
    Ok(indexed(item, list, keys::reseller_in_tenant(id)))
}

/// What stands there is this tenant's.
pub(crate) fn of_tenant(tenant: OrganisationId) -> Condition {
    let tenant = AttributeValue::S(tenant.to_string());
    Condition::with("tenant_id = :tenant").value(":tenant", tenant)
}
