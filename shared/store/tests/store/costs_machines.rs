//! What machine clients and looking after them cost.

use attesta_identity::MachineCaller;
use attesta_model::{Machine, MachineKind, Scope, Scopes};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{ClientFilter, Idempotency, NewClient};
use jiff::SignedDuration;

use crate::access_patterns::Sheet;

pub(crate) async fn machines(sheet: &Sheet) {
    let store = sheet.on.store.clone();
    let machine = Machine::new(MachineKind::Partner, Some(sheet.world.organisation));
    let machine = machine.expect("of an organisation");
    let scopes = Scopes::from_iter([Scope::Marketplace]);
    let key = sheet.world.client(MachineKind::Partner).await;
    let caller = MachineCaller::Token { credential_id: key.id, machine, scopes };
    sheet.measure("machine", "by token", store.machine(&caller, Scope::Marketplace)).await;
    let caller = MachineCaller::Key(key.clone());
    sheet.measure("machine", "by key", store.machine(&caller, Scope::Marketplace)).await;
    let again = store.machine(&caller, Scope::Marketplace);
    sheet.measure("machine", "by key, in the same hour", again).await;
    let key = sheet.world.client(MachineKind::Partner).await;
    sheet.measure("sign_in_client", "", store.sign_in_client(&key, "somewhere")).await;
    let again = store.sign_in_client(&key, "somewhere");
    sheet.measure("sign_in_client", "in the same hour", again).await;
}

pub(crate) async fn administration(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let machine = Machine::new(MachineKind::Partner, Some(sheet.world.organisation));
    let machine = machine.expect("of an organisation");
    let new = || NewClient {
        name: "A client".to_owned(),
        scopes: Scopes::from_iter([Scope::Marketplace]),
        expires_at: None,
    };
    let plan = store.plan_client(&staff, machine, None);
    let plan = sheet.measure("plan_client", "no key", plan).await;
    let made = store.create_client(&plan, new(), None);
    let (client, _) = sheet.measure("create_client", "no key", made).await;
    let key = Idempotency::new(None, staff.user_id, "clients", "key", &[]);
    let plan =
        sheet.measure("plan_client", "", store.plan_client(&staff, machine, Some(&key))).await;
    sheet.measure("create_client", "", store.create_client(&plan, new(), Some(&key))).await;
    let id = client.id.to_string();
    let found = store.managed_client::<CanRead>(&staff, &id);
    sheet.measure("managed_client", "", found).await;
    let managed = store.managed_client::<CanChange>(&staff, &id).await.expect("a client");
    let rotated = store.rotate_client_secret(&managed, SignedDuration::from_mins(1));
    sheet.measure("rotate_client_secret", "", rotated).await;
    for _ in 0..20 {
        sheet.world.client(MachineKind::Partner).await;
    }
    let all = ClientFilter::default();
    let page = store.clients(&staff, all, None, 10);
    let page = sheet.measure("clients", "first 10", page).await;
    let next = store.clients(&staff, all, page.next, 10);
    sheet.measure("clients", "10 by cursor", next).await;
    let of = ClientFilter { organisation_id: Some(sheet.world.organisation), kind: None };
    sheet.measure("clients", "10 of an organisation", store.clients(&staff, of, None, 10)).await;
}
