//! What things are found, listed and counted by.

use std::collections::BTreeSet;

use attesta_identity::Caller;
use attesta_model::{
    Company, Module, OWNER, Organisation, OrganisationId, Preference, Profile, Status, User,
    UserId, Words,
};
use attesta_store::access::CanRead;
use attesta_store::{
    EntryListing, Indexed, ListedBy, OrganisationOrder, OrganisationsWanted, PeopleOrder,
    PeopleWanted, Place, PreferenceWanted, RolesWanted, Seed, Store,
};
use attesta_testing::World;
use jiff::SignedDuration;

type Order = OrganisationOrder;

async fn organisation(world: &World, name: &str, status: Status, modules: &[&str]) -> Organisation {
    world.clock.advance(SignedDuration::from_millis(1));
    let id = OrganisationId(world.store.ids().uuid().expect("random"));
    let module = |id: &&str| Module { id: (*id).to_owned(), name: None, price: None };
    let organisation = Organisation {
        status,
        modules: modules.iter().map(module).collect(),
        ..Organisation::new(id, name, world.store.ids().now())
    };
    entered(&world.store, &organisation).await;
    organisation
}

/// Writes an organisation and keeps its entries, as the stream's consumer does.
async fn entered(store: &Store, organisation: &Organisation) {
    Seed(store).organisation(organisation).await.expect("written");
    store.keep_entries(Indexed::Organisation(organisation.id)).await.expect("kept");
}

async fn person(world: &World, user: &User, profiles: &[Profile]) {
    Seed(&world.store).user(user).await.expect("written");
    for profile in profiles {
        Seed(&world.store).profile(profile).await.expect("written");
    }
    world.store.keep_entries(Indexed::User(user.id)).await.expect("kept");
}

fn somebody(world: &World, name: &str, home: Option<OrganisationId>) -> User {
    world.clock.advance(SignedDuration::from_millis(1));
    let id = UserId(world.store.ids().uuid().expect("random"));
    let email = format!("{}@farm.example", name.to_lowercase().replace(' ', "."));
    let user = User::new(id, name, &email, world.store.ids().now());
    User { organisation_id: home, ..user }
}

fn words(question: &str) -> OrganisationsWanted {
    OrganisationsWanted { words: Words::new(question), ..OrganisationsWanted::default() }
}

fn by<O>(order: O, descending: bool, place: Place, limit: usize) -> EntryListing<O> {
    EntryListing { by: ListedBy { order, descending }, place, limit }
}

/// The names on every page, as links lead on, and how many pages there were.
async fn all(
    world: &World,
    wanted: &OrganisationsWanted,
    order: Order,
    descending: bool,
    limit: usize,
) -> (Vec<String>, usize) {
    let staff = world.store.staff::<CanRead>(&world.staff).await.expect("staff");
    let (mut names, mut pages, mut place) = (Vec::new(), 0, Place::Offset(0));
    loop {
        let listing = by(order, descending, place, limit);
        let page =
            world.store.organisations_listed(&staff, wanted, &listing).await.expect("a page");
        assert!(page.rows.len() <= limit);
        names.extend(page.rows.into_iter().map(|(organisation, _)| organisation.name));
        pages += 1;
        match page.next {
            Some(next) => place = next,
            None => return (names, pages),
        }
    }
}

async fn count(world: &World, wanted: &OrganisationsWanted) -> u64 {
    let staff = world.store.staff::<CanRead>(&world.staff).await.expect("staff");
    world.store.organisations_counted(&staff, wanted).await.expect("counted")
}

#[tokio::test]
async fn staff_list_organisations_in_each_order_page_by_page() {
    let world = World::start().await;
    for number in 0..23 {
        let status = if number % 3 == 0 { Status::Pending } else { Status::Active };
        // Neither by age nor by identifier in the order of their names.
        let name = format!("Farm {:02}", (number * 7) % 23);
        organisation(&world, &name, status, &[]).await;
    }
    let none = OrganisationsWanted::default();
    let sorted: Vec<_> = (0..23).map(|number| format!("Farm {number:02}")).collect();
    let backwards: Vec<_> = sorted.iter().rev().cloned().collect();
    assert_eq!(all(&world, &none, Order::Name, false, 5).await, (sorted.clone(), 5));
    assert_eq!(all(&world, &none, Order::Name, true, 23).await, (backwards, 1));
    let by_age: Vec<_> = (0..23).map(|number| format!("Farm {:02}", (number * 7) % 23)).collect();
    assert_eq!(all(&world, &none, Order::CreatedAt, false, 4).await.0, by_age);
    let pending = OrganisationsWanted { status: Some(Status::Pending), ..none.clone() };
    let (names, _) = all(&world, &pending, Order::Status, false, 3).await;
    let expected: BTreeSet<_> =
        (0..23).filter(|n| n % 3 == 0).map(|n| format!("Farm {:02}", (n * 7) % 23)).collect();
    assert_eq!(names, expected.iter().cloned().collect::<Vec<_>>());
    assert_eq!((count(&world, &none).await, count(&world, &pending).await), (23, 8));
    let staff = world.store.staff::<CanRead>(&world.staff).await.expect("staff");
    let listing = by(Order::Name, false, Place::Offset(21), 5);
    let page = world.store.organisations_listed(&staff, &none, &listing).await.expect("a page");
    assert_eq!(page.rows.len(), 2);
    let deep = by(Order::Name, false, Place::Offset(10_001), 5);
    let refused = world.store.organisations_listed(&staff, &none, &deep).await;
    assert!(matches!(refused, Err(attesta_model::Error::Refused(_))));
}

#[tokio::test]
async fn organisations_are_found_by_how_their_words_begin() {
    let world = World::start().await;
    let hill = organisation(&world, "Hill Farm", Status::Active, &["trading"]).await;
    organisation(&world, "Château Hillier", Status::Inactive, &[]).await;
    organisation(&world, "Farm #1 ~ %", Status::Active, &["trading", "logistics"]).await;
    let company = Company { number: Some("SC123456".to_owned()), ..Company::default() };
    entered(&world.store, &Organisation { company, ..hill }).await;
    let found = async |wanted: &OrganisationsWanted| {
        assert_eq!(
            usize::try_from(count(&world, wanted).await).expect("few"),
            all(&world, wanted, Order::Name, false, 9).await.0.len()
        );
        all(&world, wanted, Order::Name, false, 1).await.0
    };
    assert_eq!(found(&words("hill")).await, ["Château Hillier", "Hill Farm"]);
    assert_eq!(found(&words("HILL far")).await, ["Hill Farm"]);
    assert_eq!(found(&words("chateau")).await, ["Château Hillier"]);
    assert_eq!(found(&words("sc123")).await, ["Hill Farm"]);
    assert_eq!(found(&words("#")).await, ["Farm #1 ~ %"]);
    assert_eq!(found(&words("ill")).await, [""; 0]);
    let active = OrganisationsWanted { status: Some(Status::Active), ..words("hill") };
    assert_eq!(found(&active).await, ["Hill Farm"]);
    let modules = |ids: &[&str]| OrganisationsWanted {
        modules: ids.iter().map(|&id| id.to_owned()).collect(),
        ..OrganisationsWanted::default()
    };
    assert_eq!(found(&modules(&["trading", "logistics"])).await, ["Farm #1 ~ %", "Hill Farm"]);
    assert_eq!(found(&modules(&["logistics"])).await, ["Farm #1 ~ %"]);
}

#[tokio::test]
async fn entries_follow_what_changes_and_a_second_look_changes_nothing() {
    let world = World::start().await;
    let before = organisation(&world, "Old Name", Status::Pending, &[]).await;
    let after =
        Organisation { name: "New Name".to_owned(), status: Status::Active, ..before.clone() };
    entered(&world.store, &after).await;
    for (wanted, expected) in [
        (words("old"), 0),
        (words("new"), 1),
        (words("name"), 1),
        (OrganisationsWanted::default(), 1),
        (OrganisationsWanted { status: Some(Status::Pending), ..words("") }, 0),
        (OrganisationsWanted { status: Some(Status::Active), ..words("") }, 1),
    ] {
        assert_eq!(count(&world, &wanted).await, expected, "{wanted:?}");
        let (names, _) = all(&world, &wanted, Order::Name, false, 9).await;
        assert_eq!(u64::try_from(names.len()), Ok(expected), "{wanted:?}");
    }
    let _ = world.store.meter().take();
    world.store.keep_entries(Indexed::Organisation(after.id)).await.expect("kept");
    let calls = world.store.meter().take();
    assert!(calls.iter().all(|call| call.operation == "BatchGetItem"), "{calls:?}");
}

#[tokio::test]
async fn two_who_keep_the_same_thing_count_it_once() {
    let world = World::start().await;
    let id = OrganisationId(world.store.ids().uuid().expect("random"));
    let organisation = Organisation::new(id, "Farm", world.store.ids().now());
    Seed(&world.store).organisation(&organisation).await.expect("written");
    let keep = || world.store.keep_entries(Indexed::Organisation(id));
    let (one, other) = tokio::join!(keep(), keep());
    assert_eq!((one, other), (Ok(()), Ok(())));
    assert_eq!(count(&world, &OrganisationsWanted::default()).await, 1);
}

#[tokio::test]
async fn members_see_their_own_people_and_staff_everybody() {
    let world = World::start().await;
    let (own, other) = (world.organisation, world.other_organisation);
    for (name, home) in [("Zoe Ash", own), ("Adam Elm", own), ("Eve Oak", other)] {
        let user = somebody(&world, name, Some(home));
        let profile = Profile::new(user.id, home, vec!["member".to_owned()]);
        person(&world, &user, &[profile]).await;
    }
    let visitor = somebody(&world, "Vic Yew", Some(other));
    let profiles = [own, other].map(|id| Profile::new(visitor.id, id, Vec::new()));
    person(&world, &visitor, &profiles).await;
    let none = PeopleWanted::default();
    let listed = async |caller, of: &[String], wanted: &PeopleWanted| {
        let among = world.store.people_in_sight(caller, of).await?;
        let listing = by(PeopleOrder::Name, false, Place::Offset(0), 9);
        let page = world.store.people_listed(&among, wanted, &listing).await?;
        let count = world.store.people_counted(&among, wanted).await?;
        assert_eq!(usize::try_from(count).expect("few"), page.rows.len());
        let names: Vec<_> = page.rows.into_iter().map(|(person, _)| person.user.name).collect();
        attesta_model::Result::Ok(names)
    };
    let ours = ["Adam Elm", "Vic Yew", "Zoe Ash"].map(str::to_owned).to_vec();
    assert_eq!(listed(&world.user, &[], &none).await, Ok(ours.clone()));
    assert_eq!(listed(&world.user, &[own.to_string()], &none).await, Ok(ours));
    let foreign = listed(&world.user, &[other.to_string()], &none).await;
    assert!(matches!(foreign, Err(attesta_model::Error::NotFound(_))), "{foreign:?}");
    let everybody = listed(&world.staff, &[], &none).await.expect("listed");
    assert_eq!(everybody, ["Adam Elm", "Eve Oak", "Vic Yew", "Zoe Ash"]);
    let elm = PeopleWanted { words: Words::new("el"), ..none.clone() };
    assert_eq!(listed(&world.staff, &[], &elm).await, Ok(vec!["Adam Elm".to_owned()]));
    assert_eq!(listed(&world.user, &[], &elm).await, Ok(vec!["Adam Elm".to_owned()]));
    let both = [own, other].map(|id| id.to_string());
    assert_eq!(listed(&world.staff, &both, &none).await.map(|names| names.len()), Ok(4));
}

#[tokio::test]
async fn people_are_found_by_their_roles() {
    let world = World::start().await;
    let (own, other) = (world.organisation, world.other_organisation);
    let roles = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    for (name, home, held, status) in [
        ("Una", own, &[OWNER, "trading-manager"][..], Status::Active),
        ("Vera", own, &["trading-viewer"], Status::Active),
        ("Will", other, &["trading-manager"], Status::Active),
        ("Xena", other, &["trading-manager"], Status::Inactive),
    ] {
        let user = User { status, ..somebody(&world, name, Some(home)) };
        person(&world, &user, &[Profile::new(user.id, home, roles(held))]).await;
    }
    let service = Caller::User(world.staff.clone());
    let reads = world.store.reads_for_platform(&service).await.expect("staff");
    let found = async |include: &[&str], exclude: &[&str], organisation_id| {
        let (include, exclude) = (roles(include), roles(exclude));
        let wanted = RolesWanted { include, exclude, organisation_id };
        let page = world.store.users_by_roles(&reads, &wanted, &Place::Offset(0), 9).await;
        let rows = page.expect("a page").rows;
        rows.into_iter().map(|(user, _)| user.name).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&["trading-manager", "trading-viewer"], &[], None).await,
        ["Una", "Vera", "Will"]
    );
    assert_eq!(found(&["trading-manager"], &[OWNER], None).await, ["Will"]);
    assert_eq!(found(&["trading-manager"], &[], Some(own)).await, ["Una"]);
    assert_eq!(found(&[], &["trading-manager"], None).await, ["Vera"]);
    let user = Caller::User(world.user.clone());
    let refused = world.store.reads_for_platform(&user).await.map(|_| ());
    assert_eq!(refused, Err(attesta_model::Error::forbidden()));
}

#[tokio::test]
async fn people_are_found_by_what_they_would_like_to_buy() {
    let world = World::start().await;
    let (own, other) = (world.organisation, world.other_organisation);
    let number = |text: &str| text.parse().expect("a number");
    let likes = |commodity: Option<&str>, regions: &[&str], enabled| Preference {
        commodity: commodity.map(number),
        grades: Vec::new(),
        regions: regions.iter().map(|&region| region.to_owned()).collect(),
        enabled,
    };
    for (name, home, preference) in [
        ("Una", own, likes(Some("1"), &["GB-ENG"], true)),
        ("Vera", other, likes(Some("1"), &["FR-75"], true)),
        ("Will", other, likes(None, &[], true)),
        ("Xena", other, likes(Some("1"), &[], false)),
        ("Yara", other, likes(Some("2"), &[], true)),
    ] {
        let user = somebody(&world, name, Some(home));
        let user = User { preferences: vec![preference], ..user };
        person(&world, &user, &[Profile::new(user.id, home, Vec::new())]).await;
    }
    let reads =
        world.store.reads_for_platform(&Caller::User(world.staff.clone())).await.expect("staff");
    let found = async |commodity: Option<&str>, regions: &[&str], but_of| {
        let wanted = PreferenceWanted {
            commodity: commodity.map(number),
            grade: None,
            regions: regions.iter().map(|&region| region.to_owned()).collect(),
        };
        let place = Place::Offset(0);
        let page = world.store.users_by_preferences(&reads, &[wanted], but_of, &place, 9).await;
        let rows = page.expect("a page").rows;
        rows.into_iter().map(|(user, _)| user.name).collect::<Vec<_>>()
    };
    assert_eq!(found(Some("1"), &[], None).await, ["Una", "Vera", "Will"]);
    assert_eq!(found(Some("1.0"), &["GB-ENG"], None).await, ["Una", "Will"]);
    assert_eq!(found(Some("1"), &[], Some(own)).await, ["Vera", "Will"]);
    assert_eq!(found(None, &[], None).await, ["Una", "Vera", "Will", "Yara"]);
}
