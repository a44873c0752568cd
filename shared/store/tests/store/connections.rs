//! Whom organisations deal with, where many are at it at once, and what those
//! see who may do nothing.

use std::collections::BTreeSet;

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    Access, Error, HomeCountry, OrganisationId, Profile, Relationship, Result, Status, User, UserId,
};
use attesta_store::access::{CanRead, CanSubmit, Deals, Home, ManagedOrganisation, Standing};
use attesta_store::{ConnectionQuery, NewConnection, NewContact, Seed};
use attesta_testing::World;

/// A farm with a contact at each of these addresses.
pub(crate) fn farm(name: &str, emails: &[&str]) -> NewConnection {
    let contact = |email: &&str| NewContact { email: email.parse().ok(), ..NewContact::default() };
    NewConnection {
        id: None,
        company_number: None,
        country: HomeCountry::Gb,
        name: Some(name.to_owned()),
        relationship: None,
        contacts: emails.iter().map(contact).collect(),
    }
}

pub(crate) async fn home(world: &World, caller: &UserCaller) -> Home {
    world.store.home(caller).await.expect("at home")
}

pub(crate) async fn owner(world: &World, caller: &UserCaller) -> ManagedOrganisation {
    home(world, caller).await.managed().expect("an owner")
}

/// The identifier of the only contact that a user's organisation has.
pub(crate) async fn only_contact(world: &World, caller: &UserCaller) -> UserId {
    let home = home(world, caller).await;
    let page = world.store.connections(&home, &ConnectionQuery::whole()).await.expect("read");
    page.rows[0].contacts[0].id
}

/// Several organisations, each with its owner.
async fn owners(world: &World, many: usize) -> Vec<ManagedOrganisation> {
    let (seed, ids) = (Seed(&world.store), world.store.ids());
    let mut owners = Vec::new();
    for n in 0..many {
        let id = OrganisationId(ids.uuid().expect("random"));
        let user_id = UserId(ids.uuid().expect("random"));
        let one = attesta_model::Organisation::new(id, format!("o{n}"), ids.now());
        seed.organisation(&one).await.expect("written");
        let user = User::new(user_id, "Ona", &format!("ona@o{n}.example"), ids.now());
        seed.user(&User { organisation_id: Some(id), ..user }).await.expect("written");
        let roles = vec!["owner".to_owned()];
        seed.profile(&Profile::new(user_id, id, roles)).await.expect("written");
        owners.push(owner(world, &UserCaller::new(user_id)).await);
    }
    owners
}

/// Has each of these connected with somebody, all at once.
async fn at_once(
    world: &World,
    each: Vec<(ManagedOrganisation, NewConnection)>,
) -> Vec<Result<OrganisationId>> {
    let calls: Vec<_> = each
        .into_iter()
        .map(|(of, new)| {
            let store = world.store.clone();
            tokio::spawn(async move { store.create_connection(&of, &new, None).await })
        })
        .collect();
    let mut made = Vec::new();
    for call in calls {
        made.push(call.await.expect("no panic"));
    }
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_name_one_farm_at_once_all_get_the_same() {
    let world = World::start().await;
    let organisations = world.aws.items("ORGANISATION").await;
    let owners = owners(&world, 5).await;
    let named = |(n, of): (usize, ManagedOrganisation)| {
        (of, farm("Far Farm", &[&format!("u{n}@farm.example")]))
    };
    let made = at_once(&world, owners.into_iter().enumerate().map(named).collect()).await;
    let made: BTreeSet<_> = made.into_iter().map(|one| one.expect("made")).collect();
    assert_eq!(made.len(), 1);
    assert_eq!(world.aws.items("ORGANISATION").await, organisations + 6);
    assert_eq!(world.aws.items("CONNECTION").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_name_one_address_at_once_one_farm_gets_them() {
    let world = World::start().await;
    let owners = owners(&world, 4).await;
    let named = |(n, of): (usize, ManagedOrganisation)| {
        (of, farm(&format!("Farm {n}"), &["una@farm.example"]))
    };
    let made = at_once(&world, owners.into_iter().enumerate().map(named).collect()).await;
    let refused = |one: &Result<OrganisationId>| {
        matches!(one, Err(Error::Conflict { code: "email_taken_elsewhere", .. }))
    };
    assert_eq!(made.iter().filter(|one| one.is_ok()).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|one| refused(one)).count(), 3, "{made:?}");
    assert_eq!(world.aws.items("CONNECTION").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_connections_with_one_there_is_one() {
    let world = World::start().await;
    let of = owner(&world, &world.user).await;
    let each = (0..4).map(|_| (of.clone(), farm("Far Farm", &["una@farm.example"])));
    let made = at_once(&world, each.collect()).await;
    assert_eq!(made.iter().filter(|one| one.is_ok()).count(), 1, "{made:?}");
    assert_eq!(world.aws.items("CONNECTION").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_one_connection_at_once_all_count() {
    let world = World::start().await;
    let of = owner(&world, &world.user).await;
    let new = farm("Far Farm", &["una@farm.example"]);
    let id = world.store.create_connection(&of, &new, None).await.expect("made");
    let id = id.to_string();
    let una = only_contact(&world, &world.user).await.to_string();
    let mut calls = Vec::new();
    for relationship in [Relationship::Trading, Relationship::Carrier] {
        let (store, of, id) = (world.store.clone(), of.clone(), id.clone());
        calls.push(tokio::spawn(
            async move { store.add_relationship(&of, &id, relationship).await },
        ));
    }
    let contact = world.store.connect_contact(&of, &id, &una).await;
    assert!(contact.expect("let in").profile.is_some_and(|profile| profile.is_restricted()));
    for call in calls {
        call.await.expect("no panic").expect("noted");
    }
    let home = home(&world, &world.user).await;
    let page = world.store.connections(&home, &ConnectionQuery::whole()).await.expect("read");
    let connection = &page.rows[0].connection;
    assert_eq!((connection.relationships.len(), connection.connected.len()), (2, 1));
    assert_eq!(connection.version, 3);
}

/// Una of a farm that the world's user deals with, let into their organisation.
async fn una_let_in(world: &World, with: NewConnection) -> (UserCaller, OrganisationId) {
    let of = owner(world, &world.user).await;
    let id = world.store.create_connection(&of, &with, None).await.expect("made");
    let una = only_contact(world, &world.user).await;
    let let_in = world.store.connect_contact(&of, &id.to_string(), &una.to_string()).await;
    assert_eq!(let_in.expect("let in").user.status, Status::Active);
    (UserCaller::new(una), id)
}

#[tokio::test]
async fn a_contact_without_a_role_sees_those_who_know_them_in_part() {
    let world = World::start().await;
    let (una, farm) = una_let_in(&world, farm("Far Farm", &["una@farm.example"])).await;
    let (store, own) = (&world.store, world.organisation);
    let caller = Caller::User(una.clone());
    let seen = store.organisation_in_sight(&caller, &own.to_string()).await.expect("in sight");
    assert_eq!(seen.standing(), &Standing::Connected(Deals::default()));
    assert!(!seen.is_owners());
    assert_eq!(seen.whole().err(), Some(Error::forbidden()));
    let managed = store.managed_organisation(&una, &own.to_string()).await;
    assert_eq!(managed.err(), Some(Error::forbidden()));
    let read = store.organisation::<CanRead>(&una, own).await;
    assert_eq!(read.err(), Some(Error::forbidden()));
    // Their home is not in use.
    let home = store.organisation_in_sight(&caller, &farm.to_string()).await;
    assert_eq!(home.err(), Some(Error::forbidden()));
    // A role makes a member of them.
    let roles = vec!["trading-viewer".to_owned()];
    let profile = Profile { roles, ..Profile::restricted(una.user_id, own) };
    Seed(store).profile(&profile).await.expect("written");
    let seen = store.organisation_in_sight(&caller, &own.to_string()).await.expect("in sight");
    assert_eq!(seen.standing(), &Standing::Member(profile));
    assert!(store.organisation::<CanSubmit>(&una, own).await.is_ok());
}

#[tokio::test]
async fn nobody_comes_into_anothers_organisation_by_naming_a_contact() {
    let world = World::start().await;
    let other = world.other_organisation;
    let with = NewConnection { id: Some(other.to_string()), ..farm("x", &["eve@evil.example"]) };
    let (eve, _) = una_let_in(&world, with).await;
    let (store, caller) = (&world.store, Caller::User(eve.clone()));
    let seen = store.organisation_in_sight(&caller, &other.to_string()).await.expect("in sight");
    assert_eq!(seen.standing(), &Standing::Connected(Deals::default()));
    assert_eq!(store.home(&eve).await.err(), Some(Error::forbidden()));
    assert_eq!(store.organisation::<CanRead>(&eve, other).await.err(), Some(Error::forbidden()));
    let profile = store.own_profile(&eve).await.expect("themselves");
    assert_eq!((profile.organisation.as_ref(), profile.access()), (None, Access::default()));
    // Nor does their domain lead anybody there.
    assert_eq!(world.aws.items("MAIL_DOMAIN").await, 0);
}

#[tokio::test]
async fn a_member_elsewhere_keeps_what_their_home_gives_them() {
    let world = World::start().await;
    let (store, own, other) = (&world.store, world.organisation, world.other_organisation);
    let with = NewConnection {
        id: Some(other.to_string()),
        relationship: Some(Relationship::Organiser),
        ..farm("x", &["two@example.com"])
    };
    let (two, _) = una_let_in(&world, with).await;
    assert_eq!(two.user_id, world.other_user.user_id);
    let caller = Caller::User(two);
    let seen = store.organisation_in_sight(&caller, &own.to_string()).await.expect("in sight");
    let Standing::Connected(deals) = seen.standing() else { panic!("{seen:?}") };
    let inward = deals.inward.as_ref().expect("a connection");
    assert!(inward.relationships.contains(&Relationship::Organiser) && deals.outward.is_none());
}
