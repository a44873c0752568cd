//! What is done in a user's name by an API token.

use std::collections::BTreeSet;

use attesta_identity::{Secret, UserCaller};
use attesta_model::{Error, OrganisationId, Result, Status};
use attesta_store::access::{CanManage, CanSubmit};
use attesta_store::{ApiToken, Idempotency};
use attesta_testing::World;
use jiff::SignedDuration;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A token of the world's user with these roles.
async fn token(world: &World, roles: &[&str]) -> Result<(ApiToken, Secret)> {
    let user = world.user.user_id.to_string();
    let subject = world.store.token_subject(&world.staff, &user, None).await?;
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    world.store.create_api_token(&subject, world.staff.user_id, roles, DAY, None).await
}

fn bearer(world: &World, token: &ApiToken) -> UserCaller {
    UserCaller { api_token: Some(token.id), ..world.user.clone() }
}

/// Whether the caller may submit for, and manage, an organisation.
async fn rights(world: &World, caller: &UserCaller, of: OrganisationId) -> [Result<()>; 2] {
    [
        world.store.organisation::<CanSubmit>(caller, of).await.map(drop),
        world.store.organisation::<CanManage>(caller, of).await.map(drop),
    ]
}

#[tokio::test]
async fn a_token_may_do_what_its_roles_may_where_its_user_has_them() {
    let world = World::start().await;
    let (here, elsewhere) = (world.organisation, world.other_organisation);
    let (whole, _) = token(&world, &["owner"]).await.expect("made");
    let (narrow, _) = token(&world, &[]).await.expect("made");
    assert_eq!(rights(&world, &bearer(&world, &whole), here).await, [Ok(()), Ok(())]);
    let narrowed = rights(&world, &bearer(&world, &narrow), here).await;
    assert_eq!(narrowed, [Ok(()), Err(Error::forbidden())]);
    let foreign = rights(&world, &bearer(&world, &whole), elsewhere).await;
    assert_eq!(foreign, [Err(Error::not_found()), Err(Error::not_found())]);
}

#[tokio::test]
async fn a_token_that_was_taken_back_counts_no_more() {
    let world = World::start().await;
    let (made, secret) = token(&world, &["owner"]).await.expect("made");
    let id = made.id.to_string();
    let managed = world.store.managed_api_token(&world.staff, &id).await.expect("there");
    for _ in 0..2 {
        world.store.revoke_api_token(&managed).await.expect("revoked");
    }
    let revoked = || Err(Error::Unauthenticated("Invalid token: revoked API token."));
    let caller = bearer(&world, &made);
    assert_eq!(rights(&world, &caller, world.organisation).await, [revoked(), revoked()]);
    assert!(world.store.api_token(&secret).await.expect("read").is_none());
}

#[tokio::test]
async fn a_token_runs_out() {
    let world = World::start().await;
    let (made, secret) = token(&world, &["owner"]).await.expect("made");
    assert!(world.store.api_token(&secret).await.expect("read").is_some());
    world.clock.advance(DAY);
    let revoked = || Err(Error::Unauthenticated("Invalid token: revoked API token."));
    let caller = bearer(&world, &made);
    assert_eq!(rights(&world, &caller, world.organisation).await, [revoked(), revoked()]);
    assert!(world.store.api_token(&secret).await.expect("read").is_none());
}

#[tokio::test]
async fn a_token_stands_for_its_own_user_alone() {
    let world = World::start().await;
    let (made, _) = token(&world, &["owner"]).await.expect("made");
    let other = UserCaller { api_token: Some(made.id), ..world.other_user.clone() };
    let revoked = || Err(Error::Unauthenticated("Invalid token: revoked API token."));
    assert_eq!(rights(&world, &other, world.other_organisation).await, [revoked(), revoked()]);
}

#[tokio::test]
async fn a_token_of_roles_that_its_user_has_not_is_not_made() {
    let world = World::start().await;
    let refused = token(&world, &["owner", "king"]).await.expect_err("refused");
    assert_eq!(refused, Error::Forbidden("The user does not have every one of these roles."));
    assert_eq!(world.aws.items("API_TOKEN").await, 0);
}

#[tokio::test]
async fn no_token_stands_for_staff_for_nobody_or_for_who_may_do_nothing() {
    let world = World::start().await;
    let reader = world.read_only_staff.user_id.to_string();
    let refused = world.store.token_subject(&world.staff, &reader, None).await.expect_err("staff");
    assert_eq!(refused, Error::Forbidden("No API token can stand for staff."));
    for nobody in ["0197f0a0-0000-7000-8000-00000000000a", "nobody", ""] {
        let refused =
            world.store.token_subject(&world.staff, nobody, None).await.expect_err(nobody);
        assert_eq!(refused, Error::not_found(), "{nobody}");
    }
    world.set_user_status(&world.user, world.organisation, Status::Inactive).await;
    let user = world.user.user_id.to_string();
    let refused = world.store.token_subject(&world.staff, &user, None).await.expect_err("inactive");
    let message = "The user is not active.".to_owned();
    assert_eq!(refused, Error::Conflict { code: "user_inactive", message });
}

#[tokio::test]
async fn tokens_are_listed_by_user_and_age_page_by_page() {
    let world = World::start().await;
    let mut made = Vec::new();
    for _ in 0..101 {
        made.push(token(&world, &[]).await.expect("made").0.id);
        world.clock.advance(SignedDuration::from_secs(1));
    }
    let ids = |tokens: &[ApiToken]| tokens.iter().map(|token| token.id).collect::<Vec<_>>();
    for of in [None, Some(world.user.user_id)] {
        let store = &world.store;
        let first = store.api_tokens(&world.read_only_staff, of, None).await.expect("read");
        assert_eq!(ids(&first.tokens), made[..100]);
        let next = store.api_tokens(&world.read_only_staff, of, first.next.as_deref()).await;
        let next = next.expect("read");
        assert_eq!((ids(&next.tokens), next.next), (made[100..].to_vec(), None));
    }
    let others = Some(world.other_user.user_id);
    let none = world.store.api_tokens(&world.staff, others, None).await.expect("read");
    assert_eq!(ids(&none.tokens), []);
}

#[tokio::test]
async fn a_page_of_one_users_tokens_never_shows_anothers() {
    let world = World::start().await;
    token(&world, &[]).await.expect("made");
    for after in ["", "~", "0", "zzzz"] {
        let of = Some(world.other_user.user_id);
        let page = world.store.api_tokens(&world.staff, of, Some(after)).await;
        assert!(page.is_ok_and(|page| page.tokens.is_empty()), "{after:?}");
    }
}

#[tokio::test]
async fn the_same_call_makes_one_token() {
    let world = World::start().await;
    let user = world.user.user_id.to_string();
    let key = Idempotency::new(None, world.staff.user_id, "api-tokens", "key", &[b"call"]);
    let store = &world.store;
    let subject = store.token_subject(&world.staff, &user, Some(&key)).await.expect("a user");
    let make = || {
        let by = world.staff.user_id;
        store.create_api_token(&subject, by, BTreeSet::new(), DAY, Some(&key))
    };
    let (made, _) = make().await.expect("made");
    let is_conflict = |error: &Error| {
        let names_it = |message: &str| message.contains(&made.id.to_string());
        matches!(error, Error::Conflict { code: "made_before", message } if names_it(message))
    };
    // One that was planned meanwhile, and one that comes later.
    assert!(make().await.is_err_and(|error| is_conflict(&error)));
    let later = store.token_subject(&world.staff, &user, Some(&key)).await;
    assert!(later.is_err_and(|error| is_conflict(&error)));
    // Who is no staff learns nothing of it.
    let stranger = store.token_subject(&world.user, &user, Some(&key)).await;
    assert_eq!(stranger.expect_err("no staff"), Error::forbidden());
    assert_eq!(world.aws.items("API_TOKEN").await, 1);
}

#[tokio::test]
async fn an_api_token_gives_a_profile_while_its_user_counts() {
    let world = World::start().await;
    let (made, _) = token(&world, &[]).await.expect("made");
    let profile = || async { world.store.profile_by_api_token(&made).await.expect("read") };
    let own = profile().await.expect("a profile");
    assert_eq!(own.person.profiles[0].roles, [""; 0]);
    assert_eq!(own.organisation.map(|organisation| organisation.id), Some(world.organisation));
    world.set_user_status(&world.user, world.organisation, Status::Inactive).await;
    assert!(profile().await.is_none());
}
