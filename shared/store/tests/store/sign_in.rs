//! Who is given tokens, and as whom.

use attesta_model::{ApiTokenId, Staff, Status, User, UserId};
use attesta_store::{ApiToken, Seed};
use attesta_testing::World;
use jiff::SignedDuration;
use uuid::Uuid;

async fn token(world: &World) -> ApiToken {
    let user = world.user.user_id.to_string();
    let subject = world.store.token_subject(&world.staff, &user, None).await.expect("a user");
    let day = SignedDuration::from_hours(24);
    let made =
        world.store.create_api_token(&subject, world.staff.user_id, [].into(), day, None).await;
    made.expect("made").0
}

async fn may(world: &World, user: UserId, token: Option<ApiTokenId>) -> bool {
    let found = world.store.signing_in(user, token).await.expect("read");
    assert!(found.as_ref().is_none_or(|found| found.user.id == user));
    assert!(found.as_ref().is_none_or(|found| found.api_token.as_ref().map(|t| t.id) == token));
    found.is_some()
}

async fn change(world: &World, change: impl FnOnce(User) -> User) {
    let user = world.store.user(world.user.user_id).await.expect("read").expect("there");
    Seed(&world.store).user(&change(user)).await.expect("written");
}

#[tokio::test]
async fn users_who_are_active_get_tokens_and_nobody_else() {
    let world = World::start().await;
    assert!(may(&world, world.user.user_id, None).await);
    assert!(may(&world, world.staff.user_id, None).await);
    assert!(!may(&world, UserId(Uuid::nil()), None).await);
    for status in [Status::Inactive, Status::Deleted] {
        change(&world, |user| User { status, ..user }).await;
        assert!(!may(&world, world.user.user_id, None).await, "{status:?}");
    }
}

#[tokio::test]
async fn an_api_token_gets_tokens_for_its_own_user_while_it_counts() {
    let world = World::start().await;
    let made = token(&world).await;
    assert!(may(&world, world.user.user_id, Some(made.id)).await);
    assert!(!may(&world, world.other_user.user_id, Some(made.id)).await);
    assert!(!may(&world, world.user.user_id, Some(ApiTokenId(Uuid::nil()))).await);
    change(&world, |user| User { staff: Some(Staff::ReadOnly), ..user }).await;
    assert!(!may(&world, world.user.user_id, Some(made.id)).await);
    change(&world, |user| User { staff: None, ..user }).await;
    let id = made.id.to_string();
    let managed = world.store.managed_api_token(&world.staff, &id).await.expect("there");
    world.store.revoke_api_token(&managed).await.expect("revoked");
    assert!(!may(&world, world.user.user_id, Some(made.id)).await);
    let other = token(&world).await;
    world.clock.advance(SignedDuration::from_hours(24));
    assert!(!may(&world, world.user.user_id, Some(other.id)).await);
}

#[tokio::test]
async fn what_the_pool_calls_a_user_is_noted_once_and_of_nobody() {
    let world = World::start().await;
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for subject in [first, second] {
        world.store.note_subject(world.user.user_id, subject).await.expect("written");
    }
    let user = world.store.user(world.user.user_id).await.expect("read").expect("there");
    assert_eq!(user.subject, Some(first));
    let nobody = UserId(Uuid::nil());
    world.store.note_subject(nobody, first).await.expect("no matter");
    assert_eq!(world.store.user(nobody).await, Ok(None));
}
