//! What a user's tokens hang on.

use attesta_model::{Error, Notice, Status, User, UserId};
use attesta_store::Seed;
use attesta_testing::World;
use uuid::Uuid;

const NOBODY: UserId = UserId(Uuid::max());

async fn user(world: &World) -> User {
    world.store.user(world.user.user_id).await.expect("read").expect("there")
}

fn notice(world: &World) -> Notice {
    let at = world.store.ids().now();
    Notice::PasswordChanged { email: "one@example.com".to_owned(), name: "one".to_owned(), at }
}

#[tokio::test]
async fn whoever_is_told_that_sessions_ended_is_told_with_their_end() {
    let world = World::start().await;
    let told = notice(&world);
    let id = world.user.user_id;
    world.store.end_sessions_and_tell(id, told.clone()).await.expect("ended");
    assert_eq!(user(&world).await.session, 1);
    let [row] = &world.outbox().await[..] else { panic!("one row") };
    assert_eq!(row.messages.len(), 1);
    assert_eq!(row.messages[0].notice, told);
}

#[tokio::test]
async fn who_is_not_there_has_no_sessions_and_nobody_is_told() {
    let world = World::start().await;
    world.store.end_sessions(NOBODY).await.expect("ended");
    world.store.end_sessions_and_tell(NOBODY, notice(&world)).await.expect("ended");
    assert_eq!(world.store.user(NOBODY).await.expect("read"), None);
    assert_eq!(world.outbox().await, []);
}

#[tokio::test]
async fn a_second_factor_that_comes_or_goes_ends_every_session() {
    let world = World::start().await;
    for (has_one, session) in [(true, 1), (false, 2)] {
        world.store.set_second_factor(world.user.user_id, has_one).await.expect("noted");
        let user = user(&world).await;
        assert_eq!((user.second_factor, user.session), (has_one, session));
    }
    let nobody = world.store.set_second_factor(NOBODY, true).await;
    assert_eq!(nobody, Err(Error::not_found()));
}

#[tokio::test]
async fn only_who_waits_is_let_in() {
    let world = World::start().await;
    for (status, after) in [
        (Status::Pending, Status::Active),
        (Status::Inactive, Status::Inactive),
        (Status::Deleted, Status::Deleted),
        (Status::Verified, Status::Verified),
    ] {
        world.set_user_status(&world.user, world.organisation, status).await;
        world.store.activate_user(world.user.user_id).await.expect("done");
        assert_eq!(user(&world).await.status, after, "{status:?}");
    }
    world.store.activate_user(NOBODY).await.expect("done");
    assert_eq!(world.store.user(NOBODY).await.expect("read"), None);
}

#[tokio::test]
async fn the_callers_own_user_is_theirs_as_long_as_their_token_counts() {
    let world = World::start().await;
    let own = async || world.store.own_user(&world.user).await;
    assert_eq!(own().await, Ok(user(&world).await));
    let inactive = User { status: Status::Inactive, ..user(&world).await };
    Seed(&world.store).user(&inactive).await.expect("written");
    assert_eq!(own().await, Err(Error::forbidden()));
    world.store.end_sessions(world.user.user_id).await.expect("ended");
    assert_eq!(own().await, Err(Error::Unauthenticated("Invalid token: signed out.")));
}
