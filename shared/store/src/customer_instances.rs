//! The provider instances that customers have: each from the tenant itself, or
//! from one of its resellers, and of each seller once.

use attesta_model::margin::Margins;
use attesta_model::{
    Customer, CustomerId, CustomerInstance, Error, OrganisationId, ProviderInstance,
    ProviderInstanceId, Reason, Result, check_customer_data,
};
use tokio::try_join;

use crate::access::{AtTenant, CanSell, Claims, InTenant, TenantRole, reseller_of};
use crate::catalogue_admin::busy;
use crate::customers::{customer_id, customer_keys, customer_of};
use crate::idempotency::{Idempotency, Replay, by_place};
use crate::keys::{self, Key};
use crate::provider_instances::provider_instance_id;
use crate::slices::{List, Slice, Sliced};
use crate::table::{Condition, Written, from_item, to_item};
use crate::{Store, patterns};

/// Which provider instance of which customer is meant.
#[derive(Debug, Clone, Copy)]
pub struct InstanceOfCustomer<'a> {
    /// The customer.
    pub customer: &'a str,
    /// The provider instance.
    pub instance: &'a str,
    /// The reseller whom the caller names; none for the caller itself.
    pub reseller: Option<OrganisationId>,
}

/// What is said as a customer gets a provider instance.
#[derive(Clone)]
pub struct NewCustomerInstance {
    /// What the provider has to know of the customer: JSON, with personal data.
    pub provider_customer_data: Option<String>,
    /// What is put on prices.
    pub margins: Margins,
}

/// Shows no personal data.
impl std::fmt::Debug for NewCustomerInstance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCustomerInstance")
            .field("margins", &self.margins)
            .finish_non_exhaustive()
    }
}

/// A provider instance that a customer has, and that is the caller's to sell.
#[derive(Debug, Clone)]
pub struct OwnCustomerInstance {
    tenant: OrganisationId,
    row: CustomerInstance,
}

impl OwnCustomerInstance {
    /// It, as it stands.
    #[must_use]
    pub const fn row(&self) -> &CustomerInstance {
        &self.row
    }

    fn key(&self) -> Key {
        let CustomerInstance { customer_id, reseller_id, provider_instance_id, .. } = &self.row;
        keys::customer_instance(*customer_id, *reseller_id, *provider_instance_id)
    }
}

/// What a lookup found of what is to be sold.
#[derive(Debug)]
struct Sale {
    customer: Customer,
    instance: ProviderInstance,
    seller: Option<OrganisationId>,
    /// Whether the seller sees the customer.
    is_seen: bool,
}

impl Store {
    /// Gives a customer a provider instance, from the caller or from the
    /// reseller whom a tenant names, who sees the customer from then on. Yields
    /// the provider instance's identifier, by which the customer has it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not sell here, or is a reseller
    /// and names one; [`Error::NotFound`] where there is no such reseller,
    /// customer or provider instance; [`Error::Invalid`] where the customer has
    /// it from that seller already, or the provider has to know more of them.
    pub async fn add_customer_instance(
        &self,
        at: &AtTenant,
        which: InstanceOfCustomer<'_>,
        new: &NewCustomerInstance,
        idempotency: Option<&Idempotency>,
    ) -> Result<String> {
        let found = self.sale(at, which, idempotency).await?;
        let (access, sale) = match found {
            Found::Same(answer) => return Ok(answer),
            Found::Sale(access, sale) => (access, sale),
        };
        check_customer_data(&sale.instance, new.provider_customer_data.as_deref())?;
        let (tenant, customer, instance) = (access.tenant(), sale.customer.id, sale.instance.id);
        let refusal = |at: usize| match at {
            0 => Some(Error::not_found()),
            1 => Some(has_it_already()),
            _ => None,
        };
        let draw_up = |now| -> Result<_> {
            let row = CustomerInstance {
                customer_id: customer,
                provider_instance_id: instance,
                reseller_id: sale.seller,
                provider_customer_data: new.provider_customer_data.clone(),
                margins: new.margins.clone(),
                created_at: now,
            };
            let key = keys::customer_instance(customer, sale.seller, instance);
            let item = to_item(patterns::CUSTOMER_INSTANCE, key, &row)?;
            let mut writes = vec![self.touched(tenant, customer)?, self.table.put_new(item)?];
            if let Some(reseller) = sale.seller.filter(|_| !sale.is_seen) {
                writes.push(self.seen(tenant, customer, reseller)?);
            }
            Ok((writes, instance.to_string()))
        };
        self.write_once_unless(idempotency, draw_up, by_place(refusal)).await
    }

    /// What is to be sold, or the answer to the same call, once the caller is
    /// admitted.
    async fn sale(
        &self,
        at: &AtTenant,
        which: InstanceOfCustomer<'_>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Found> {
        let (customer, instance) =
            (customer_id(which.customer), provider_instance_id(which.instance));
        let admitted = self.admit_once::<CanSell>(at, idempotency, |claims, tenant| {
            let mut wanted = customer_keys(claims, tenant, customer);
            wanted.push(keys::provider_instance(tenant, instance));
            wanted.extend(which.reseller.map(keys::reseller));
            wanted.extend(which.reseller.map(|id| keys::customer_reseller(customer, id)));
            wanted.extend(instance_keys(claims, customer, which.reseller, instance));
            wanted
        });
        let (access, mut found, replay) = admitted.await?;
        let seller = seller(&access, which.reseller)?;
        if let Replay::Same(answer) = replay {
            return Ok(Found::Same(answer));
        }
        if let Some(id) = seller
            && !reseller_of(&found, access.tenant(), id)?
        {
            return Err(Error::not_found());
        }
        let customer = customer_of(&access, customer, &mut found)?;
        let item = found.remove(&keys::provider_instance(access.tenant(), instance));
        let instance: ProviderInstance = from_item(item.ok_or_else(Error::not_found)?)?;
        if found.contains_key(&keys::customer_instance(customer.id, seller, instance.id)) {
            return Err(has_it_already());
        }
        let link = seller.map(|id| keys::customer_reseller(customer.id, id));
        let is_seen = link.is_some_and(|link| found.contains_key(&link));
        Ok(Found::Sale(access, Box::new(Sale { customer, instance, seller, is_seen })))
    }

    /// A provider instance that a customer has from the caller, or from the
    /// reseller whom a tenant names.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the caller may not sell here, or is a reseller
    /// and names one; and [`Error::NotFound`].
    pub async fn customer_instance(
        &self,
        at: &AtTenant,
        which: InstanceOfCustomer<'_>,
    ) -> Result<OwnCustomerInstance> {
        let (customer, instance) =
            (customer_id(which.customer), provider_instance_id(which.instance));
        let claims = self.claims(at).await?;
        let tenant = claims.tenant()?;
        let mut wanted = customer_keys(&claims, tenant, customer);
        wanted.extend(instance_keys(&claims, customer, which.reseller, instance));
        let (access, mut found) = self.admit::<CanSell>(&claims, wanted).await?;
        let seller = seller(&access, which.reseller)?;
        customer_of(&access, customer, &mut found)?;
        let item = found.remove(&keys::customer_instance(customer, seller, instance));
        Ok(OwnCustomerInstance { tenant, row: from_item(item.ok_or_else(Error::not_found)?)? })
    }

    /// A slice of the provider instances that a customer has: from anybody where
    /// the tenant asks and names no reseller, and by seller; else from one.
    ///
    /// # Errors
    /// Those of [`Store::customer_instance`].
    pub async fn customer_instances(
        &self,
        at: &AtTenant,
        (customer, reseller): (&str, Option<OrganisationId>),
        slice: &Slice,
    ) -> Result<Sliced<CustomerInstance>> {
        let customer = customer_id(customer);
        let claims = self.claims(at).await?;
        let wanted = customer_keys(&claims, claims.tenant()?, customer);
        let list = |seller| List {
            in_index: false,
            partition: keys::customer_partition(customer),
            prefix: keys::customer_instances_from(seller),
        };
        let admitted = self.admit::<CanSell>(&claims, wanted);
        // Who can be one reseller alone is read as that one at once.
        let guess = reseller.or(claims.resellers().first().copied());
        let guessed = list(guess);
        let ((access, mut found), sliced) = try_join!(admitted, self.slice(&guessed, slice))?;
        let seller = seller(&access, reseller)?;
        customer_of(&access, customer, &mut found)?;
        if seller == guess { Ok(sliced) } else { self.slice(&list(seller), slice).await }
    }

    /// Puts other margins on prices.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the customer has it no more,
    /// [`Error::Conflict`] where the margins were changed by another meanwhile.
    pub async fn change_margins(&self, own: &OwnCustomerInstance, margins: &Margins) -> Result<()> {
        let value = |margins| serde_dynamo::to_attribute_value(margins).map_err(Error::internal);
        let was_so = Condition::with("margins = :old")
            .value(":old", value(&own.row.margins)?)
            .value(":new", value(margins)?);
        match self.table.update(&own.key(), "SET margins = :new", was_so).await? {
            Written::Done => Ok(()),
            Written::Refused(None) => Err(Error::not_found()),
            Written::Refused(Some(_)) => Err(busy()),
        }
    }

    /// Takes a provider instance from a customer.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the customer has it no more.
    pub async fn delete_customer_instance(&self, own: &OwnCustomerInstance) -> Result<()> {
        let writes = vec![
            self.touched(own.tenant, own.row.customer_id)?,
            self.table.delete_if(&own.key(), Condition::is_there())?,
        ];
        self.write_all(writes, |_| Some(Error::not_found())).await
    }
}

/// What a call that would sell something comes to.
#[derive(Debug)]
enum Found {
    /// It is to be sold.
    Sale(InTenant<CanSell>, Box<Sale>),
    /// The same call came before; this was its answer.
    Same(String),
}

/// Where a customer has a provider instance, whoever the caller turns out to be.
fn instance_keys(
    claims: &Claims,
    customer: CustomerId,
    asked: Option<OrganisationId>,
    instance: ProviderInstanceId,
) -> impl Iterator<Item = Key> {
    let own = claims.resellers().iter().copied().map(Some);
    let sellers: Vec<_> = std::iter::once(asked).chain(own).collect();
    sellers.into_iter().map(move |seller| keys::customer_instance(customer, seller, instance))
}

/// Who sells: a reseller itself, a tenant itself or the reseller whom it names.
fn seller(
    access: &InTenant<CanSell>,
    asked: Option<OrganisationId>,
) -> Result<Option<OrganisationId>> {
    match (access.role(), asked) {
        (TenantRole::Reseller(_), Some(_)) => Err(Error::forbidden()),
        (TenantRole::Reseller(own), None) => Ok(Some(own)),
        (TenantRole::Csp | TenantRole::Staff(_), asked) => Ok(asked),
    }
}

fn has_it_already() -> Error {
    let text = "The customer has this provider instance already.";
    Error::field("providerInstanceId", Reason::Rule(text.to_owned()))
}
