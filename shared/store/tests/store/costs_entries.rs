//! What it costs to find, list and count things, and to keep what they are found
//! by.

use std::pin::pin;

use attesta_identity::Caller;
use attesta_model::{
    Organisation, OrganisationId, Preference, Profile, Status, User, UserId, Words,
};
use attesta_store::access::CanRead;
use attesta_store::{
    EntryListing, Indexed, OrganisationsWanted, PeopleOrder, PeopleWanted, Place, PreferenceWanted,
    RolesWanted, Seed,
};

use crate::access_patterns::Sheet;

/// So many organisations there are.
const CROWD: usize = 60;

pub(crate) async fn keeping(sheet: &Sheet) {
    let (store, id) = (sheet.on.store.clone(), sheet.world.organisation);
    let keep = || store.keep_entries(Indexed::Organisation(id));
    sheet.measure("keep_entries", "an organisation, new", keep()).await;
    sheet.measure("keep_entries", "nothing new", keep()).await;
    let renamed = Organisation::new(id, "Renamed", store.ids().now());
    Seed(&store).organisation(&renamed).await.expect("written");
    sheet.measure("keep_entries", "a word less and one more", keep()).await;
    let user = Indexed::User(sheet.world.user.user_id);
    sheet.measure("keep_entries", "a user, new", store.keep_entries(user)).await;
}

pub(crate) async fn organisations(sheet: &Sheet) {
    let store = sheet.on.store.clone();
    for number in 0..CROWD {
        let id = OrganisationId(store.ids().uuid().expect("random"));
        let farm = Organisation::new(id, format!("Farm {number}"), store.ids().now());
        Seed(&store).organisation(&farm).await.expect("written");
        store.keep_entries(Indexed::Organisation(id)).await.expect("kept");
    }
    let staff = store.staff::<CanRead>(&sheet.world.staff).await.expect("staff");
    let all = OrganisationsWanted::default();
    let active = OrganisationsWanted { status: Some(Status::Active), ..all.clone() };
    let one = OrganisationsWanted { words: Words::new("farm 59"), ..all.clone() };
    let page = |limit, place| EntryListing { limit, place, ..EntryListing::default() };
    let first = page(10, Place::default());
    let listed = store.organisations_listed(&staff, &all, &first);
    let listed = sheet.measure("organisations_listed", "10 of 60", pin!(listed)).await;
    let next = page(10, listed.next.expect("a page more"));
    let listed = store.organisations_listed(&staff, &all, &next);
    sheet.measure("organisations_listed", "the next 10", pin!(listed)).await;
    let listed = store.organisations_listed(&staff, &one, &first);
    sheet.measure("organisations_listed", "1 of 60, by a word", pin!(listed)).await;
    for (case, wanted) in [("all", &all), ("of a status", &active), ("by a word", &one)] {
        let count = store.organisations_counted(&staff, wanted);
        sheet.measure("organisations_counted", case, pin!(count)).await;
    }
}

pub(crate) async fn people(sheet: &Sheet) {
    let (store, home) = (sheet.on.store.clone(), sheet.world.organisation);
    for number in 0..10 {
        let id = UserId(store.ids().uuid().expect("random"));
        let likes =
            Preference { commodity: None, grades: Vec::new(), regions: Vec::new(), enabled: true };
        let user = User {
            organisation_id: Some(home),
            preferences: vec![likes],
            ..User::new(id, "Una", &format!("{number}@farm.example"), store.ids().now())
        };
        Seed(&store).user(&user).await.expect("written");
        let profile = Profile::new(id, home, vec!["member".to_owned()]);
        Seed(&store).profile(&profile).await.expect("written");
        store.keep_entries(Indexed::User(id)).await.expect("kept");
    }
    let (user, staff) = (sheet.world.user.clone(), sheet.world.staff.clone());
    let among = sheet.measure("people_in_sight", "own", store.people_in_sight(&user, &[])).await;
    sheet.measure("people_in_sight", "staff", store.people_in_sight(&staff, &[])).await;
    let named = [home.to_string()];
    sheet.measure("people_in_sight", "one named", store.people_in_sight(&user, &named)).await;
    let listing = EntryListing::<PeopleOrder> { limit: 50, ..EntryListing::default() };
    let none = PeopleWanted::default();
    let listed = store.people_listed(&among, &none, &listing);
    sheet.measure("people_listed", "10 of 10", pin!(listed)).await;
    sheet.measure("people_counted", "10", pin!(store.people_counted(&among, &none))).await;
    let caller = Caller::User(staff);
    let reads = store.reads_for_platform(&caller);
    let reads = sheet.measure("reads_for_platform", "staff", reads).await;
    let wanted = RolesWanted { include: vec!["member".to_owned()], ..RolesWanted::default() };
    let place = Place::default();
    let found = store.users_by_roles(&reads, &wanted, &place, 50);
    sheet.measure("users_by_roles", "10 of 10", pin!(found)).await;
    let wanted = [PreferenceWanted { commodity: "1".parse().ok(), ..Default::default() }];
    let found = store.users_by_preferences(&reads, &wanted, None, &place, 50);
    sheet.measure("users_by_preferences", "10 of 10", pin!(found)).await;
}
