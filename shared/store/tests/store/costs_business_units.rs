//! What units and their businesses cost.

use attesta_identity::{Caller, MachineCaller};
use attesta_model::{Business, BusinessUnitKind, Machine, MachineKind, Relationship};
use attesta_store::{Idempotency, NewBusinessUnit, Planned};

use crate::access_patterns::Sheet;

pub(crate) async fn business_units(sheet: &Sheet) {
    let (store, world) = (sheet.on.store.clone(), &sheet.world);
    let (of, user) = (world.organisation, world.user.clone());
    let organisation = of.to_string();
    let key = Idempotency::new(of, user.user_id, "units", "k", &[b"body"]);
    let new = |name: &str| NewBusinessUnit {
        name: name.to_owned(),
        kind: BusinessUnitKind::Farm,
        business: Some(Business { name: Some(name.to_owned()), ..Business::default() }),
    };
    let planned = store.plan_business_unit(&user, &organisation, "A", Some(&key));
    let Planned::New(plan) = sheet.measure("plan_business_unit", "", planned).await else {
        panic!("it came before");
    };
    let (a, b) = (new("A"), new("B"));
    let made = store.create_business_unit(&plan, &a, Some(&key));
    let first = sheet.measure("create_business_unit", "", made).await;
    let replay = store.plan_business_unit(&user, &organisation, "A", Some(&key));
    sheet.measure("plan_business_unit", "replay", replay).await;
    let by_staff = store.plan_business_unit(&world.staff, &organisation, "B", None);
    let Planned::New(plan) =
        sheet.measure("plan_business_unit", "by staff, no key", by_staff).await
    else {
        panic!("no key");
    };
    let made = store.create_business_unit(&plan, &b, None);
    let second = sheet.measure("create_business_unit", "no key", made).await;

    let caller = Caller::User(user.clone());
    let seen = store.organisation_in_sight(&caller, &organisation).await.expect("its owner");
    sheet.measure("business_units", "2", store.business_units(&seen)).await;
    sheet.measure("own_business_units", "the owner's, 2", store.own_business_units(&seen)).await;
    let member = Caller::User(world.colleague(&[], &[first.id]).await);
    let seen = store.organisation_in_sight(&member, &organisation).await.expect("a member");
    sheet.measure("own_business_units", "a member's, 1", store.own_business_units(&seen)).await;

    let (first, second) = (first.id.to_string(), second.id.to_string());
    let both = [first.as_str(), second.as_str()];
    world.connect(of, world.other_organisation, &[Relationship::Trading]).await;
    let other = Caller::User(world.other_user.clone());
    let machine = Machine::new(MachineKind::Service, None).expect("a machine");
    let credential_id = world.client_as(machine).await.id;
    let scopes = MachineKind::Service.scopes().iter().copied().collect();
    let service = Caller::Machine(MachineCaller::Token { credential_id, machine, scopes });
    let staff = Caller::User(world.staff.clone());
    for (caller, case) in [
        (&caller, "of one's own"),
        (&other, "of whom one deals with"),
        (&staff, "by staff"),
        (&service, "by a service"),
    ] {
        sheet.measure("unit_in_sight", case, store.unit_in_sight(caller, &first)).await;
        let (many, seen) = (format!("2 {case}"), store.units_in_sight(caller, &both));
        let seen = sheet.measure("units_in_sight", &many, seen).await;
        assert_eq!(seen.len(), 2, "{case}");
    }
    let unheard: Vec<_> = (1..=98).map(|at| format!("019abc00-0000-7000-8000-{at:012}")).collect();
    let hundred: Vec<_> = both.into_iter().chain(unheard.iter().map(String::as_str)).collect();
    let seen = store.units_in_sight(&caller, &hundred);
    sheet.measure("units_in_sight", "2 of one's own, 98 unheard of", seen).await;

    let managed = store.managed_unit(&user, &first);
    let managed = sheet.measure("managed_unit", "", managed).await;
    let business = Business { email: Some("a@example.com".to_owned()), ..Business::default() };
    let same = store.change_business_unit(&managed, Some("A".to_owned()), None);
    sheet.measure("change_business_unit", "as it is", same).await;
    let changed = store.change_business_unit(&managed, None, Some(business));
    sheet.measure("change_business_unit", "", changed).await;
    let managed = store.managed_unit(&user, &first).await.expect("its owner");
    let renamed = store.change_business_unit(&managed, Some("C".to_owned()), None);
    sheet.measure("change_business_unit", "renamed", renamed).await;
}
