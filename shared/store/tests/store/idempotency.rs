//! The same call twice has one effect and one answer.

use std::sync::Arc;

use attesta_model::{Error, Instrument};
use attesta_store::{Idempotency, Seed};
use attesta_testing::World;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::support::{call, counts, make, plan, submit};

const ASKED: [u64; 1] = [World::PLAGIARISM];

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer() {
    let world = World::start().await;
    let key = call(&world, "k", "body");
    let first = submit(&world, &ASKED, Some(&key)).await.expect("made");
    assert_eq!(submit(&world, &ASKED, Some(&key)).await, Ok(first));
    assert_eq!(counts(&world).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict() {
    let world = World::start().await;
    submit(&world, &ASKED, Some(&call(&world, "k", "body"))).await.expect("made");
    let refused = submit(&world, &ASKED, Some(&call(&world, "k", "another"))).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "idempotency_key_reused", .. })));
    assert_eq!(counts(&world).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_key_is_its_users_and_its_routes_own() {
    let world = World::start().await;
    let (one, two) = (world.user.user_id, world.other_user.user_id);
    for (user, route) in [(one, "verification"), (two, "verification"), (one, "enrolment")] {
        let key = Idempotency::new(world.organisation, user, route, "k", &[b"body"]);
        submit(&world, &ASKED, Some(&key)).await.expect("made");
    }
    assert_eq!(counts(&world).await, [3, 3, 3, 3]);
}

#[tokio::test]
async fn parts_of_a_call_cant_be_shifted_into_each_other() {
    let world = World::start().await;
    let key = |parts: &[&[u8]]| {
        let user = world.user.user_id;
        Idempotency::new(world.organisation, user, "verification", "k", parts)
    };
    submit(&world, &ASKED, Some(&key(&[b"ab", b"c"]))).await.expect("made");
    let refused = submit(&world, &ASKED, Some(&key(&[b"a", b"bc"]))).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
}

#[tokio::test]
async fn an_answer_stands_when_its_instrument_is_switched_off_since() {
    let world = World::start().await;
    let key = call(&world, "k", "body");
    let first = submit(&world, &ASKED, Some(&key)).await.expect("made");
    let catalogue = world.store.catalogue().await.expect("readable");
    let entry = catalogue.iter().find(|entry| entry.instrument.id.get() == World::PLAGIARISM);
    let off = Instrument { enabled: false, ..entry.expect("there").instrument.clone() };
    Seed(&world.store).instrument(&off).await.expect("written");
    assert_eq!(submit(&world, &ASKED, Some(&key)).await, Ok(first));
    let refused = submit(&world, &ASKED, Some(&call(&world, "other", "body"))).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn an_answer_is_forgotten_after_a_day_even_while_the_table_still_has_it() {
    let world = World::start().await;
    let key = call(&world, "k", "body");
    let first = submit(&world, &ASKED, Some(&key)).await.expect("made");
    world.clock.advance(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    assert_eq!(submit(&world, &ASKED, Some(&key)).await.as_ref(), Ok(&first));
    world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(world.aws.items("IDEMPOTENCY").await, 1);
    let other = call(&world, "k", "another");
    let second = submit(&world, &ASKED, Some(&other)).await.expect("made");
    assert_ne!(first, second);
    assert_eq!(submit(&world, &ASKED, Some(&other)).await, Ok(second));
    assert_eq!(counts(&world).await, [2, 2, 2, 1]);
}

#[tokio::test]
async fn two_calls_that_both_found_nothing_still_have_one_effect() {
    let world = World::start().await;
    let (same, other) = (call(&world, "k", "body"), call(&world, "k", "another"));
    let mut plans = Vec::new();
    for key in [&same, &same, &other] {
        plans.push(plan(&world.store, &world, &ASKED, Some(key)).await.expect("a plan"));
    }
    let [first, second, third] = <[_; 3]>::try_from(plans).expect("three");
    let answer = make(&world.store, first, Some(&same)).await.expect("made");
    assert_eq!(make(&world.store, second, Some(&same)).await, Ok(answer));
    let refused = make(&world.store, third, Some(&other)).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
    assert_eq!(counts(&world).await, [1, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_racing_calls_one_makes_a_request_and_all_get_its_answer() {
    let world = Arc::new(World::start().await);
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let world = Arc::clone(&world);
        calls.spawn(async move {
            let key = call(&world, "k", "body");
            submit(&world, &ASKED, Some(&key)).await.expect("an answer")
        });
    }
    let mut answers = calls.join_all().await;
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(counts(&world).await, [1, 1, 1, 1]);
}
