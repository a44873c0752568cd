//! Requests that wait: asked again, given up, cancelled.

use std::sync::Arc;

use attesta_model::Error;
use attesta_model::RequestId;
use attesta_model::verification::{RequestStatus, ResultChange, ResultCode, ResultStatus};
use attesta_store::{Due, DueRow, RequestAggregate};
use attesta_testing::World;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::support::{own, processed, request};

use ResultStatus as R;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A request to three providers of one instrument, whose first tasks are sent.
async fn asked() -> (World, RequestId) {
    let world = World::start().await;
    for id in [101, 102] {
        world.add_provider(id, World::PLAGIARISM).await;
    }
    let id = world.submit(&[World::PLAGIARISM]).await;
    world.settle().await;
    (world, id)
}

async fn set(world: &World, id: RequestId, status: ResultStatus) {
    let own = own(&world.store, world.provider, id).await;
    let change = ResultChange { status: Some(status), ..ResultChange::default() };
    let changed = world.store.change_result(own, |state| state.changed(change.clone())).await;
    changed.expect("taken");
}

fn statuses(request: &RequestAggregate) -> Vec<ResultStatus> {
    request.results.iter().map(|row| row.state.status).collect()
}

async fn queues(world: &World) -> Vec<String> {
    let rows = world.outbox().await.into_iter().flat_map(|row| row.tasks);
    let mut queues: Vec<_> = rows.map(|task| task.queue).collect();
    queues.sort();
    queues
}

#[tokio::test]
async fn who_has_not_answered_is_asked_again_and_once() {
    let (world, id) = asked().await;
    set(&world, id, R::Processing).await;
    world.clock.advance(HOUR);
    let next = world.store.look_again(id, 0).await.expect("looked");
    let at = world.store.ids().now() + SignedDuration::from_hours(6);
    let due = Due::Results { request_id: id, attempt: 1 };
    assert_eq!(next, Some(DueRow { at, due }));
    assert_eq!(queues(&world).await, ["queue_1", "queue_101", "queue_102"]);
    world.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(world.store.look_again(id, 0).await.expect("looked"), next, "the same again");
    assert_eq!(queues(&world).await.len(), 3);
    let row = &request(&world, id).await.results[0];
    let task = &world.outbox().await[0].tasks[0];
    assert_eq!(task.name, "tesla_ce.tasks.requests.verification.verify_request");
    assert_eq!(task.args, format!("[{id},{}]", row.id));
}

#[tokio::test]
async fn who_waits_for_a_service_beyond_is_not_asked_again() {
    let (world, id) = asked().await;
    set(&world, id, R::WaitingExternalService).await;
    world.store.look_again(id, 0).await.expect("looked").expect("still open");
    assert_eq!(queues(&world).await, ["queue_101", "queue_102"]);
    assert!(world.store.look_again(id, 2).await.expect("looked").is_none());
    let found = request(&world, id).await;
    assert_eq!(statuses(&found), [R::WaitingExternalService, R::Timeout, R::Timeout]);
    assert_eq!(found.status(), RequestStatus::Processing);
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    assert_eq!(request(&world, id).await.status(), RequestStatus::Timeout);
}

#[tokio::test]
async fn after_a_day_it_is_too_late() {
    let (world, id) = asked().await;
    let mut attempt = 0;
    let mut waited = SignedDuration::ZERO;
    let made = request(&world, id).await.header.created_at;
    world.clock.advance(HOUR);
    while let Some(next) = world.store.look_again(id, attempt).await.expect("looked") {
        waited = next.at.duration_since(made);
        let now = world.store.ids().now();
        world.clock.advance(next.at.duration_since(now));
        let Due::Results { attempt: following, .. } = next.due else { panic!("{next:?}") };
        attempt = following;
    }
    assert_eq!((attempt, waited.as_hours()), (2, 24));
    let found = request(&world, id).await;
    assert_eq!(statuses(&found), [R::Timeout; 3]);
    assert_eq!(found.status(), RequestStatus::Timeout);
    assert!(world.store.look_again(id, 2).await.expect("looked").is_none());
    assert_eq!(request(&world, id).await, found, "looked at twice, given up once");
    assert_eq!(queues(&world).await.len(), 6);
}

#[tokio::test]
async fn a_request_that_is_answered_or_gone_is_not_looked_at_again() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    world.settle().await;
    for (id, attempt) in [(id, 0), (id, 2), (RequestId::new(7).expect("in range"), 0)] {
        assert_eq!(world.store.look_again(id, attempt).await, Ok(None));
    }
    assert!(world.outbox().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_look_at_once_one_asks() {
    let (world, id) = asked().await;
    let world = Arc::new(world);
    let mut looks = JoinSet::new();
    for _ in 0..8 {
        let world = Arc::clone(&world);
        looks.spawn(async move { world.store.look_again(id, 0).await.expect("looked") });
    }
    let mut nexts = looks.join_all().await;
    nexts.dedup();
    assert_eq!(nexts.len(), 1, "{nexts:?}");
    assert_eq!(queues(&world).await.len(), 3);
}

#[tokio::test]
async fn a_cancelled_request_takes_no_answers_and_is_not_looked_at_again() {
    let (world, id) = asked().await;
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    let (who, home, learner) = (&world.user, world.organisation, world.learner);
    let cancelled = world.store.cancel(who, home, learner, id).await.expect("cancelled");
    assert_eq!(statuses(&cancelled), [R::Processed, R::Error, R::Error]);
    assert_eq!(cancelled.status(), RequestStatus::Error);
    assert!(!cancelled.is_open());
    assert_eq!(request(&world, id).await, cancelled);
    let found = world.store.requests_of(world.learner).await.expect("read");
    assert_eq!(found, [id], "still among its learner's");
    world.clock.advance(HOUR);
    assert_eq!(world.store.cancel(who, home, learner, id).await, Ok(cancelled.clone()));
    assert_eq!(world.store.look_again(id, 0).await, Ok(None));
    assert_eq!(request(&world, id).await, cancelled);
}

#[tokio::test]
async fn an_answer_that_was_judged_before_the_cancelling_comes_too_late() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    let stale = own(&world.store, world.provider, id).await;
    let cancelled = world.store.cancel(&world.user, world.organisation, world.learner, id).await;
    cancelled.expect("cancelled");
    let refused = world.store.change_result(stale, |state| state.changed(processed(0.9))).await;
    assert_eq!(refused, Err(Error::Refused("The request was cancelled.".to_owned())));
}

#[tokio::test]
async fn a_request_is_cancelled_by_its_organisation_while_it_is_open() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    let foreign =
        world.store.cancel(&world.other_user, world.other_organisation, world.learner, id);
    assert_eq!(foreign.await, Err(Error::not_found()));
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    let late = world.store.cancel(&world.user, world.organisation, world.learner, id).await;
    assert_eq!(late, Err(Error::Refused("The request is no longer open.".to_owned())));
}
