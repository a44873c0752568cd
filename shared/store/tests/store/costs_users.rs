//! What it costs to look users up, to let them in, to change and to erase them.

use attesta_identity::Caller;
use attesta_model::{
    BusinessUnit, BusinessUnitId, BusinessUnitKind, Connection, HomeCountry, Profile, Settings,
    User, UserId,
};
use attesta_store::{NewUser, Planned, Seed, UserChange};

use crate::access_patterns::Sheet;
use crate::support::call;

/// A unit of the world's organisation.
async fn unit(sheet: &Sheet) -> BusinessUnitId {
    let store = &sheet.world.store;
    let id = BusinessUnitId(store.ids().uuid().expect("random"));
    let unit = BusinessUnit {
        id,
        organisation_id: sheet.world.organisation,
        name: "North".to_owned(),
        kind: BusinessUnitKind::Farm,
        business: None,
        ordinal: 1,
        version: 0,
        created_at: store.ids().now(),
    };
    Seed(store).business_unit(&unit).await.expect("written");
    id
}

/// A member of the world's organisation, who sees to a unit of it.
async fn member(sheet: &Sheet, name: &str, unit: BusinessUnitId) -> UserId {
    let (store, organisation) = (&sheet.world.store, sheet.world.organisation);
    let id = UserId(store.ids().uuid().expect("random"));
    let user = User::new(id, name, &format!("{name}@example.com"), store.ids().now());
    let user = User { organisation_id: Some(organisation), ..user };
    Seed(store).user(&user).await.expect("written");
    let profile = Profile::new(id, organisation, vec!["member".to_owned()]);
    let profile = Profile { business_units: vec![unit], ..profile };
    Seed(store).profile(&profile).await.expect("written");
    id
}

pub(crate) async fn users(sheet: &Sheet) {
    let (store, owner) = (sheet.on.store.clone(), sheet.world.user.clone());
    let staff = sheet.world.staff.clone();
    let unit = unit(sheet).await;
    let mia = member(sheet, "mia", unit).await.to_string();
    sheet.measure("user_in_sight", "a colleague", store.user_in_sight(&owner, &mia)).await;
    sheet.measure("user_in_sight", "by staff", store.user_in_sight(&staff, &mia)).await;
    let id = owner.user_id.to_string();
    let own = store.user_in_sight(&owner, &id);
    let own = sheet.measure("user_in_sight", "oneself", own).await;
    let set = store.set_preferences(own, Vec::new(), Some(true));
    sheet.measure("set_preferences", "", set).await;

    let names = UserChange {
        given_name: Some("Mia".to_owned()),
        settings: Settings { terms: Some(true), ..Settings::default() },
        ..UserChange::default()
    };
    let to_change = store.user_to_change(&staff, &mia, &names);
    let to_change = sheet.measure("user_to_change", "by staff", to_change).await;
    sheet.measure("change_user", "who they are", store.change_user(to_change, &names)).await;
    let mut all = UserChange {
        roles: Some(["user".to_owned()].into()),
        units: Some(vec![unit]),
        family_name: Some("Muster".to_owned()),
        ..UserChange::default()
    };
    all.addresses.email = Some("new@example.com".to_owned());
    let to_change = store.user_to_change(&owner, &mia, &all);
    let to_change = sheet.measure("user_to_change", "a colleague, with a unit", to_change).await;
    let changed = store.change_user(to_change, &all);
    sheet.measure("change_user", "and what they may do", changed).await;

    let new = |name: &str| NewUser {
        given_name: name.to_owned(),
        family_name: "Umber".to_owned(),
        country: HomeCountry::Gb,
        organisation_id: None,
        email: format!("{name}@example.com").parse().expect("an address"),
        phone: Some("+447400123456".parse().expect("a number")),
        push_token: None,
        roles: ["member".to_owned()].into(),
        units: vec![unit],
    };
    let (una, key) = (new("una"), call(&sheet.world, "key", "una"));
    let plan = store.plan_user(&owner, &una, Some(&key));
    let planned = sheet.measure("plan_user", "with a unit", plan).await;
    let Planned::New(plan) = planned else { panic!("a call that came before") };
    let made = store.create_user(plan, &una, Some(&key));
    sheet.measure("create_user", "with a phone", made).await;
    let again = store.plan_user(&owner, &una, Some(&key));
    sheet.measure("plan_user", "replay", again).await;

    let by = Caller::User(staff.clone());
    let known = "+447400123456".parse().expect("a number");
    sheet.measure("user_by_phone", "known", store.user_by_phone(&by, &known)).await;
    let unknown = "+447400123457".parse().expect("a number");
    sheet.measure("user_by_phone", "new", store.user_by_phone(&by, &unknown)).await;
}

pub(crate) async fn crowd(sheet: &Sheet) {
    let (store, owner) = (sheet.on.store.clone(), sheet.world.user.clone());
    let unit = unit(sheet).await;
    let mut ids = Vec::new();
    for n in 0..100 {
        ids.push(member(sheet, &format!("member-{n}"), unit).await);
    }
    let by = Caller::User(owner);
    let one = ids[0].to_string();
    sheet.measure("short_user", "a colleague", store.short_user(&by, &one)).await;
    let other = sheet.world.other_user.user_id.to_string();
    let connection = Connection {
        organisation_id: sheet.world.organisation,
        other_id: sheet.world.other_organisation,
        relationships: Default::default(),
        contacts: [sheet.world.other_user.user_id].into(),
        connected: Default::default(),
        version: 1,
        created_at: store.ids().now(),
    };
    Seed(&sheet.world.store).connection(&connection).await.expect("written");
    sheet.measure("short_user", "a contact", store.short_user(&by, &other)).await;
    sheet.measure("short_users", "100 colleagues", store.short_users(&by, &ids)).await;
    let staff = Caller::User(sheet.world.staff.clone());
    sheet.measure("short_users", "100, by staff", store.short_users(&staff, &ids)).await;
}

pub(crate) async fn erasure(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let unit = unit(sheet).await;
    let id = member(sheet, "mia", unit).await;
    let mia = id.to_string();
    let now = store.ids().now();
    let connection = Connection {
        organisation_id: sheet.world.other_organisation,
        other_id: sheet.world.organisation,
        relationships: Default::default(),
        contacts: [id].into(),
        connected: [id].into(),
        version: 1,
        created_at: now,
    };
    Seed(&sheet.world.store).connection(&connection).await.expect("written");
    sheet.measure("user_export", "by staff", store.user_export(&staff, &mia)).await;
    let to_erase = store.user_to_erase(&staff, &mia);
    let to_erase = sheet.measure("user_to_erase", "by staff", to_erase).await;
    sheet.measure("begin_user_erasure", "", store.begin_user_erasure(to_erase)).await;
    let to_erase = store.user_to_erase(&staff, &mia).await.expect("staff");
    sheet.measure("begin_user_erasure", "again", store.begin_user_erasure(to_erase)).await;
    let user = sheet.measure("user_being_erased", "", store.user_being_erased(id)).await;
    let user = user.expect("not finished");
    sheet.measure("erase_profiles", "none left", store.erase_profiles(id)).await;
    sheet.measure("erase_api_tokens", "none", store.erase_api_tokens(id)).await;
    sheet.measure("erase_contacts", "1 of 1", store.erase_contacts(&user)).await;
    sheet.measure("finish_user_erasure", "", store.finish_user_erasure(id)).await;
}
