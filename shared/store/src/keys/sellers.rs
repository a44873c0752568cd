//! Who sells what to whom.

use super::*;

/// The index's partition of tenants.
pub const TENANTS: &str = "TENANTS";
/// The start of a tenant's place among all.
pub const TENANT_PREFIX: &str = "TENANT#";
/// The start of the place of a reseller, among a tenant's or a customer's.
pub const RESELLER_PREFIX: &str = "RESELLER#";
/// The start of a customer's place, among a tenant's or a reseller's.
pub const CUSTOMER_PREFIX: &str = "CUSTOMER#";
/// The start of a provider instance's place, among a tenant's or a customer's.
pub const INSTANCE_PREFIX: &str = "INSTANCE#";

/// An organisation as one that sells.
#[must_use]
pub fn tenant(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "TENANT")
}

/// A tenant's place among all.
#[must_use]
pub fn tenant_in_list(id: OrganisationId) -> String {
    format!("{TENANT_PREFIX}{id}")
}

/// Whose a domain is.
#[must_use]
pub fn tenant_domain(domain: &Domain) -> Key {
    name("tenant", "domain", domain.as_str())
}

/// An organisation as one that sells for a tenant.
#[must_use]
pub fn reseller(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "RESELLER")
}

/// The index's partition of a tenant's resellers.
#[must_use]
pub fn tenant_resellers(tenant: OrganisationId) -> String {
    format!("TENANT#{tenant}#RESELLERS")
}

/// A reseller's place among its tenant's.
#[must_use]
pub fn reseller_in_tenant(id: OrganisationId) -> String {
    format!("{RESELLER_PREFIX}{id}")
}

/// The partition of a tenant's customers.
#[must_use]
pub fn tenant_customers(tenant: OrganisationId) -> String {
    format!("TENANT#{tenant}#CUSTOMERS")
}

/// A tenant's customer.
#[must_use]
pub fn customer(tenant: OrganisationId, id: CustomerId) -> Key {
    Key::new(tenant_customers(tenant), customer_in_list(id))
}

/// A customer's place among a tenant's, or a reseller's.
#[must_use]
pub fn customer_in_list(id: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{id}")
}

/// The partition of a tenant's provider instances.
#[must_use]
pub fn tenant_instances(tenant: OrganisationId) -> String {
    format!("TENANT#{tenant}#INSTANCES")
}

/// What a tenant sells of a provider.
#[must_use]
pub fn provider_instance(tenant: OrganisationId, id: ProviderInstanceId) -> Key {
    Key::new(tenant_instances(tenant), format!("{INSTANCE_PREFIX}{id}"))
}

/// The partition of what a customer has, and of who sees them.
#[must_use]
pub fn customer_partition(id: CustomerId) -> String {
    format!("CUSTOMER#{id}")
}

/// A reseller who sees a customer.
#[must_use]
pub fn customer_reseller(customer: CustomerId, reseller: OrganisationId) -> Key {
    Key::new(customer_partition(customer), reseller_in_tenant(reseller))
}

/// The index's partition of the customers whom a reseller sees.
#[must_use]
pub fn reseller_customers(tenant: OrganisationId, reseller: OrganisationId) -> String {
    format!("{}#{reseller}#CUSTOMERS", tenant_resellers(tenant))
}

/// A provider instance that a customer has from a reseller, or from the tenant.
#[must_use]
pub fn customer_instance(
    customer: CustomerId,
    reseller: Option<OrganisationId>,
    instance: ProviderInstanceId,
) -> Key {
    let from = reseller.map(|id| id.to_string()).unwrap_or_default();
    Key::new(customer_partition(customer), format!("{INSTANCE_PREFIX}{from}#{instance}"))
}

/// The start of the places of the provider instances that a customer has from a
/// reseller, or from anybody.
#[must_use]
pub fn customer_instances_from(reseller: Option<OrganisationId>) -> String {
    reseller.map_or_else(|| INSTANCE_PREFIX.to_owned(), |id| format!("{INSTANCE_PREFIX}{id}#"))
}
