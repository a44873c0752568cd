//! Users who come and are changed, several at the same time.

use attesta_identity::Caller;
use attesta_model::{Connection, Error, OWNER, Phone, Profile, Settings, Status, User, UserId};
use attesta_store::{Seed, UserChange};
use attesta_testing::World;
use tokio::task::JoinSet;

async fn kept(world: &World, id: UserId) -> User {
    world.store.user(id).await.expect("read").expect("there")
}

/// A member of the world's organisation.
async fn member(world: &World) -> UserId {
    let id = UserId(world.store.ids().uuid().expect("random"));
    let user = User::new(id, "mia", "mia@example.com", world.store.ids().now());
    let user = User { organisation_id: Some(world.organisation), ..user };
    Seed(&world.store).user(&user).await.expect("written");
    set_roles(world, id, &["member"]).await;
    id
}

async fn set_roles(world: &World, id: UserId, roles: &[&str]) {
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    let profile = Profile::new(id, world.organisation, roles);
    Seed(&world.store).profile(&profile).await.expect("written");
}

#[tokio::test]
async fn of_many_who_ask_for_a_new_number_at_once_all_get_the_same() {
    let world = World::start().await;
    let phone: Phone = "+447400123456".parse().expect("a number");
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let (store, phone) = (world.store.clone(), phone.clone());
        let caller = Caller::User(world.staff.clone());
        calls.spawn(async move { store.user_by_phone(&caller, &phone).await });
    }
    let before = world.aws.items("USER").await;
    let found = calls.join_all().await.into_iter();
    let mut found: Vec<_> = found.map(|seen| seen.expect("somebody").person().user.id).collect();
    found.dedup();
    assert_eq!(found.len(), 1);
    assert!(before <= 5 && world.aws.items("USER").await == 5, "the world has four");
    assert_eq!(world.outbox().await.len(), 1);
}

#[tokio::test]
async fn two_who_change_different_things_both_do() {
    let world = World::start().await;
    let id = member(&world).await.to_string();
    let text = |text: &str| Some(text.to_owned());
    let terms = Settings { terms: Some(true), ..Settings::default() };
    let sms = Settings { sms: Some(false), ..Settings::default() };
    let one = UserChange {
        given_name: text("Mia"),
        settings: terms,
        roles: Some(["user".to_owned()].into()),
        ..UserChange::default()
    };
    let other = UserChange {
        family_name: text("Muster"),
        push_token: text("push"),
        settings: sms,
        units: Some(Vec::new()),
        ..UserChange::default()
    };
    let first = world.store.user_to_change(&world.staff, &id, &one).await.expect("staff");
    let second = world.store.user_to_change(&world.staff, &id, &other).await.expect("staff");
    world.store.change_user(first, &one).await.expect("changed");
    let seen = world.store.change_user(second, &other).await.expect("changed");
    assert_eq!(seen.person().user.name, "Mia Muster");
    let user = kept(&world, id.parse().expect("an id")).await;
    assert_eq!((user.name.as_str(), user.push_token.as_deref()), ("Mia Muster", Some("push")));
    assert_eq!(
        (user.given_name.as_deref(), user.family_name.as_deref()),
        (Some("Mia"), Some("Muster"))
    );
    assert_eq!((user.settings.terms, user.settings.sms), (Some(true), Some(false)));
    let now = world.store.user_in_sight(&world.staff, &id).await.expect("staff");
    assert_eq!(now.profile().map(|profile| profile.roles.clone()), Some(vec!["user".to_owned()]));
}

#[tokio::test]
async fn who_comes_to_own_the_organisation_meanwhile_stays_its_owner() {
    let world = World::start().await;
    let id = member(&world).await;
    let change = UserChange { roles: Some(["user".to_owned()].into()), ..UserChange::default() };
    let name = id.to_string();
    let to_change = world.store.user_to_change(&world.staff, &name, &change).await.expect("staff");
    let to_erase = world.store.user_to_erase(&world.staff, &name).await.expect("staff");
    set_roles(&world, id, &[OWNER]).await;
    let refused = world.store.change_user(to_change, &change).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "busy", .. })), "{refused:?}");
    let refused = world.store.begin_user_erasure(to_erase).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "owner", .. })), "{refused:?}");
    assert_eq!(kept(&world, id).await.status, Status::Active);
}

#[tokio::test]
async fn who_is_deleted_meanwhile_is_not_changed() {
    let world = World::start().await;
    let id = member(&world).await;
    let change = UserChange { given_name: Some("Mia".to_owned()), ..UserChange::default() };
    let name = id.to_string();
    let to_change = world.store.user_to_change(&world.staff, &name, &change).await.expect("staff");
    let to_erase = world.store.user_to_erase(&world.staff, &name).await.expect("staff");
    world.store.begin_user_erasure(to_erase).await.expect("begun");
    let refused = world.store.change_user(to_change, &change).await;
    assert_eq!(refused.map(drop), Err(Error::not_found()));
    let refused = world.store.user_to_change(&world.staff, &name, &change).await;
    assert_eq!(refused.map(drop), Err(Error::WrongState("The user is deleted.")));
    let user = kept(&world, id).await;
    assert_eq!((user.given_name, user.session), (None, 1));
}

#[tokio::test]
async fn once_erased_there_is_nothing_left_but_that() {
    let world = World::start().await;
    let id = world.other_user.user_id;
    let now = world.store.ids().now();
    let connection = Connection {
        organisation_id: world.organisation,
        other_id: world.other_organisation,
        relationships: Default::default(),
        contacts: [id, world.user.user_id].into(),
        connected: [id].into(),
        version: 3,
        created_at: now,
    };
    Seed(&world.store).connection(&connection).await.expect("written");
    let user = kept(&world, id).await;
    assert_eq!(world.store.erase_contacts(&user).await, Ok(1));
    assert_eq!(world.store.erase_contacts(&user).await, Ok(0));
    let erasing = User {
        status: Status::Deleted,
        erasing_at: Some(now),
        phone: Some("+447400123456".to_owned()),
        given_name: Some("Mia".to_owned()),
        settings: Settings { terms: Some(true), ..Settings::default() },
        ..user
    };
    Seed(&world.store).user(&erasing).await.expect("written");
    world.store.finish_user_erasure(id).await.expect("said");
    let erased = kept(&world, id).await;
    let nothing = User {
        status: Status::Deleted,
        organisation_id: Some(world.other_organisation),
        email: None,
        session: erased.session,
        erasing_at: Some(now),
        erased_at: erased.erased_at,
        ..User::new(id, "", "", erased.created_at)
    };
    assert!(erased.erased_at.is_some());
    assert_eq!(erased, nothing);
    assert_eq!(world.store.user_being_erased(id).await, Ok(None));
}
