//! Users are erased by the clock.

use attesta_model::{Profile, Status, UserId};
use attesta_scheduler::{Done, LAST_LOOK_AT_USER};
use attesta_store::Seed;
use jiff::SignedDuration;

use crate::support::Clockwork;

const SEEN_TO: Done = Done { told: 0, seen_to: 1, dropped: 0, put_off: 0, failed: 0, left: 0 };

/// Has the world's user deleted, who owns nothing any more.
async fn delete(clockwork: &Clockwork) -> UserId {
    let id = clockwork.world.user.user_id;
    let (store, home) = (&clockwork.store, clockwork.world.organisation);
    let organisation = attesta_model::Organisation::new(home, "one", store.ids().now());
    Seed(store).organisation(&organisation).await.expect("written");
    let to_erase = store.user_to_erase(&clockwork.world.staff, &id.to_string()).await;
    store.begin_user_erasure(to_erase.expect("staff")).await.expect("begun");
    id
}

async fn set_roles(clockwork: &Clockwork, roles: &[&str]) {
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    let (user, home) = (&clockwork.world.user, clockwork.world.organisation);
    let profile = Profile::new(user.user_id, home, roles);
    Seed(&clockwork.store).profile(&profile).await.expect("written");
}

#[tokio::test]
async fn a_user_is_erased_at_once_and_once_more_before_it_is_said() {
    let mut clockwork = Clockwork::start().await;
    clockwork.world.api_token(&[]).await;
    set_roles(&clockwork, &["member"]).await;
    let profiles = clockwork.world.aws.items("PROFILE").await;
    let id = delete(&clockwork).await;
    assert_eq!(clockwork.world.aws.items("PROFILE").await, profiles - 1);
    assert_eq!(clockwork.run().await.0, SEEN_TO);
    assert_eq!(clockwork.world.aws.items("API_TOKEN").await, 0);
    assert!(clockwork.store.user_being_erased(id).await.expect("read").is_some());

    // What came in beside the mark is found, and looked for once more.
    set_roles(&clockwork, &["member"]).await;
    clockwork.world.clock.advance(LAST_LOOK_AT_USER);
    assert_eq!(clockwork.run().await.0.seen_to, 1);
    assert_eq!(clockwork.world.aws.items("PROFILE").await, profiles - 1);
    assert!(clockwork.store.user_being_erased(id).await.expect("read").is_some());
    clockwork.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(clockwork.run().await.0.seen_to, 1);
    let erased = clockwork.store.user(id).await.expect("read").expect("a trace");
    assert_eq!((erased.status, erased.email, erased.name.as_str()), (Status::Deleted, None, ""));
    assert!(erased.erased_at.is_some());
    clockwork.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(clockwork.run().await.0.seen_to, 0, "it is done for good");
}

#[tokio::test]
async fn who_is_not_being_erased_is_left_alone() {
    let clockwork = Clockwork::start().await;
    let id = clockwork.world.user.user_id;
    assert_eq!(clockwork.store.user_being_erased(id).await, Ok(None));
    let kept = clockwork.store.user(id).await.expect("read").expect("there");
    assert_eq!((kept.status, kept.erased_at), (Status::Active, None));
    assert!(clockwork.store.finish_user_erasure(id).await.is_ok());
    assert_eq!(clockwork.store.user(id).await.expect("read"), Some(kept));
}
