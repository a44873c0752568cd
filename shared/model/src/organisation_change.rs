//! What may become of an organisation, and who may have it so.

use crate::{
    Assurance, Billing, Company, HomeCountry, Location, Module, Organisation, OrganisationId,
    SettlementContact, Status,
};

/// What somebody would have otherwise of an organisation; what is none here
/// stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrganisationChange {
    /// Its name.
    pub name: Option<String>,
    /// Its country.
    pub country: Option<HomeCountry>,
    /// Where it is.
    pub location: Option<Location>,
    /// The company behind it, as far as something is said of it; its lists have
    /// no say.
    pub company: Company,
    /// Who vouches for the company.
    pub assurances: Option<Vec<Assurance>>,
    /// What the company has in store.
    pub inventory_types: Option<Vec<String>>,
    /// Who organises for it.
    pub organisers: Option<Vec<OrganisationId>>,
    /// Who sees to its bills.
    pub settlement_contacts: Option<Vec<SettlementContact>>,
    /// What it is billed.
    pub billing: Option<Billing>,
    /// What it has subscribed to.
    pub modules: Option<Vec<Module>>,
    /// Where it stands.
    pub status: Option<Status>,
    /// Why it stands there.
    pub status_message: Option<String>,
    /// Whether staff have looked at it.
    pub vetted: Option<bool>,
    /// Whether it trades on its own account.
    pub is_merchant: Option<bool>,
}

impl OrganisationChange {
    /// Whether any of it is for staff alone to change.
    #[must_use]
    pub const fn is_for_staff(&self) -> bool {
        self.billing.is_some()
            || self.modules.is_some()
            || self.status.is_some()
            || self.status_message.is_some()
            || self.vetted.is_some()
            || self.is_merchant.is_some()
    }
}

impl Organisation {
    /// The same after a change. Why it stands where it stood is no reason for
    /// standing elsewhere.
    #[must_use]
    pub fn changed(&self, change: &OrganisationChange) -> Self {
        let old = self.clone();
        let change = change.clone();
        let company = old.company.with(change.company);
        let status = change.status.unwrap_or(old.status);
        let reason = old.status_message.filter(|_| status == old.status);
        Self {
            name: change.name.unwrap_or(old.name),
            country: change.country.unwrap_or(old.country),
            location: change.location.or(old.location),
            company: Company {
                assurances: change.assurances.unwrap_or(company.assurances),
                inventory_types: change.inventory_types.unwrap_or(company.inventory_types),
                ..company
            },
            organisers: change.organisers.unwrap_or(old.organisers),
            settlement_contacts: change.settlement_contacts.unwrap_or(old.settlement_contacts),
            billing: change.billing.or(old.billing),
            modules: change.modules.unwrap_or(old.modules),
            status,
            status_message: change.status_message.or(reason),
            vetted: change.vetted.unwrap_or(old.vetted),
            is_merchant: change.is_merchant.unwrap_or(old.is_merchant),
            ..old
        }
    }

    /// The same with a module, at the price that is said now; a name that isn't
    /// said stays as it was.
    #[must_use]
    pub fn with_module(&self, module: &Module) -> Self {
        let mut organisation = self.clone();
        match organisation.modules.iter_mut().find(|one| one.id == module.id) {
            Some(present) => {
                let name = module.name.clone().or(present.name.take());
                *present = Module { name, ..module.clone() };
            }
            None => organisation.modules.push(module.clone()),
        }
        organisation
    }

    /// Whether it has a module.
    #[must_use]
    pub fn has_module(&self, id: &str) -> bool {
        self.modules.iter().any(|module| module.id == id)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn organisation() -> Organisation {
        let company = Company {
            bio: Some("A farm.".to_owned()),
            number: Some("01234567".to_owned()),
            inventory_types: vec!["barley".to_owned()],
            ..Company::default()
        };
        let status_message = Some("Awaits papers.".to_owned());
        Organisation {
            company,
            status: Status::Pending,
            status_message,
            ..Organisation::new(OrganisationId(Uuid::nil()), "Field Farm", Timestamp::UNIX_EPOCH)
        }
    }

    #[test]
    fn what_is_not_said_stays() {
        let before = organisation();
        assert_eq!(before.changed(&OrganisationChange::default()), before);
        let website = Some("https://farm.example".to_owned());
        let company = Company { website: website.clone(), ..Company::default() };
        let after =
            before.changed(&OrganisationChange { company, ..OrganisationChange::default() });
        assert_eq!(after.company, Company { website, ..before.company });
    }

    #[test]
    fn a_list_may_be_emptied() {
        let change = OrganisationChange {
            inventory_types: Some(Vec::new()),
            ..OrganisationChange::default()
        };
        assert_eq!(organisation().changed(&change).company.inventory_types, [""; 0]);
    }

    #[test]
    fn a_reason_goes_with_its_status() {
        let to = |status, message: Option<&str>| OrganisationChange {
            status: Some(status),
            status_message: message.map(str::to_owned),
            ..OrganisationChange::default()
        };
        for (change, reason) in [
            (to(Status::Active, None), None),
            (to(Status::Inactive, Some("Left.")), Some("Left.")),
            (to(Status::Pending, None), Some("Awaits papers.")),
        ] {
            assert_eq!(organisation().changed(&change).status_message.as_deref(), reason);
        }
    }

    #[test]
    fn a_module_comes_once_and_keeps_its_name() {
        let module = |name: Option<&str>, currency: &str| Module {
            id: "trading".to_owned(),
            name: name.map(str::to_owned),
            price: Some(crate::Price { amount: None, currency: Some(currency.to_owned()) }),
        };
        let once = organisation().with_module(&module(Some("Trading"), "GBP"));
        let twice = once.with_module(&module(None, "EUR"));
        assert_eq!(twice.modules, [module(Some("Trading"), "EUR")]);
        assert!(twice.has_module("trading") && !twice.has_module("logistics"));
    }

    #[test]
    fn some_of_it_is_for_staff_alone() {
        assert!(!OrganisationChange::default().is_for_staff());
        let vetted = OrganisationChange { vetted: Some(false), ..OrganisationChange::default() };
        assert!(vetted.is_for_staff());
    }
}
