//! What the stream missed is sent by the clock.

use attesta_scheduler::{OVERDUE, Swept};
use attesta_store::{Item, OutboxRow, Task, keys};
use attesta_testing::World;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;

use crate::support::{results, swept};

const MOMENT: SignedDuration = SignedDuration::from_millis(1);

fn sent(world: &World) -> usize {
    world.aws.queues.sent().len()
}

/// Puts an item into the outbox as nobody should.
async fn put(world: &World, row: &OutboxRow, item: Item) {
    let key = keys::outbox(row.id, row.created_at);
    let table = Client::new(&world.aws.table_config());
    let put = table.put_item().table_name(World::TABLE).set_item(Some(item));
    let put = put.item("pk", AttributeValue::S(key.pk)).item("sk", AttributeValue::S(key.sk));
    put.send().await.expect("written");
}

/// A row in the first shard.
fn row(world: &World, number: u64, queue: &str) -> OutboxRow {
    let id = number * u64::from(keys::OUTBOX_SHARDS);
    let task = Task {
        id: number.to_string(),
        name: "task".to_owned(),
        queue: queue.to_owned(),
        queue_url: world.aws.queues.url(queue),
        args: "[]".to_owned(),
    };
    let created_at = world.store.ids().now();
    OutboxRow { tasks: vec![task], ..OutboxRow::new(id, created_at) }
}

#[tokio::test]
async fn a_row_that_the_stream_dropped_is_sent_after_two_minutes_and_once() {
    let world = World::start().await;
    world.submit(&[World::PLAGIARISM]).await;
    world.clock.advance(OVERDUE);
    assert_eq!(swept(&world).await, Swept::default());
    world.clock.advance(MOMENT);
    world.submit(&[World::PLAGIARISM]).await;
    assert_eq!(swept(&world).await, Swept { sent: 1, failed: 0 });
    assert_eq!((sent(&world), world.outbox().await.len()), (1, 1));
    assert_eq!(swept(&world).await, Swept::default());
    assert_eq!(results(&world, world.provider, 0).await.count, 1);
}

#[tokio::test]
async fn a_row_waits_for_as_long_as_its_queue_refuses() {
    let world = World::start().await;
    world.submit(&[World::PLAGIARISM]).await;
    let queue = world.outbox().await[0].tasks[0].queue_url.clone();
    world.aws.queues.set_refusing(&queue, true);
    for _ in 0..3 {
        world.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(swept(&world).await, Swept { sent: 0, failed: 1 });
    }
    world.aws.queues.set_refusing(&queue, false);
    assert_eq!(swept(&world).await, Swept { sent: 1, failed: 0 });
    assert_eq!(results(&world, world.provider, 0).await.count, 1);
}

#[tokio::test]
async fn one_refusing_queue_holds_up_no_other_of_its_row_and_doubles_nothing() {
    let world = World::start().await;
    world.submit(&[World::PLAGIARISM, World::INTEGRITY]).await;
    let refusing = world.outbox().await[0].tasks[0].queue_url.clone();
    world.aws.queues.set_refusing(&refusing, true);
    world.clock.advance(OVERDUE + MOMENT);
    for _ in 0..3 {
        assert_eq!(swept(&world).await, Swept { sent: 0, failed: 1 });
    }
    assert_eq!(sent(&world), 1);
    world.aws.queues.set_refusing(&refusing, false);
    assert_eq!(swept(&world).await, Swept { sent: 1, failed: 0 });
    let queues: Vec<_> = world.aws.queues.sent().into_iter().map(|sent| sent.queue_url).collect();
    assert_eq!(queues.len(), 2);
    assert_eq!(queues[1], refusing);
    for provider in [world.provider, world.other_provider] {
        assert_eq!(results(&world, provider, 0).await.count, 1);
    }
}

#[tokio::test]
async fn rows_that_cant_be_sent_dont_hide_those_behind_them() {
    let world = World::start().await;
    world.aws.queues.set_refusing(&world.aws.queues.url("dead"), true);
    for number in 1..=120 {
        let row = row(&world, number, if number > 110 { "alive" } else { "dead" });
        let item = serde_dynamo::to_item(&row).expect("an item");
        put(&world, &row, item).await;
    }
    world.clock.advance(OVERDUE + MOMENT);
    assert_eq!(swept(&world).await, Swept { sent: 10, failed: 110 });
    assert_eq!(sent(&world), 10);
}

#[tokio::test]
async fn a_row_that_cant_be_read_holds_up_no_other() {
    let world = World::start().await;
    put(&world, &row(&world, 1, "alive"), Item::new()).await;
    let good = row(&world, 2, "alive");
    put(&world, &good, serde_dynamo::to_item(&good).expect("an item")).await;
    world.clock.advance(OVERDUE + MOMENT);
    assert_eq!(swept(&world).await, Swept { sent: 1, failed: 1 });
    assert_eq!(sent(&world), 1);
}

#[tokio::test]
async fn a_table_that_cant_be_read_is_an_error() {
    let world = World::start().await;
    let table = Client::new(&world.aws.table_config());
    table.delete_table().table_name(World::TABLE).send().await.expect("gone");
    let courier = crate::support::courier(&world);
    assert!(attesta_scheduler::sweep(&world.store, &courier).await.is_err());
}
