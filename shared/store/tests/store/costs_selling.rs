//! What tenants, resellers, customers and what they have cost.

use std::collections::BTreeMap;

use attesta_identity::{Caller, MachineCaller};
use attesta_model::margin::{Decimal, Margin, MarginRule, Margins};
use attesta_model::{Machine, MachineKind, OrganisationId};
use attesta_store::access::{AtTenant, CanChange};
use attesta_store::{
    Idempotency, InstanceOfCustomer, NewCustomer, NewCustomerInstance, NewProviderInstance,
    NewReseller, NewTenant, Slice,
};

use crate::access_patterns::Sheet;

/// A machine of an organisation, that calls for the tenant.
async fn seller(sheet: &Sheet, kind: MachineKind, of: OrganisationId) -> AtTenant {
    let machine = Machine::new(kind, Some(of)).expect("a machine");
    let credential_id = sheet.world.client_as(machine).await.id;
    let scopes = kind.scopes().iter().copied().collect();
    let caller = Caller::Machine(MachineCaller::Token { credential_id, machine, scopes });
    AtTenant { caller, domain: "shop.example".to_owned() }
}

pub(crate) async fn selling(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let organisation_id = Some(sheet.world.organisation);
    let domains = vec!["shop.example".parse().expect("a domain")];
    let new = NewTenant { organisation_id, name: None, domains };
    sheet.measure("create_tenant", "", store.create_tenant(&staff, &new, None)).await;
    let slice = Slice { limit: 25, ..Slice::default() };
    sheet.measure("tenants", "1", store.tenants(&staff, &slice)).await;
    let csp = seller(sheet, MachineKind::Csp, sheet.world.organisation).await;
    let new = NewReseller { organisation_id: None, name: Some("Resale".to_owned()) };
    let reseller = store.create_reseller(&csp, &new, None);
    let reseller_id = sheet.measure("create_reseller", "", reseller).await;
    let id: OrganisationId = reseller_id.parse().expect("an id");
    let reseller = seller(sheet, MachineKind::Reseller, id).await;
    let user = Caller::User(sheet.world.staff.clone());
    let by_staff = AtTenant { caller: user, ..csp.clone() };

    let new = NewCustomer { name: "Acme".to_owned(), reference: None };
    let Caller::Machine(machine) = &csp.caller else { panic!("a machine") };
    let key = Idempotency::of_machine(machine.credential_id(), "customers", "k", &[b"body"]);
    let made = store.create_customer(&csp, &new, Some(&key));
    let customer = sheet.measure("create_customer", "", made).await;
    let replay = store.create_customer(&csp, &new, Some(&key));
    sheet.measure("create_customer", "replay", replay).await;
    let another = store.create_customer(&by_staff, &new, None);
    let another = sheet.measure("create_customer", "by staff, no key", another).await;
    let instance = NewProviderInstance {
        name: "An instance".to_owned(),
        provider_type: "adobe".to_owned(),
        provider_id: None,
    };
    let instance = store.create_provider_instance(&csp, &instance, None);
    let instance = sheet.measure("create_provider_instance", "", instance).await;
    for (customer, case) in [(&customer, "new"), (&another, "another"), (&customer, "again")] {
        let shown = store.show_customer(&csp, customer, &reseller_id);
        sheet.measure("show_customer", case, shown).await;
    }

    let margin = Margin::new(MarginRule::Markup, Decimal::TEN).expect("a margin");
    let margins = Margins { instance: margin, offer_types: BTreeMap::new() };
    let new = NewCustomerInstance { provider_customer_data: None, margins: margins.clone() };
    let which =
        |reseller| InstanceOfCustomer { customer: &customer, instance: &instance, reseller };
    let added = store.add_customer_instance(&csp, which(None), &new, None);
    sheet.measure("add_customer_instance", "by a tenant", added).await;
    let added = store.add_customer_instance(&reseller, which(None), &new, None);
    sheet.measure("add_customer_instance", "by a reseller", added).await;
    for (at, case) in [(&csp, "by a tenant"), (&reseller, "by a reseller")] {
        let own = store.customer_instance(at, which(None));
        sheet.measure("customer_instance", case, own).await;
        let list = store.customer_instances(at, (&customer, None), &slice);
        sheet.measure("customer_instances", &format!("{case}, 2 and 1"), list).await;
        sheet.measure("customer", case, store.customer(at, &customer)).await;
        sheet.measure("customers", &format!("{case}, 2"), store.customers(at, &slice)).await;
    }
    sheet.measure("customers", "by staff, 2", store.customers(&by_staff, &slice)).await;
    let own = store.customer_instance(&csp, which(None)).await.expect("its own");
    sheet.measure("change_margins", "", store.change_margins(&own, &margins)).await;
    let gone = store.delete_customer_instance(&own);
    sheet.measure("delete_customer_instance", "", gone).await;
    sheet.measure("hide_customer", "", store.hide_customer(&csp, &another, &reseller_id)).await;
    let name = || Some("Other".to_owned());
    let changed = store.change_customer(&csp, &another, name(), None);
    sheet.measure("change_customer", "", changed).await;
    sheet.measure("delete_customer", "", store.delete_customer(&csp, &another)).await;

    sheet.measure("provider_instance", "", store.provider_instance(&csp, &instance)).await;
    sheet.measure("provider_instances", "1", store.provider_instances(&csp, &slice)).await;
    let changed = store.change_provider_instance(&csp, &instance, name(), None);
    sheet.measure("change_provider_instance", "", changed).await;
    let gone = store.delete_provider_instance(&csp, &instance);
    sheet.measure("delete_provider_instance", "", gone).await;
    sheet.measure("reseller", "", store.reseller(&csp, &reseller_id)).await;
    sheet.measure("resellers", "1", store.resellers(&csp, &slice)).await;
    let renamed = store.rename_reseller(&csp, &reseller_id, "Other".to_owned());
    sheet.measure("rename_reseller", "", renamed).await;
    sheet.measure("delete_reseller", "", store.delete_reseller(&csp, &reseller_id)).await;
    let tenant = sheet.world.organisation.to_string();
    let managed = store.managed_tenant::<CanChange>(&staff, &tenant);
    let managed = sheet.measure("managed_tenant", "", managed).await;
    let domains = Some(vec!["other.example".parse().expect("a domain")]);
    let changed = store.change_tenant(&managed, None, domains);
    sheet.measure("change_tenant", "another domain", changed).await;
    let managed = store.managed_tenant::<CanChange>(&staff, &tenant).await.expect("a tenant");
    sheet.measure("delete_tenant", "", store.delete_tenant(&managed)).await;
}
