//! Organisations that many change at once.

use std::collections::BTreeSet;

use attesta_model::{Error, OWNER, OrganisationChange};
use attesta_store::Settling;
use attesta_testing::World;

use crate::costs_organisations::{member, new};

fn code<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "done",
        Err(Error::Conflict { code, .. }) => code,
        Err(Error::Forbidden(_)) => "forbidden",
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn of_two_that_are_made_at_once_one_has_the_name() {
    let world = World::start().await;
    let (one, mut two) = (new("Farm", 1), new("Other", 1));
    two.name = " FARM".to_owned();
    let create = |new| world.store.create_organisation(&world.staff, new, None);
    let (first, second) = tokio::join!(create(&one), create(&two));
    let codes: BTreeSet<_> = [code(&first), code(&second)].into();
    assert_eq!(codes, ["done", "name_taken"].into());
    // Whoever came with the other isn't there either.
    let ada = async |of: &str| {
        world.store.user_by_name(&format!("ada@{of}.example")).await.expect("read").is_some()
    };
    assert_ne!(ada("farm").await, ada("other").await);
}

#[tokio::test]
async fn of_two_that_take_a_name_at_once_one_gets_it() {
    let world = World::start().await;
    let change =
        OrganisationChange { name: Some("Farm".to_owned()), ..OrganisationChange::default() };
    let nobody = Settling::default();
    let (one, two) = (world.organisation.to_string(), world.other_organisation.to_string());
    let (first, second) = tokio::join!(
        world.store.update_organisation(&world.user, &one, &change, &nobody),
        world.store.update_organisation(&world.other_user, &two, &change, &nobody),
    );
    let codes: BTreeSet<_> = [code(&first), code(&second)].into();
    assert_eq!(codes, ["done", "name_taken"].into());
}

#[tokio::test]
async fn however_many_change_the_owner_there_is_one() {
    let world = World::start().await;
    let people = [member(&world, "una").await, member(&world, "ida").await];
    let change = |to: usize| {
        let (store, staff, to) = (&world.store, &world.staff, people[to].user_id.to_string());
        async move { store.change_owner(staff, &to).await }
    };
    let (one, two) = tokio::join!(change(0), change(1));
    assert_eq!([code(&one), code(&two)], ["done"; 2], "the second comes after the first");
    let id = world.organisation.to_string();
    let kept = world.store.managed_organisation(&world.staff, &id).await.expect("there");
    let mut owners = Vec::new();
    for caller in people.iter().chain([&world.user]) {
        let own = world.store.own_profile(caller).await.expect("a profile");
        let profile = &own.person.profiles[0];
        owners.extend(profile.roles.contains(&OWNER.to_owned()).then_some(caller.user_id));
    }
    assert_eq!(owners, [kept.get().owner_id.expect("an owner")]);
}

#[tokio::test]
async fn nobody_becomes_the_owner_and_inactive_at_once() {
    let world = World::start().await;
    let una = member(&world, "una").await;
    let status = attesta_model::Status::Inactive;
    world.set_user_status(&una, world.organisation, status).await;
    let changed = world.store.change_owner(&world.user, &una.user_id.to_string()).await;
    assert_eq!(code(&changed), "inactive");
}
