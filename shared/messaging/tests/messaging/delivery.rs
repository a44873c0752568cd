//! The courier carries a row.

use attesta_messaging::{Courier, message};
use attesta_store::OutboxRow;
use attesta_testing::World;
use aws_sdk_sqs::Client;

const BOTH: [u64; 2] = [World::PLAGIARISM, World::INTEGRITY];

fn courier(world: &World) -> Courier {
    Courier::new(
        world.store.clone(),
        Client::new(&world.aws.queues_config()),
        world.aws.queues.url("events"),
    )
}

async fn requested(instruments: &[u64]) -> (World, OutboxRow) {
    let world = World::start().await;
    world.submit(instruments).await;
    let row = world.outbox().await.remove(0);
    (world, row)
}

/// The queues that got something, and what.
fn sent(world: &World) -> Vec<(String, String)> {
    world.aws.queues.sent().into_iter().map(|sent| (sent.queue_url, sent.body)).collect()
}

#[tokio::test]
async fn every_task_goes_to_its_own_queue_and_the_row_goes() {
    let (world, row) = requested(&BOTH).await;
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    let expected: Vec<_> =
        row.tasks.iter().map(|task| (task.queue_url.clone(), message(task))).collect();
    assert_eq!(sent(&world), expected);
    assert!(world.outbox().await.is_empty());
}

#[tokio::test]
async fn a_row_without_tasks_is_taken_out_all_the_same() {
    let (world, row) = requested(&[World::FACE]).await;
    assert_eq!(row.tasks, []);
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    assert!(sent(&world).is_empty() && world.outbox().await.is_empty());
}

#[tokio::test]
async fn a_row_that_is_gone_goes_out_again_with_the_same_identifiers() {
    let (world, row) = requested(&[World::PLAGIARISM]).await;
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    assert_eq!(courier(&world).deliver(&row).await, Ok(false));
    let sent = sent(&world);
    assert_eq!(sent[0], sent[1]);
}

#[tokio::test]
async fn a_row_keeps_only_what_a_queue_refused() {
    let (world, row) = requested(&BOTH).await;
    world.aws.queues.set_refusing(&row.tasks[0].queue_url, true);
    assert!(courier(&world).deliver(&row).await.is_err());
    let left = world.outbox().await;
    assert_eq!(left, [OutboxRow { tasks: vec![row.tasks[0].clone()], ..row.clone() }]);
    world.aws.queues.set_refusing(&row.tasks[0].queue_url, false);
    assert_eq!(courier(&world).deliver(&left[0]).await, Ok(true));
    let queues: Vec<_> = sent(&world).into_iter().map(|(queue, _)| queue).collect();
    assert_eq!(queues, [row.tasks[1].queue_url.clone(), row.tasks[0].queue_url.clone()]);
}

#[tokio::test]
async fn a_row_that_is_gone_stays_gone_when_a_queue_refuses_it_again() {
    let (world, row) = requested(&BOTH).await;
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    world.aws.queues.set_refusing(&row.tasks[0].queue_url, true);
    assert!(courier(&world).deliver(&row).await.is_err());
    assert!(world.outbox().await.is_empty());
}
