//! Whatever fails, nothing is lost and nothing holds up the rest.

use attesta_scheduler::Done;
use attesta_store::{Item, keys};
use attesta_testing::World;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;

use crate::support::{Clockwork, Told};

/// Puts an item of no sense under a key.
async fn spoil(world: &World, key: keys::Key) {
    let table = Client::new(&world.aws.table_config());
    let put = table.put_item().table_name(World::TABLE).set_item(Some(Item::new()));
    let put = put.item("pk", AttributeValue::S(key.pk)).item("sk", AttributeValue::S(key.sk));
    put.send().await.expect("written");
}

#[tokio::test]
async fn a_run_that_dies_after_sending_sends_again_and_leaves_one_chain() {
    let mut clockwork = Clockwork::start().await;
    let asked = clockwork.ask("key", 60).await;
    clockwork.set_dying(true);
    for wait in [0, 60, 60] {
        clockwork.advance(wait);
        let (done, told) = clockwork.run().await;
        assert_eq!((done.failed, told.len()), (1, 1));
    }
    clockwork.set_dying(false);
    clockwork.advance(600);
    let (done, told) = clockwork.run().await;
    assert_eq!((done.told, told.len(), clockwork.waiting().await), (1, 1, 1));
    let mut told = Vec::new();
    for _ in 0..10 {
        told.extend(clockwork.run_after(60).await);
    }
    let at = asked.when + SignedDuration::from_mins(20);
    assert_eq!(told, [Told { id: asked.id, at }]);
}

#[tokio::test]
async fn the_mark_waits_for_rows_that_could_not_be_taken_out() {
    let mut clockwork = Clockwork::start().await;
    clockwork.run().await;
    clockwork.ask("key", 60).await;
    clockwork.set_dying(true);
    for _ in 0..30 {
        assert_eq!(clockwork.run_after(60).await.len(), 1);
    }
    clockwork.set_dying(false);
    assert_eq!(clockwork.run_after(60).await.len(), 1);
    assert_eq!(clockwork.waiting().await, 1);
    assert_eq!(clockwork.run_after(60).await, []);
    let mark = clockwork.store.due_mark().await.expect("readable");
    assert_eq!(mark, Some(keys::minute(clockwork.now()) - 1));
}

#[tokio::test]
async fn a_queue_that_refuses_holds_up_no_other_and_loses_nothing() {
    let mut clockwork = Clockwork::start().await;
    let other = clockwork.world.other_provider;
    let mut refused = Vec::new();
    for n in 0..25 {
        refused.push(clockwork.ask(&n.to_string(), 60).await.id);
        clockwork.ask_as(other, &n.to_string(), 60).await;
    }
    let queue = clockwork.world.aws.queues.url("queue_1");
    clockwork.world.aws.queues.set_refusing(&queue, true);
    let (done, told) = clockwork.run().await;
    assert_eq!(done, Done { told: 25, put_off: 25, ..Done::default() });
    assert!(told.iter().all(|told| !refused.contains(&told.id)));
    for _ in 0..5 {
        assert_eq!(clockwork.run_after(60).await, []);
    }
    clockwork.world.aws.queues.set_refusing(&queue, false);
    let mut told: Vec<_> = clockwork.run_after(60).await.iter().map(|told| told.id).collect();
    told.sort_unstable();
    refused.sort_unstable();
    assert_eq!(told, refused);
    assert_eq!(clockwork.waiting().await, 50);
    let again = clockwork.run_after(240).await;
    assert_eq!(again.len(), 50, "back in their rhythm");
}

#[tokio::test]
async fn messages_that_a_batch_refuses_are_sent_later_and_the_others_once() {
    let mut clockwork = Clockwork::start().await;
    let mut asked = Vec::new();
    for n in 0..12 {
        asked.push(clockwork.ask(&n.to_string(), 60).await.id);
    }
    clockwork.world.aws.queues.refuse_some(7);
    let (done, mut told) = clockwork.run().await;
    assert_eq!((done.told, done.put_off, told.len()), (5, 7, 5));
    told.extend(clockwork.run_after(60).await);
    let mut told: Vec<_> = told.iter().map(|told| told.id).collect();
    told.sort_unstable();
    asked.sort_unstable();
    assert_eq!(told, asked);
}

#[tokio::test]
async fn what_cant_be_read_is_passed_over() {
    let mut clockwork = Clockwork::start().await;
    let (asked, spoilt) = (clockwork.ask("key", 60).await, clockwork.ask("spoilt", 60).await);
    let provider = clockwork.world.provider.provider_id;
    spoil(&clockwork.world, keys::notification(provider, spoilt.id)).await;
    spoil(&clockwork.world, keys::due(asked.when, "nonsense", asked.id.get())).await;
    let (done, told) = clockwork.run().await;
    assert_eq!(done, Done { told: 1, put_off: 1, failed: 1, ..Done::default() });
    assert_eq!(told, [Told { id: asked.id, at: asked.when }]);
    for _ in 0..8 {
        clockwork.run_after(60).await;
    }
    assert_eq!(clockwork.run().await.0.failed, 0, "it is left behind");
    let mark = clockwork.store.due_mark().await.expect("readable");
    assert_eq!(mark, Some(keys::minute(clockwork.now()) - 1));
}

#[tokio::test]
async fn a_provider_that_cant_be_read_holds_up_no_other() {
    let mut clockwork = Clockwork::start().await;
    clockwork.ask("key", 60).await;
    let other = clockwork.world.other_provider;
    let told = clockwork.ask_as(other, "key", 60).await;
    spoil(&clockwork.world, keys::provider(clockwork.world.provider.provider_id)).await;
    let (done, seen) = clockwork.run().await;
    assert_eq!(done, Done { told: 1, put_off: 1, ..Done::default() });
    assert_eq!(seen, [Told { id: told.id, at: told.when }]);
}

#[tokio::test]
async fn two_rows_of_one_notification_tell_it_once_and_go_on_as_one() {
    let mut clockwork = Clockwork::start().await;
    let asked = clockwork.ask("key", 60).await;
    let due = attesta_store::Due::Notification {
        provider_id: asked.provider_id,
        notification_id: asked.id,
        generation: asked.generation,
    };
    let row = |at| attesta_store::DueRow { at, due };
    let second = row(asked.when + SignedDuration::from_millis(500));
    clockwork.store.due_done(&[], &[second]).await.expect("filed");
    assert_eq!(clockwork.waiting().await, 2);
    let (_, told) = clockwork.run().await;
    assert_eq!((told.len(), clockwork.waiting().await), (1, 1));
}
