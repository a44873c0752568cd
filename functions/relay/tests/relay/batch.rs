//! Rows of a batch stand and fall each for itself.

use attesta_messaging::Courier;
use attesta_runtime::{Measures, Worked};
use attesta_store::OutboxRow;
use attesta_testing::World;
use aws_lambda_events::event::streams::DynamoDbEventResponse;
use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::Config;
use aws_sdk_sqs::operation::send_message::SendMessageInput;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{app, event, event_of, handle, image, sequence, urls, with};

const BOTH: [u64; 2] = [World::PLAGIARISM, World::INTEGRITY];

/// A row for each of the instruments, in their order.
async fn rows(world: &World, instruments: &[u64]) -> Vec<OutboxRow> {
    let mut rows = Vec::new();
    for instrument in instruments {
        let id = world.submit(&[*instrument]).await;
        rows.extend(world.outbox().await.into_iter().filter(|row| row.id == id.get()));
    }
    rows
}

fn failures(worked: Worked<DynamoDbEventResponse>) -> Vec<String> {
    worked.answer.batch_item_failures.into_iter().filter_map(|f| f.item_identifier).collect()
}

#[tokio::test]
async fn every_row_is_sent_and_taken_out() {
    let world = World::start().await;
    let rows = rows(&world, &BOTH).await;
    world.clock.advance(SignedDuration::from_millis(1500));
    let answer = handle(&app(&world), event_of(&rows)).await.expect("delivered");
    let lags = Measures::default().milliseconds("RelayLag", [1500.0; 2]);
    assert_eq!(answer.measures, lags, "from the rows' making to here");
    assert!(failures(answer).is_empty());
    assert_eq!(world.aws.queues.sent().len(), 2);
    assert!(world.outbox().await.is_empty());
}

#[tokio::test]
async fn a_queue_that_refuses_holds_up_no_other_row() {
    let world = World::start().await;
    let rows = rows(&world, &BOTH).await;
    world.aws.queues.set_refusing(&rows[0].tasks[0].queue_url, true);
    let answer = handle(&app(&world), event_of(&rows)).await.expect("in part");
    assert_eq!(failures(answer), [sequence(0)]);
    assert_eq!(world.outbox().await, rows[..1]);
    assert_eq!(world.aws.queues.sent()[0].queue_url, rows[1].tasks[0].queue_url);
}

#[tokio::test]
async fn a_batch_of_which_nothing_can_be_sent_fails_whole() {
    let world = World::start().await;
    let rows = rows(&world, &BOTH).await;
    for row in &rows {
        world.aws.queues.set_refusing(&row.tasks[0].queue_url, true);
    }
    let refused = handle(&app(&world), event_of(&rows)).await;
    assert!(refused.is_err());
    assert_eq!(world.outbox().await.len(), 2);
}

#[tokio::test]
async fn a_record_that_is_no_row_is_let_go() {
    let world = World::start().await;
    let rows = rows(&world, &BOTH[..1]).await;
    let mut broken = image(&rows[0]);
    broken["tasks"] = json!({ "S": "none" });
    let stranger = json!({ "pk": { "S": "REQUEST#1" }, "type": { "S": "REQUEST" } });
    let records = [broken, stranger, json!({}), image(&rows[0])];
    let answer = handle(&app(&world), event(records)).await.expect("delivered");
    assert!(failures(answer).is_empty());
    assert_eq!(world.aws.queues.sent().len(), 1);
    let answer = handle(&app(&world), event([json!({})])).await.expect("let go");
    assert!(failures(answer).is_empty());
}

#[tokio::test]
async fn a_row_that_comes_again_is_sent_again_and_no_failure() {
    let world = World::start().await;
    let rows = rows(&world, &BOTH).await;
    for _ in 0..2 {
        let answer = handle(&app(&world), event_of(&rows)).await.expect("delivered");
        assert!(failures(answer).is_empty());
    }
    assert_eq!(world.aws.queues.sent().len(), 4);
    assert!(world.outbox().await.is_empty());
}

/// Panics over what is for one queue.
#[derive(Debug)]
struct Panics(String);

impl Intercept for Panics {
    fn name(&self) -> &'static str {
        "panics"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input().downcast_ref::<SendMessageInput>();
        let is_for_it = input.is_some_and(|input| input.queue_url() == Some(self.0.as_str()));
        assert!(!is_for_it, "this queue is poison");
        Ok(())
    }
}

#[tokio::test]
async fn a_delivery_that_panics_fails_alone() {
    let world = World::start().await;
    let rows = rows(&world, &BOTH).await;
    let panics = Panics(rows[1].tasks[0].queue_url.clone());
    let config = Config::from(&world.aws.queues_config()).to_builder().interceptor(panics).build();
    let courier = Courier::new(world.store.clone(), Client::from_conf(config), urls(&world));
    let answer = handle(&with(courier, &world), event_of(&rows)).await.expect("in part");
    assert_eq!(failures(answer), [sequence(1)]);
    assert_eq!(world.outbox().await, rows[1..]);
}
