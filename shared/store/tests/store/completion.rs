//! A request is complete once, and its organisation told once.

use attesta_model::verification::ResultCode;
use attesta_store::{Event, OutboxRow};
use attesta_testing::World;
use serde_json::{Value, json};

async fn webhook(world: &World) {
    let owner = world.store.organisation(&world.user, world.organisation).await.expect("an owner");
    let url = "https://hooks.example.com/".parse().expect("an address");
    world.store.set_webhook(&owner, url).await.expect("set");
}

/// What organisations are to be told.
async fn events(world: &World) -> Vec<Event> {
    world.outbox().await.into_iter().flat_map(|row: OutboxRow| row.events).collect()
}

#[tokio::test]
async fn an_organisation_is_told_once_when_the_last_answer_is_in() {
    let world = World::start().await;
    webhook(&world).await;
    let id = world.submit(&[World::PLAGIARISM, World::INTEGRITY]).await;
    assert_eq!(world.store.settle(id).await, Ok(false));
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    assert_eq!(world.store.settle(id).await, Ok(false));
    world.answer(world.other_provider, id, 0.6, ResultCode::Ok).await;
    assert_eq!(world.store.settle(id).await, Ok(true));
    assert_eq!(world.store.settle(id).await, Ok(false));
    let [event] = &events(&world).await[..] else { panic!("one event") };
    assert_eq!(event.organisation_id, world.organisation);
    let body: Value = serde_json::from_str(&event.body()).expect("JSON");
    let expected = json!({
        "type": "verification.completed",
        "timestamp": event.at,
        "data": {
            "request_id": id,
            "learner_id": world.learner,
            "status": 3,
            "instruments": [
                {"instrument_id": 5, "status": 1, "result": 0.9, "code": 1, "level": 1},
                {"instrument_id": 6, "status": 1, "result": 0.6, "code": 2, "level": 2},
            ],
        },
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn who_has_no_webhook_is_not_told() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    assert_eq!(world.store.settle(id).await, Ok(true));
    assert!(events(&world).await.is_empty());
}

#[tokio::test]
async fn of_two_who_settle_at_once_one_does() {
    let world = World::start().await;
    webhook(&world).await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    let (one, other) = tokio::join!(world.store.settle(id), world.store.settle(id));
    assert!(!(one == Ok(true) && other == Ok(true)));
    assert_eq!(events(&world).await.len(), 1);
}

#[tokio::test]
async fn a_request_that_nobody_can_answer_is_complete_at_once() {
    let world = World::start().await;
    for instruments in [&[World::FACE][..], &[World::VOICE]] {
        let id = world.submit(instruments).await;
        let rows = world.outbox().await;
        assert!(rows.iter().any(|row| row.settles == Some(id)), "{instruments:?}");
        assert_eq!(world.store.settle(id).await, Ok(true));
    }
}
