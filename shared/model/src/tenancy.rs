//! Who sells what to whom: tenants (cloud solution providers), their resellers
//! and customers, and what they sell of providers.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::margin::Margins;
use crate::microsoft;
use crate::{
    CustomerId, Domain, Error, OrganisationId, Problem, ProviderId, ProviderInstanceId, Reason,
    Result,
};

/// An organisation that sells, as a cloud solution provider does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// What it is called here.
    pub name: String,
    /// By what it is told in `X-Tenant`.
    pub domains: Vec<Domain>,
    /// Goes up by one with each change.
    pub revision: u32,
    /// Since when it sells.
    pub created_at: Timestamp,
}

/// An organisation that sells for a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reseller {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// For whom.
    pub tenant_id: OrganisationId,
    /// What it is called here.
    pub name: String,
    /// Since when it sells.
    pub created_at: Timestamp,
}

/// Somebody to whom a tenant sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Their identifier.
    pub id: CustomerId,
    /// Whose they are.
    pub tenant_id: OrganisationId,
    /// Their name.
    pub name: String,
    /// What the tenant calls them in its own books.
    pub reference: Option<String>,
    /// Goes up with each thing that they get or lose.
    #[serde(default)]
    pub changes: u64,
    /// When they were made.
    pub created_at: Timestamp,
}

/// What a tenant sells of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderInstance {
    /// Its identifier.
    pub id: ProviderInstanceId,
    /// Whose it is.
    pub tenant_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// The kind of provider: `microsoft`, or another.
    pub provider_type: String,
    /// The provider itself, where the platform knows it.
    pub provider_id: Option<ProviderId>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ProviderInstance {
    /// Whether its customers' data are to be what Microsoft wants of them.
    #[must_use]
    pub fn is_microsoft(&self) -> bool {
        self.provider_type.eq_ignore_ascii_case("microsoft")
    }
}

/// A provider instance that a customer has, from the tenant itself or from a
/// reseller.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerInstance {
    /// The customer.
    pub customer_id: CustomerId,
    /// The provider instance.
    pub provider_instance_id: ProviderInstanceId,
    /// From whom; the tenant itself if none.
    pub reseller_id: Option<OrganisationId>,
    /// What the provider has to know of the customer: JSON, with personal data.
    pub provider_customer_data: Option<String>,
    /// What is put on prices.
    pub margins: Margins,
    /// When they got it.
    pub created_at: Timestamp,
}

/// Shows no personal data.
impl fmt::Debug for CustomerInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerInstance")
            .field("customer_id", &self.customer_id)
            .field("provider_instance_id", &self.provider_instance_id)
            .field("reseller_id", &self.reseller_id)
            .field("margins", &self.margins)
            .finish_non_exhaustive()
    }
}

/// Checks what a provider has to know of a customer: a JSON document or nothing,
/// and for Microsoft an object with all the fields that it wants.
///
/// # Errors
/// [`Error::Invalid`], by field.
pub fn check_customer_data(instance: &ProviderInstance, data: Option<&str>) -> Result<()> {
    const FIELD: &str = "providerCustomerData";
    let Some(data) = data else {
        let is_wanted = instance.is_microsoft();
        return if is_wanted { Err(Error::field(FIELD, Reason::Null)) } else { Ok(()) };
    };
    let rule = || Reason::Rule("Must be a JSON document.".to_owned());
    let document: Value = serde_json::from_str(data).map_err(|_| Error::field(FIELD, rule()))?;
    if !instance.is_microsoft() {
        return Ok(());
    }
    let problems = microsoft::problems(&document);
    let problems = problems.into_iter().map(|Problem { field, reason }| {
        let field = field.map_or_else(|| FIELD.to_owned(), |field| format!("{FIELD}.{field}"));
        Problem { field: Some(field), reason }
    });
    let problems: Vec<_> = problems.collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}
