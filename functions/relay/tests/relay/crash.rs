//! The relay dies after any of its calls to AWS; the sweep brings the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use attesta_identity::ProviderCaller;
use attesta_messaging::{Courier, message};
use attesta_model::{Message, Notice, Source, Words};
use attesta_scheduler::{OVERDUE, sweep};
use attesta_store::{ListQuery, OutboxRow, Position, Store};
use attesta_testing::World;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use jiff::SignedDuration;

use crate::support::{app, courier, event_of, handle, urls, with};

/// How a life ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// Calls fail without having been made.
    Unsent,
    /// The last call is made, but its answer never comes.
    Unanswered,
    /// The program panics at the next call.
    Panic,
}

/// A life that is so many calls to AWS long, whichever service they are to.
#[derive(Debug, Clone)]
struct Life {
    length: usize,
    end: End,
    begun: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
}

impl Life {
    fn new(length: usize, end: End) -> Self {
        let (begun, answered) = (Arc::default(), Arc::default());
        Self { length, end, begun, answered }
    }

    /// A courier that lives so long.
    fn courier(&self, world: &World) -> Courier {
        let table = aws_sdk_dynamodb::Config::from(&world.aws.table_config());
        let table = table.to_builder().interceptor(self.clone()).build();
        let queues = aws_sdk_sqs::Config::from(&world.aws.queues_config());
        let queues = queues.to_builder().interceptor(self.clone()).build();
        let clock: Arc<dyn Source> = world.clock.clone();
        let table = aws_sdk_dynamodb::Client::from_conf(table);
        let store = Store::new(table, World::TABLE, clock);
        Courier::new(store, aws_sdk_sqs::Client::from_conf(queues), urls(world))
    }
}

impl Intercept for Life {
    fn name(&self) -> &'static str {
        "life"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_over = self.begun.fetch_add(1, Ordering::Relaxed) >= self.length;
        assert!(!(is_over && self.end == End::Panic), "dead");
        if is_over { Err("dead".into()) } else { Ok(()) }
    }

    fn read_after_transmit(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let number = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        let is_lost = self.end == End::Unanswered && number >= self.length;
        if is_lost { Err("dead".into()) } else { Ok(()) }
    }
}

/// A row of one task, one of two, and one of none, whose request is complete at
/// once and takes three more calls to be marked so; then a row that tells two
/// people something: twelve calls in all.
const REQUESTS: [&[u64]; 3] =
    [&[World::PLAGIARISM], &[World::PLAGIARISM, World::INTEGRITY], &[World::FACE]];
const CALLS: usize = 12;

async fn requested() -> (World, Vec<OutboxRow>) {
    let world = World::start().await;
    for instruments in REQUESTS {
        world.submit(instruments).await;
    }
    let now = world.store.ids().now();
    let told = || Message {
        id: world.store.ids().uuid().expect("random"),
        notice: Notice::PasswordChanged { email: String::new(), name: String::new(), at: now },
    };
    let id = world.store.ids().integer().expect("random");
    let row = OutboxRow { messages: vec![told(), told()], ..OutboxRow::new(id, now) };
    world.put_outgoing(&row).await;
    let rows = world.outbox().await;
    (world, rows)
}

/// What a provider's counters say.
async fn counted(world: &World, caller: ProviderCaller) -> usize {
    let query = ListQuery {
        limit: 0,
        position: Position::Offset(0),
        order: Vec::new(),
        search: Words::default(),
    };
    let id = caller.provider_id.to_string();
    world.store.own_results(&caller, &id, &query).await.expect("its own").count
}

/// Every task and every message arrived, each result was counted once, nothing is left.
async fn assert_delivered(world: &World, rows: &[OutboxRow], context: &str) {
    assert_eq!(world.outbox().await, [], "{context}");
    let sent = world.aws.queues.sent();
    for task in rows.iter().flat_map(|row| &row.tasks) {
        let has_come =
            sent.iter().any(|sent| sent.queue_url == task.queue_url && sent.body == message(task));
        assert!(has_come, "{context}: {task:?}");
    }
    for told in rows.iter().flat_map(|row| &row.messages) {
        let body = serde_json::to_string(told).expect("JSON");
        let has_come =
            sent.iter().any(|sent| sent.queue_url == urls(world).messages && sent.body == body);
        assert!(has_come, "{context}: {told:?}");
    }
    assert_eq!(counted(world, world.provider).await, 2, "{context}");
    assert_eq!(counted(world, world.other_provider).await, 1, "{context}");
}

async fn dies_and_is_swept_up_after(end: End) {
    for length in 0..=CALLS {
        let context = format!("{end:?} after {length}");
        let (world, rows) = requested().await;
        let life = Life::new(length, end);
        let outcome = handle(&with(life.courier(&world), &world), event_of(&rows)).await;
        let is_whole = outcome.is_ok_and(|worked| worked.answer.batch_item_failures.is_empty());
        let survives = if end == End::Unanswered { length > CALLS } else { length == CALLS };
        assert_eq!(is_whole, survives, "{context}");
        world.clock.advance(OVERDUE + SignedDuration::from_secs(1));
        let swept = sweep(&world.store, &courier(&world)).await.expect("readable");
        assert_eq!(swept.failed, 0, "{context}");
        assert_delivered(&world, &rows, &context).await;
    }
}

#[tokio::test]
async fn a_relay_that_dies_before_any_call_loses_and_doubles_nothing() {
    dies_and_is_swept_up_after(End::Unsent).await;
}

#[tokio::test]
async fn a_relay_that_never_hears_back_loses_and_doubles_nothing() {
    dies_and_is_swept_up_after(End::Unanswered).await;
}

#[tokio::test]
async fn a_relay_that_panics_at_any_call_loses_and_doubles_nothing() {
    dies_and_is_swept_up_after(End::Panic).await;
}

#[tokio::test]
async fn a_batch_that_comes_again_after_a_death_is_delivered_without_a_sweep() {
    for length in 0..CALLS {
        let (world, rows) = requested().await;
        let _ =
            handle(&with(Life::new(length, End::Unsent).courier(&world), &world), event_of(&rows))
                .await;
        let answer = handle(&app(&world), event_of(&rows)).await.expect("delivered");
        assert!(answer.answer.batch_item_failures.is_empty());
        assert_delivered(&world, &rows, &format!("again after {length}")).await;
    }
}

#[tokio::test]
async fn a_relay_and_a_sweep_at_once_count_once() {
    let (world, rows) = requested().await;
    world.clock.advance(OVERDUE + SignedDuration::from_secs(1));
    let (couriers, event) = ([app(&world), app(&world)], event_of(&rows));
    // With nobody's rights: they are two functions at once.
    let relayed = attesta_relay::handle(&couriers[0], event);
    let (relayed, swept) = tokio::join!(relayed, sweep(&world.store, &couriers[1].courier));
    relayed.expect("delivered");
    swept.expect("delivered");
    assert_delivered(&world, &rows, "both").await;
}
