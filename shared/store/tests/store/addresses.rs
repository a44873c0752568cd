//! Where users can be reached, which no two share.

use attesta_identity::UserCaller;
use attesta_model::{Error, Result, Status};
use attesta_store::Addresses;
use attesta_testing::World;

const PHONE: &str = "+447400123456";

fn email(text: &str) -> Addresses {
    Addresses { email: Some(text.to_owned()), phone: None }
}

fn phone(text: &str) -> Addresses {
    Addresses { email: None, phone: Some(text.to_owned()) }
}

async fn moved(world: &World, caller: &UserCaller, to: &Addresses) -> Result<bool> {
    world.store.move_addresses(caller, to).await
}

async fn holder(world: &World, name: &str) -> Option<attesta_model::UserId> {
    world.store.user_by_name(name).await.expect("read").map(|user| user.id)
}

#[tokio::test]
async fn a_user_takes_their_new_names_along_and_leaves_the_old() {
    let world = World::start().await;
    let id = world.user.user_id;
    let both =
        Addresses { email: Some("New@example.com".to_owned()), phone: Some(PHONE.to_owned()) };
    assert_eq!(moved(&world, &world.user, &both).await, Ok(true));
    assert_eq!(holder(&world, "new@EXAMPLE.com").await, Some(id));
    assert_eq!(holder(&world, PHONE).await, Some(id));
    assert_eq!(holder(&world, "one@example.com").await, None);
    let user = world.store.user(id).await.expect("read").expect("there");
    assert_eq!(
        (user.email.as_deref(), user.phone.as_deref()),
        (Some("New@example.com"), Some(PHONE))
    );
    assert_eq!(moved(&world, &world.user, &both).await, Ok(false), "they are there");
    // Only the letters' case: the name stays theirs.
    assert_eq!(moved(&world, &world.user, &email("new@example.com")).await, Ok(true));
    assert_eq!(holder(&world, "new@example.com").await, Some(id));
}

#[tokio::test]
async fn nothing_moves_where_a_name_is_anothers() {
    let world = World::start().await;
    assert_eq!(moved(&world, &world.other_user, &phone(PHONE)).await, Ok(true));
    for (to, code) in [
        (email("two@example.com"), "email_taken"),
        (phone(PHONE), "phone_taken"),
        (Addresses { email: Some("new@example.com".to_owned()), ..phone(PHONE) }, "phone_taken"),
    ] {
        let refused = moved(&world, &world.user, &to).await.expect_err(code);
        assert!(
            matches!(&refused, Error::Conflict { code: told, .. } if *told == code),
            "{refused}"
        );
    }
    assert_eq!(holder(&world, "one@example.com").await, Some(world.user.user_id));
    assert_eq!(holder(&world, "new@example.com").await, None);
    assert_eq!(holder(&world, PHONE).await, Some(world.other_user.user_id));
}

#[tokio::test]
async fn of_two_who_want_a_name_at_once_one_gets_it() {
    let world = World::start().await;
    let wanted = email("new@example.com");
    let (one, two) = tokio::join!(
        moved(&world, &world.user, &wanted),
        moved(&world, &world.other_user, &wanted)
    );
    assert_eq!([&one, &two].iter().filter(|outcome| outcome.is_ok()).count(), 1, "{one:?} {two:?}");
    let winner = if one.is_ok() { &world.user } else { &world.other_user };
    assert_eq!(holder(&world, "new@example.com").await, Some(winner.user_id));
}

#[tokio::test]
async fn who_may_not_act_moves_nowhere() {
    let world = World::start().await;
    let signed_out = UserCaller { session: 7, ..world.user.clone() };
    let refused = moved(&world, &signed_out, &phone(PHONE)).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
    world.set_user_status(&world.user, world.organisation, Status::Inactive).await;
    assert_eq!(moved(&world, &world.user, &phone(PHONE)).await, Err(Error::forbidden()));
    assert_eq!(holder(&world, PHONE).await, None);
}
