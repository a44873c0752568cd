//! A tenant's customers, and which resellers see them.

use std::collections::HashMap;

use attesta_model::{Customer, CustomerId, Error, OrganisationId, Reason, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};
use tokio::try_join;

use crate::access::{
    AtTenant, CanManage, CanRead, Claims, InTenant, TenantRight, TenantRole, reseller_of,
};
use crate::changes::Changes;
use crate::idempotency::{Idempotency, Replay, by_place};
use crate::keys::{self, Key};
use crate::slices::{List, Slice, Sliced};
use crate::table::{Condition, Item, Query, Sort, from_item, indexed, to_item};
use crate::tenants::organisation_id;
use crate::{Store, patterns};

/// What is said of a new customer.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// Their name.
    pub name: String,
    /// What the tenant calls them in its own books.
    pub reference: Option<String>,
}

/// A reseller sees a customer.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Sees {
    customer_id: CustomerId,
}

impl Store {
    /// Makes a customer of the tenant; yields their identifier.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant.
    pub async fn create_customer(
        &self,
        at: &AtTenant,
        new: &NewCustomer,
        idempotency: Option<&Idempotency>,
    ) -> Result<String> {
        let admitted = self.admit_once::<CanManage>(at, idempotency, |_, _| Vec::new());
        let (access, _, replay) = admitted.await?;
        if let Replay::Same(id) = replay {
            return Ok(id);
        }
        let id = CustomerId(self.ids.uuid()?);
        self.write_once(idempotency, |now| {
            let customer = Customer {
                id,
                tenant_id: access.tenant(),
                name: new.name.clone(),
                reference: new.reference.clone(),
                changes: 0,
                created_at: now,
            };
            let item = to_item(patterns::CUSTOMER, keys::customer(access.tenant(), id), &customer)?;
            Ok((vec![self.table.put_new(item)?], id.to_string()))
        })
        .await
    }

    /// A customer of the tenant, whom the caller sees.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller has no part in the tenant, and
    /// [`Error::NotFound`].
    pub async fn customer(&self, at: &AtTenant, id: &str) -> Result<Customer> {
        let id = customer_id(id);
        let claims = self.claims(at).await?;
        let wanted = customer_keys(&claims, claims.tenant()?, id);
        let (access, mut found) = self.admit::<CanRead>(&claims, wanted).await?;
        customer_of(&access, id, &mut found)
    }

    /// A slice of the customers of the tenant whom the caller sees, oldest
    /// first. A reseller's are found by who sees them, and read in a third
    /// round.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller has no part in the tenant.
    pub async fn customers(&self, at: &AtTenant, slice: &Slice) -> Result<Sliced<Customer>> {
        let claims = self.claims(at).await?;
        let tenant = claims.tenant()?;
        let prefix = keys::CUSTOMER_PREFIX.to_owned();
        let all = List { in_index: false, partition: keys::tenant_customers(tenant), prefix };
        let admitted = self.admit::<CanRead>(&claims, Vec::new());
        let Some(guess) = claims.resellers().first().copied() else {
            let (_, sliced) = try_join!(admitted, self.slice(&all, slice))?;
            return Ok(sliced);
        };
        // Who can be one reseller alone is read as that one at once.
        let seen_by = |own| List {
            in_index: true,
            partition: keys::reseller_customers(tenant, own),
            prefix: keys::CUSTOMER_PREFIX.to_owned(),
        };
        let guessed = seen_by(guess);
        let ((access, _), seen) = try_join!(admitted, self.slice(&guessed, slice))?;
        match access.role() {
            TenantRole::Reseller(own) if own == guess => self.customers_seen(tenant, seen).await,
            TenantRole::Reseller(own) => {
                let seen = self.slice(&seen_by(own), slice).await?;
                self.customers_seen(tenant, seen).await
            }
            TenantRole::Csp | TenantRole::Staff(_) => self.slice(&all, slice).await,
        }
    }

    async fn customers_seen(
        &self,
        tenant: OrganisationId,
        seen: Sliced<Sees>,
    ) -> Result<Sliced<Customer>> {
        let Sliced { rows, next } = seen;
        let wanted = rows.iter().map(|seen| keys::customer(tenant, seen.customer_id)).collect();
        let customers = self.table.get_each(wanted).await?;
        let rows = customers.into_iter().flatten().map(from_item).collect::<Result<_>>()?;
        Ok(Sliced { rows, next })
    }

    /// Changes a customer's name, what the tenant calls them, or both.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant, and
    /// [`Error::NotFound`].
    pub async fn change_customer(
        &self,
        at: &AtTenant,
        id: &str,
        name: Option<String>,
        reference: Option<Option<String>>,
    ) -> Result<()> {
        let claims = self.claims(at).await?;
        let (access, _) = self.admit::<CanManage>(&claims, Vec::new()).await?;
        let reference =
            reference.map(|text| text.map_or(AttributeValue::Null(true), AttributeValue::S));
        let changes = Changes::when(Condition::is_there())
            .set("name", name.map(AttributeValue::S))
            .set("reference", reference);
        self.change(&keys::customer(access.tenant(), customer_id(id)), changes).await
    }

    /// Removes a customer who has nothing and whom no reseller sees.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant,
    /// [`Error::NotFound`], and [`Error::Refused`] where there is something
    /// left.
    pub async fn delete_customer(&self, at: &AtTenant, id: &str) -> Result<()> {
        let id = customer_id(id);
        let claims = self.claims(at).await?;
        let key = keys::customer(claims.tenant()?, id);
        let query = Query::table(keys::customer_partition(id), Sort::Any);
        let admitted = self.admit::<CanManage>(&claims, vec![key.clone()]);
        let ((access, mut found), left) = try_join!(admitted, self.table.query_up_to(query, 1))?;
        let customer = customer_of(&access, id, &mut found)?;
        if !left.is_empty() {
            return Err(has_something());
        }
        // Whatever they get or lose meanwhile counts.
        let changes = AttributeValue::N(customer.changes.to_string());
        let unchanged = Condition::with("changes = :changes").value(":changes", changes);
        let gone = self.table.delete_if(&key, unchanged)?;
        self.write_all(vec![gone], |_| Some(has_something())).await
    }

    /// Lets a reseller of the tenant see a customer; seen before, they stay so.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant, and
    /// [`Error::NotFound`] where there is no such customer or reseller.
    pub async fn show_customer(&self, at: &AtTenant, id: &str, reseller: &str) -> Result<()> {
        let (id, reseller) = (customer_id(id), organisation_id(reseller));
        let claims = self.claims(at).await?;
        let tenant = claims.tenant()?;
        let link = keys::customer_reseller(id, reseller);
        let wanted = vec![keys::customer(tenant, id), keys::reseller(reseller), link.clone()];
        let (access, mut found) = self.admit::<CanManage>(&claims, wanted).await?;
        customer_of(&access, id, &mut found)?;
        if !reseller_of(&found, tenant, reseller)? {
            return Err(Error::not_found());
        }
        if found.contains_key(&link) {
            return Ok(());
        }
        let writes = vec![self.touched(tenant, id)?, self.seen(tenant, id, reseller)?];
        self.write_all(writes, |at| (at == 0).then(Error::not_found)).await
    }

    /// Lets a reseller see a customer no more. What it sold them stays theirs.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not manage the tenant, and
    /// [`Error::NotFound`] where the reseller didn't see them.
    pub async fn hide_customer(&self, at: &AtTenant, id: &str, reseller: &str) -> Result<()> {
        let id = customer_id(id);
        let claims = self.claims(at).await?;
        let (access, _) = self.admit::<CanManage>(&claims, Vec::new()).await?;
        let link = keys::customer_reseller(id, organisation_id(reseller));
        let writes = vec![
            self.touched(access.tenant(), id)?,
            self.table.delete_if(&link, Condition::is_there())?,
        ];
        self.write_all(writes, |_| Some(Error::not_found())).await
    }

    /// The part of a transaction that counts a change of what a customer has.
    pub(crate) fn touched(
        &self,
        tenant: OrganisationId,
        id: CustomerId,
    ) -> Result<TransactWriteItem> {
        let one = AttributeValue::N("1".to_owned());
        let condition = Condition::is_there().value(":one", one);
        self.table.update_if(&keys::customer(tenant, id), "ADD changes :one", condition)
    }

    /// The part of a transaction that lets a reseller see a customer.
    pub(crate) fn seen(
        &self,
        tenant: OrganisationId,
        id: CustomerId,
        reseller: OrganisationId,
    ) -> Result<TransactWriteItem> {
        let key = keys::customer_reseller(id, reseller);
        let item = to_item(patterns::CUSTOMER_RESELLER, key, &Sees { customer_id: id })?;
        let list = keys::reseller_customers(tenant, reseller);
        let item = indexed(item, list, keys::customer_in_list(id));
        self.table.put_if(item, Condition::default())
    }

    /// Writes all, or yields what it means that a condition doesn't hold, and
    /// tries again where another transaction is in the way.
    pub(crate) async fn write_all(
        &self,
        writes: Vec<TransactWriteItem>,
        refusal: impl Fn(usize) -> Option<Error>,
    ) -> Result<()> {
        let draw_up = |_| Ok((writes.clone(), String::new()));
        self.write_once_unless(None, draw_up, by_place(refusal)).await.map(drop)
    }
}

/// What shows a customer of the tenant, and whether the caller sees them.
pub(crate) fn customer_keys(claims: &Claims, tenant: OrganisationId, id: CustomerId) -> Vec<Key> {
    let links = claims.resellers().iter().map(|own| keys::customer_reseller(id, *own));
    std::iter::once(keys::customer(tenant, id)).chain(links).collect()
}

/// The customer among the items under [`customer_keys`], if the caller sees
/// them.
pub(crate) fn customer_of<R: TenantRight>(
    access: &InTenant<R>,
    id: CustomerId,
    found: &mut HashMap<Key, Item>,
) -> Result<Customer> {
    let customer = found.remove(&keys::customer(access.tenant(), id));
    let is_seen = match access.role() {
        TenantRole::Reseller(own) => found.contains_key(&keys::customer_reseller(id, own)),
        TenantRole::Csp | TenantRole::Staff(_) => true,
    };
    from_item(customer.filter(|_| is_seen).ok_or_else(Error::not_found)?)
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
pub(crate) fn customer_id(text: &str) -> CustomerId {
    text.parse().unwrap_or(CustomerId(uuid::Uuid::nil()))
}

fn has_something() -> Error {
    let text = "The customer still has provider instances, or resellers who see them.";
    Error::field("customerId", Reason::Rule(text.to_owned()))
}
