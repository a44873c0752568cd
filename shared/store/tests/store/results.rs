//! Providers answer.

use std::sync::Arc;

use attesta_model::verification::{ResultChange, ResultCode, ResultState, ResultStatus};
use attesta_model::{Error, Words};
use attesta_store::{ListQuery, Position};
use attesta_testing::World;
use tokio::task::JoinSet;

use crate::support::{own, processed, request};

#[tokio::test]
async fn an_answer_is_taken_once_and_then_frozen() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    let first = world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    assert_eq!(first.version, 2);
    let _ = world.store.meter().take();
    let again = own(&world.store, world.provider, id).await;
    let again = world.store.change_result(again, |state| state.changed(processed(0.9))).await;
    assert_eq!(again, Ok(first));
    let writes: f64 = world.store.meter().take().iter().map(|call| call.write).sum();
    assert_eq!(writes, 0.0);
    for change in [
        processed(0.8),
        ResultChange { status: Some(ResultStatus::Pending), ..ResultChange::default() },
    ] {
        let own = own(&world.store, world.provider, id).await;
        let refused = world.store.change_result(own, |state| state.changed(change.clone())).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
    }
    assert_eq!(request(&world, id).await.results[0].state.result, Some(0.9));
}

#[tokio::test]
async fn a_change_judged_on_an_old_state_is_judged_again() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    let stale = own(&world.store, world.provider, id).await;
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    let refused = world.store.change_result(stale, |state| state.changed(processed(0.1))).await;
    assert!(matches!(refused, Err(Error::Refused(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_changes_at_once_none_is_lost() {
    let world = Arc::new(World::start().await);
    let id = world.submit(&[World::PLAGIARISM]).await;
    let mut changes = JoinSet::new();
    for _ in 0..50 {
        let world = Arc::clone(&world);
        changes.spawn(async move {
            let one_more = |state: &ResultState| {
                let message = state.error_message.clone().unwrap_or_default() + "x";
                Ok(ResultState { error_message: Some(message), ..state.clone() })
            };
            loop {
                let own = own(&world.store, world.provider, id).await;
                match world.store.change_result(own, one_more).await {
                    Ok(_) => break,
                    Err(Error::Conflict { code: "busy", .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    changes.join_all().await;
    let row = own(&world.store, world.provider, id).await.row().clone();
    assert_eq!(row.version, 51);
    assert_eq!(row.state.error_message, Some("x".repeat(50)));
}

#[tokio::test]
async fn a_provider_gets_hold_of_its_own_results_alone() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await.to_string();
    let (mine, other) = (world.provider, world.other_provider);
    let (my_id, other_id) = (mine.provider_id.to_string(), other.provider_id.to_string());
    for (caller, provider, request, error) in [
        (mine, other_id.as_str(), id.as_str(), Error::forbidden()),
        (other, &other_id, &id, Error::not_found()),
        (mine, &my_id, "77", Error::not_found()),
        (mine, &my_id, "nonsense", Error::not_found()),
        (mine, "nonsense", &id, Error::not_found()),
    ] {
        let found = world.store.own_result(&caller, provider, request).await;
        assert_eq!(found.expect_err("foreign"), error, "{provider} {request}");
    }
}

#[tokio::test]
async fn results_count_once_their_messages_are_delivered_and_only_once() {
    let world = World::start().await;
    for _ in 0..9 {
        world.submit(&[World::PLAGIARISM, World::INTEGRITY]).await;
    }
    let count_after = async |offset, limit| {
        let query = ListQuery {
            limit,
            position: Position::Offset(offset),
            order: Vec::new(),
            search: Words::default(),
        };
        let own = world.provider.provider_id.to_string();
        world.store.own_results(&world.provider, &own, &query).await.expect("its own").count
    };
    let count = async |limit| count_after(0, limit).await;
    // Never less than what is shown.
    assert_eq!([count(2).await, count(100).await, count_after(4, 2).await], [2, 9, 6]);
    assert_eq!([count_after(9, 2).await, count_after(20, 2).await], [0, 0]);
    let rows = world.outbox().await;
    assert!(world.store.outbox_delivered(&rows[0]).await.expect("written"));
    assert!(!world.store.outbox_delivered(&rows[0]).await.expect("written"));
    assert_eq!(count(1).await, 1);
    for row in &rows {
        world.store.outbox_delivered(row).await.expect("written");
    }
    assert_eq!(count(2).await, 9);
    assert!(world.outbox().await.is_empty());
}
