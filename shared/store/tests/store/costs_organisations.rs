//! What organisations cost.

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    AdvancePay, Connection, HomeCountry, Module, OrganisationChange, Profile, User, UserId,
};
use attesta_store::{NewOrganisation, NewPerson, Seed, Settling};

use crate::access_patterns::Sheet;

/// An organisation with an owner and as many others.
pub(crate) fn new(name: &str, others: usize) -> NewOrganisation {
    let contact = |who: String| NewPerson {
        given_name: Some(who.clone()),
        email: Some(format!("{who}@{}.example", name.to_lowercase())),
        ..NewPerson::default()
    };
    NewOrganisation {
        name: name.to_owned(),
        country: HomeCountry::Gb,
        location: None,
        company: attesta_model::Company::default(),
        organisers: Vec::new(),
        billing: None,
        modules: Vec::new(),
        owner: Some(contact("ada".to_owned())),
        contacts: (0..others).map(|at| contact(format!("una{at}"))).collect(),
    }
}

/// Another member of the world's organisation.
pub(crate) async fn member(world: &attesta_testing::World, name: &str) -> UserCaller {
    let id = UserId(world.store.ids().uuid().expect("random"));
    let user = User::new(id, name, &format!("{name}@example.com"), world.store.ids().now());
    let user = User { organisation_id: Some(world.organisation), ..user };
    Seed(&world.store).user(&user).await.expect("written");
    let profile = Profile::new(id, world.organisation, Vec::new());
    Seed(&world.store).profile(&profile).await.expect("written");
    UserCaller::new(id)
}

async fn connect(sheet: &Sheet) {
    let connection = Connection {
        organisation_id: sheet.world.organisation,
        other_id: sheet.world.other_organisation,
        relationships: [].into(),
        contacts: [].into(),
        connected: [].into(),
        version: 1,
        created_at: sheet.world.store.ids().now(),
    };
    Seed(&sheet.world.store).connection(&connection).await.expect("written");
}

pub(crate) async fn reading(sheet: &Sheet) {
    let (store, user) = (sheet.on.store.clone(), sheet.world.user.clone());
    let id = sheet.world.organisation.to_string();
    let una = member(&sheet.world, "una").await;
    let own = Caller::User(user.clone());
    let other = Caller::User(sheet.world.other_user.clone());
    sheet.measure("organisation_view", "", store.organisation_view(&own, &id)).await;
    sheet.measure("own_organisation", "", store.own_organisation(&user)).await;
    let by_other = store.own_organisation(&una);
    sheet.measure("own_organisation", "another's than the owner's", by_other).await;
    let two = [sheet.world.organisation, sheet.world.other_organisation];
    let seen = store.organisations_in_sight(&own, &two);
    sheet.measure("organisations_in_sight", "2, one foreign", seen).await;
    connect(sheet).await;
    let view = store.organisation_view(&own, &id);
    sheet.measure("organisation_view", "deals with 1", view).await;
    let view = store.organisation_view(&other, &id);
    sheet.measure("organisation_view", "as one of those it deals with", view).await;
}

pub(crate) async fn changing(sheet: &Sheet) {
    let (store, staff, user) =
        (sheet.on.store.clone(), sheet.world.staff.clone(), sheet.world.user.clone());
    let id = sheet.world.organisation.to_string();
    let one = new("One", 0);
    sheet.measure("create_organisation", "", store.create_organisation(&staff, &one, None)).await;
    let many = new("Many", 15);
    let made = store.create_organisation(&staff, &many, None);
    sheet.measure("create_organisation", "with 15 contacts", made).await;

    let renamed =
        OrganisationChange { name: Some("Renamed".to_owned()), ..OrganisationChange::default() };
    let settling = Settling::default();
    let changed = store.update_organisation(&user, &id, &renamed, &settling);
    sheet.measure("update_organisation", "a first name", changed).await;
    let renamed = OrganisationChange { name: Some("Again".to_owned()), ..renamed };
    let changed = store.update_organisation(&user, &id, &renamed, &settling);
    sheet.measure("update_organisation", "another name", changed).await;
    let nothing = OrganisationChange::default();
    let changed = store.update_organisation(&user, &id, &nothing, &settling);
    sheet.measure("update_organisation", "nothing", changed).await;
    let contacts = Settling { contacts: new("New", 1).contacts, ..Settling::default() };
    let changed = store.update_organisation(&user, &id, &nothing, &contacts);
    sheet.measure("update_organisation", "1 contact", changed).await;

    let module = Module { id: "trading".to_owned(), name: None, price: None };
    sheet.measure("add_module", "", store.add_module(&staff, &id, &module)).await;
    sheet.measure("remove_module", "", store.remove_module(&staff, &id, "trading")).await;
    let active = store.activate_organisation(&staff, &id);
    sheet.measure("activate_organisation", "active already", active).await;
    let managed = store.managed_organisation(&staff, &id).await.expect("there");
    sheet.measure("sync_users", "", store.sync_users(&managed)).await;
    let account = AdvancePay {
        account_name: "Field Farm".to_owned(),
        sort_code: "12-34-56".to_owned(),
        account_number: "12345678".to_owned(),
        status: None,
    };
    sheet.measure("set_advance_pay", "", store.set_advance_pay(&managed, &account)).await;
    let una = member(&sheet.world, "una").await.user_id.to_string();
    sheet.measure("change_owner", "to a member", store.change_owner(&user, &una)).await;
}

pub(crate) async fn syncing(sheet: &Sheet) {
    let (store, id) = (sheet.on.store.clone(), sheet.world.organisation);
    let page = store.people_to_sync(id, None);
    let page = sheet.measure("people_to_sync", "1", page).await;
    sheet.measure("sync_on", "1 of other roles, untold", store.sync_on(id, &page)).await;
    let page = store.people_to_sync(id, None).await.expect("a page");
    sheet.measure("sync_on", "nothing to say", store.sync_on(id, &page)).await;
}
