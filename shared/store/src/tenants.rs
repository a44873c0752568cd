//! Tenants, as staff look after them. A tenant is an organisation with a role:
//! without the role nobody finds it by a domain, and what it had stays until
//! the organisation has it again.

use std::collections::HashMap;

use attesta_identity::UserCaller;
use attesta_model::{
    Domain, Error, Organisation, OrganisationId, Problem, Reason, Result, Status, Tenant,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};
use tokio::try_join;

use crate::access::{CanChange, CanRead, Managed, StaffRight, staff_handle};
use crate::catalogue_admin::{at_revision, busy};
use crate::idempotency::{Idempotency, Replay, by_place};
use crate::keys::{self, Key};
use crate::slices::{List, Slice, Sliced};
use crate::table::{Cancelled, Condition, Item, from_item, indexed, to_item};
use crate::{Store, patterns};

/// What staff say of a new tenant.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// The organisation that gets the role; a new one if none.
    pub organisation_id: Option<OrganisationId>,
    /// What it is called; as the organisation is, if not said.
    pub name: Option<String>,
    /// Its domains.
    pub domains: Vec<Domain>,
}

/// Whose a domain is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) tenant_id: OrganisationId,
}

impl Store {
    /// Makes a tenant: of an organisation that is there, or of a new one. Yields
    /// its identifier, which is the organisation's.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::Invalid`] where there is no such
    /// organisation, it is a tenant already, or a domain is another's.
    pub async fn create_tenant(
        &self,
        caller: &UserCaller,
        new: &NewTenant,
        idempotency: Option<&Idempotency>,
    ) -> Result<String> {
        let user = keys::user(caller.user_id);
        let id = new.organisation_id.map_or_else(|| self.ids.uuid().map(OrganisationId), Ok)?;
        let mut wanted = vec![user.clone(), keys::organisation(id), keys::tenant(id)];
        wanted.extend(new.domains.iter().map(keys::tenant_domain));
        wanted.extend(idempotency.map(Idempotency::key));
        let mut found = self.table.get_all(&wanted).await?;
        staff_handle::<CanChange>(caller, found.remove(&user))?;
        if let Some(call) = idempotency
            && let Replay::Same(id) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Ok(id);
        }
        let organisation = self.organisation_for_role(new.organisation_id, &mut found)?;
        if found.contains_key(&keys::tenant(id)) {
            return Err(has_role_already());
        }
        check_free(&new.domains, id, &found)?;
        let name = new.name.clone().or(organisation.map(|one| one.name)).unwrap_or_default();
        let domains = new.domains.clone();
        let refusal = |at: usize| match at {
            0 => Some(has_role_already()),
            at => new.domains.get(at - 1).map(taken),
        };
        let draw_up = |now| -> Result<_> {
            let (name, domains) = (name.clone(), domains.clone());
            let tenant =
                Tenant { organisation_id: id, name, domains, revision: 0, created_at: now };
            let mut writes = vec![self.table.put_new(tenant_item(&tenant)?)?];
            writes.extend(self.domains_taken(id, &tenant.domains)?);
            if new.organisation_id.is_none() {
                writes.push(self.new_organisation(id, &tenant.name)?);
            }
            Ok((writes, id.to_string()))
        };
        self.write_once_unless(idempotency, draw_up, by_place(refusal)).await
    }

    /// The organisation that is to get a role, where it is to be one that is
    /// there.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it isn't.
    pub(crate) fn organisation_for_role(
        &self,
        id: Option<OrganisationId>,
        found: &mut HashMap<Key, Item>,
    ) -> Result<Option<Organisation>> {
        let Some(id) = id else { return Ok(None) };
        let item = found.remove(&keys::organisation(id));
        let organisation: Option<Organisation> = item.map(from_item).transpose()?;
        let there = organisation.filter(|one| one.status != Status::Deleted);
        let rule = || Reason::Rule("There is no such organisation.".to_owned());
        there.map(Some).ok_or_else(|| Error::field("organisationId", rule()))
    }

    /// The part of a transaction that makes an organisation which nobody owns
    /// yet.
    pub(crate) fn new_organisation(
        &self,
        id: OrganisationId,
        name: &str,
    ) -> Result<TransactWriteItem> {
        let organisation = Organisation::new(id, name, self.ids.now());
        let item = to_item(patterns::ORGANISATION, keys::organisation(id), &organisation)?;
        self.table.put_new(item)
    }

    fn domains_taken(&self, id: OrganisationId, of: &[Domain]) -> Result<Vec<TransactWriteItem>> {
        let holder = Holder { tenant_id: id };
        let taken = of.iter().map(|domain| {
            let item = to_item(patterns::NAME, keys::tenant_domain(domain), &holder)?;
            self.table.put_if(item, free_for(id))
        });
        taken.collect()
    }

    fn domains_freed(&self, id: OrganisationId, of: &[Domain]) -> Result<Vec<TransactWriteItem>> {
        let freed = of
            .iter()
            .map(|domain| self.table.delete_if(&keys::tenant_domain(domain), free_for(id)));
        freed.collect()
    }

    /// A tenant, and whether domains that it may get are another's.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_tenant<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<Managed<Tenant, R>> {
        let wanted = [keys::user(caller.user_id), keys::tenant(organisation_id(id))];
        let [user, tenant] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        Ok(Managed::new(from_item(tenant.ok_or_else(Error::not_found)?)?, &staff))
    }

    /// A slice of all tenants, oldest first.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn tenants(&self, caller: &UserCaller, slice: &Slice) -> Result<Sliced<Tenant>> {
        let list = List {
            in_index: true,
            partition: keys::TENANTS.to_owned(),
            prefix: keys::TENANT_PREFIX.to_owned(),
        };
        let (_, sliced) = try_join!(self.staff::<CanRead>(caller), self.slice(&list, slice))?;
        Ok(sliced)
    }

    /// Changes a tenant's name, its domains, or both.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a domain is another's, [`Error::Conflict`] where
    /// it was changed by another meanwhile.
    pub async fn change_tenant(
        &self,
        managed: &Managed<Tenant, CanChange>,
        name: Option<String>,
        domains: Option<Vec<Domain>>,
    ) -> Result<()> {
        let old = managed.get();
        let id = old.organisation_id;
        let changed = Tenant {
            name: name.unwrap_or_else(|| old.name.clone()),
            domains: domains.unwrap_or_else(|| old.domains.clone()),
            revision: old.revision + 1,
            ..old.clone()
        };
        let without = |these: &[Domain], others: &[Domain]| {
            these.iter().filter(|one| !others.contains(one)).cloned().collect::<Vec<_>>()
        };
        let added = without(&changed.domains, &old.domains);
        let mut writes =
            vec![self.table.put_if(tenant_item(&changed)?, at_revision(old.revision))?];
        writes.extend(self.domains_taken(id, &added)?);
        writes.extend(self.domains_freed(id, &without(&old.domains, &changed.domains))?);
        let Err(Cancelled { at, .. }) = self.table.transact(writes).await? else { return Ok(()) };
        let domain = at.and_then(|at| at.checked_sub(1)).and_then(|at| added.get(at));
        Err(domain.map_or_else(busy, taken))
    }

    /// Takes the role of a tenant from an organisation, and frees its domains.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it was changed by another meanwhile.
    pub async fn delete_tenant(&self, managed: &Managed<Tenant, CanChange>) -> Result<()> {
        let old = managed.get();
        let id = old.organisation_id;
        let key = keys::tenant(id);
        let mut writes = vec![self.table.delete_if(&key, at_revision(old.revision))?];
        writes.extend(self.domains_freed(id, &old.domains)?);
        self.table.transact(writes).await?.map_err(|_| busy())
    }
}

fn tenant_item(tenant: &Tenant) -> Result<Item> {
    let item = to_item(patterns::TENANT, keys::tenant(tenant.organisation_id), tenant)?;
    let place = keys::tenant_in_list(tenant.organisation_id);
    Ok(indexed(item, keys::TENANTS.to_owned(), place))
}

/// Refuses domains that are another's.
fn check_free(domains: &[Domain], own: OrganisationId, found: &HashMap<Key, Item>) -> Result<()> {
    for domain in domains {
        let Some(item) = found.get(&keys::tenant_domain(domain)) else { continue };
        let holder: Holder = from_item(item.clone())?;
        if holder.tenant_id != own {
            return Err(taken(domain));
        }
    }
    Ok(())
}

fn taken(domain: &Domain) -> Error {
    Error::field("domains", Reason::Rule(format!("{domain} is another tenant's.")))
}

/// The organisation that is to get a role has it, of this tenant or another.
pub(crate) fn has_role_already() -> Error {
    let reason = Reason::Rule("The organisation has this role already.".to_owned());
    Error::Invalid(vec![Problem { field: Some("organisationId".to_owned()), reason }])
}

/// Nobody has the domain, or the one who asks.
fn free_for(own: OrganisationId) -> Condition {
    let own = AttributeValue::S(own.to_string());
    Condition::with("attribute_not_exists(pk) OR tenant_id = :own").value(":own", own)
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
pub(crate) fn organisation_id(text: &str) -> OrganisationId {
    text.parse().unwrap_or(OrganisationId(uuid::Uuid::nil()))
}
