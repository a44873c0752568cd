//! What looking after instruments and providers costs.

use attesta_model::{Instrument, Provider, Words};
use attesta_store::access::CanChange;
use attesta_store::{ListQuery, Names, Position};
use jiff::SignedDuration;

use crate::access_patterns::Sheet;

pub(crate) async fn administration(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let query = ListQuery {
        limit: 10,
        position: Position::Offset(0),
        order: Vec::new(),
        search: Words::default(),
    };
    let free = Names::new("free", "free");
    let plan = sheet.measure("plan_instrument", "", store.plan_instrument(&staff, free)).await;
    let found = store.managed_instrument::<CanChange>(&staff, "5", free);
    let old = sheet.measure("managed_instrument", "", found).await;
    let instrument = Instrument {
        id: plan.id(),
        acronym: "new".to_owned(),
        queue: "new".to_owned(),
        ..old.get().instrument.clone()
    };
    let made = store.create_instrument(&plan, &instrument);
    sheet.measure("create_instrument", "", made).await;
    let changed = Instrument { acronym: "free".to_owned(), ..old.get().instrument.clone() };
    let changed = store.change_instrument(&old, changed);
    sheet.measure("change_instrument", "another acronym", changed).await;
    let plan = store.plan_provider(&staff, "5", free);
    let plan = sheet.measure("plan_provider", "", plan).await;
    let found = store.managed_provider::<CanChange>(&staff, "5", "1", free);
    let old = sheet.measure("managed_provider", "", found).await;
    let provider = Provider {
        id: plan.id(),
        acronym: "new".to_owned(),
        queue: "new".to_owned(),
        ..old.get().provider.clone()
    };
    sheet.measure("create_provider", "", store.create_provider(&plan, &provider)).await;
    let changed = store.change_provider(&old, old.get().provider.clone());
    sheet.measure("change_provider", "same names", changed).await;
    let old = store.managed_provider::<CanChange>(&staff, "5", "1", Names::default()).await;
    let old = old.expect("a provider");
    let found = store.managed_credentials::<CanChange>(&staff, "5", "1");
    let credentials = sheet.measure("managed_credentials", "1 credential", found).await;
    let overlap = SignedDuration::from_mins(1);
    let rotated = store.rotate_credential(&credentials, overlap);
    let (new, _) = sheet.measure("rotate_credential", "1 before", rotated).await;
    let role = new.id.to_string();
    let found = store.managed_credential::<CanChange>(&staff, ("5", "1"), &role);
    let credential = sheet.measure("managed_credential", "", found).await;
    sheet.measure("revoke_credential", "", store.revoke_credential(&credential)).await;
    sheet.measure("delete_provider", "", store.delete_provider(&old)).await;
    let found = store.staff_instruments(&staff, &query);
    sheet.measure("staff_instruments", "5 instruments, 3 providers", found).await;
    let found = store.staff_providers(&staff, &query);
    sheet.measure("staff_providers", "5 instruments, 3 providers", found).await;
    let found = store.staff_providers_of(&staff, "5", &query);
    sheet.measure("staff_providers_of", "1 provider", found).await;
    sheet.measure("staff_provider", "", store.staff_provider(&staff, "2")).await;
}
