//! People who come from another pool of users.

use attesta_model::{Staff, Status, User};
use attesta_store::{Newcomer, Seed};
use attesta_testing::World;

fn newcomer(email: &str) -> Newcomer {
    Newcomer {
        email: email.to_owned(),
        phone: Some("+447400123456".to_owned()),
        given_name: Some("Una".to_owned()),
        family_name: Some("Umber".to_owned()),
    }
}

#[tokio::test]
async fn somebody_new_is_active_and_found_by_their_names() {
    let world = World::start().await;
    let came = world.store.take_in(&newcomer("una@example.com")).await.expect("written");
    let user = came.expect("somebody");
    assert_eq!((user.status, user.name.as_str()), (Status::Active, "Una Umber"));
    assert_eq!((user.organisation_id, user.staff), (None, None));
    for name in ["UNA@example.com", "+447400123456", &user.id.to_string()] {
        let found = world.store.user_by_name(name).await.expect("read");
        assert_eq!(found.as_ref(), Some(&user), "{name}");
    }
}

#[tokio::test]
async fn whoever_comes_again_is_who_they_were() {
    let world = World::start().await;
    let first = world.store.take_in(&newcomer("una@example.com")).await.expect("written");
    let second = world.store.take_in(&newcomer("Una@Example.com")).await.expect("written");
    assert!(first.is_some());
    assert_eq!(first, second);
    assert_eq!(world.aws.items("USER").await, 5);
}

#[tokio::test]
async fn a_number_that_is_anothers_stays_theirs() {
    let world = World::start().await;
    let first = world.store.take_in(&newcomer("una@example.com")).await.expect("written");
    let other = world.store.take_in(&newcomer("ugo@example.com")).await.expect("written");
    let other = other.expect("somebody");
    assert_eq!(other.phone, None);
    let holder = world.store.user_by_name("+447400123456").await.expect("read");
    assert_eq!(holder, first);
    assert_ne!(holder.map(|user| user.id), Some(other.id));
}

#[tokio::test]
async fn nobody_becomes_staff_or_active_by_coming() {
    let world = World::start().await;
    assert_eq!(world.store.take_in(&newcomer("staff@example.com")).await, Ok(None));
    let before = world.store.user(world.user.user_id).await.expect("read").expect("there");
    for changed in [
        User { status: Status::Pending, ..before.clone() },
        User { status: Status::Deleted, ..before.clone() },
        User { staff: Some(Staff::Admin), ..before.clone() },
    ] {
        Seed(&world.store).user(&changed).await.expect("written");
        assert_eq!(world.store.take_in(&newcomer("one@example.com")).await, Ok(None));
    }
    Seed(&world.store).user(&before).await.expect("written");
    assert_eq!(world.store.take_in(&newcomer("one@example.com")).await, Ok(Some(before)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_come_by_one_address_at_once_there_is_one() {
    let world = World::start().await;
    let coming: Vec<_> = (0..8)
        .map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move { store.take_in(&newcomer("una@example.com")).await })
        })
        .collect();
    let mut came = Vec::new();
    for one in coming {
        came.push(one.await.expect("no panic").expect("written").expect("somebody").id);
    }
    came.dedup();
    assert_eq!(came.len(), 1);
}
