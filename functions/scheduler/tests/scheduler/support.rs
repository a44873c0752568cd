//! What these tests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use attesta_identity::ProviderCaller;
use attesta_messaging::{Courier, QueueUrls};
use attesta_model::{NewNotification, Notification, NotificationId, Source, Words};
use attesta_scheduler::{Done, Swept, run_due, sweep};
use attesta_store::{Due, DueRow, Item, ListPage, ListQuery, Position, ResultRow, Store, keys};
use attesta_testing::{Rights, World, deployed};
use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{Config, ConfigBag, Intercept};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::operation::query::QueryInput;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use aws_sdk_sqs::Client;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub(crate) fn courier(world: &World) -> Courier {
    let [events, messages, directory, imports] =
        ["events", "messages", "directory", "imports"].map(|name| world.aws.queues.url(name));
    let queues = Client::new(&world.aws.queues_config());
    Courier::new(world.store.clone(), queues, QueueUrls { events, messages, directory, imports })
}

pub(crate) async fn swept(world: &World) -> Swept {
    deployed("scheduler", sweep(&world.store, &courier(world))).await.expect("readable")
}

/// A provider's first results, and what its counters say of all.
pub(crate) async fn results(
    world: &World,
    caller: ProviderCaller,
    limit: usize,
) -> ListPage<ResultRow> {
    let query = ListQuery {
        limit,
        position: Position::Offset(0),
        order: Vec::new(),
        search: Words::default(),
    };
    let id = caller.provider_id.to_string();
    world.store.own_results(&caller, &id, &query).await.expect("its own")
}

/// A world, and the clock's run over it as AWS starts it.
pub(crate) struct Clockwork {
    pub(crate) world: World,
    pub(crate) store: Store,
    queues: Client,
    watch: Watch,
    seen: usize,
}

/// A message that reached its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) id: NotificationId,
    /// When a worker may see it.
    pub(crate) at: Timestamp,
}

impl Clockwork {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let watch = Watch::default();
        let config = Config::from(&world.aws.table_config());
        let config = config.to_builder().interceptor(watch.clone()).interceptor(Rights);
        let config = config.build();
        let clock: Arc<dyn Source> = world.clock.clone();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        let store = Store::new(client, World::TABLE, clock);
        let queues = Client::new(&world.aws.queues_config());
        Self { world, store, queues, watch, seen: 0 }
    }

    /// From now on runs die before rows are taken out, or none does.
    pub(crate) fn set_dying(&self, is_dying: bool) {
        self.watch.is_dying.store(is_dying, Ordering::Relaxed);
    }

    /// How many queries the runs made since the last time.
    pub(crate) fn queries(&self) -> usize {
        self.watch.queries.swap(0, Ordering::Relaxed)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.store.ids().now()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.world.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// A run, and what reached the queues by it.
    pub(crate) async fn run(&mut self) -> (Done, Vec<Told>) {
        let run = run_due(&self.store, &self.queues, &self.world.objects);
        let done = deployed("scheduler", run).await.expect("readable");
        let sent = self.world.aws.queues.sent().split_off(self.seen);
        self.seen += sent.len();
        let told = sent.iter().map(|sent| {
            let decoded = |text: &str| STANDARD.decode(text).expect("base 64");
            let envelope: Value = serde_json::from_slice(&decoded(&sent.body)).expect("JSON");
            let task = "tesla_ce.tasks.notification.providers.provider_notify";
            assert_eq!(envelope["headers"]["task"], task);
            let body = decoded(envelope["body"].as_str().expect("a text"));
            let body: Value = serde_json::from_slice(&body).expect("JSON");
            let id = body[0][0].as_u64().and_then(NotificationId::new).expect("a number");
            let delay = SignedDuration::from_secs(i64::try_from(sent.delay_seconds).expect("few"));
            Told { id, at: self.now() + delay }
        });
        (done, told.collect())
    }

    /// Waits, then runs; what reached the queues.
    pub(crate) async fn run_after(&mut self, seconds: i64) -> Vec<Told> {
        self.run_after_with(seconds).await.1
    }

    /// The same with what the run came to.
    pub(crate) async fn run_after_with(&mut self, seconds: i64) -> (Done, Vec<Told>) {
        self.advance(seconds);
        self.run().await
    }

    /// The world's provider asks to be told so many seconds from now.
    pub(crate) async fn ask(&self, key: &str, seconds: i64) -> Notification {
        self.ask_as(self.world.provider, key, seconds).await
    }

    pub(crate) async fn ask_as(
        &self,
        caller: ProviderCaller,
        key: &str,
        seconds: i64,
    ) -> Notification {
        let when = self.now() + SignedDuration::from_secs(seconds);
        let new = NewNotification { key: key.to_owned(), when, info: None };
        let id = caller.provider_id.to_string();
        self.world.store.put_notification(&caller, &id, new).await.expect("taken")
    }

    /// Files so many notifications at once, without the callers.
    pub(crate) async fn file(&self, count: u64, seconds: i64) {
        let when = self.now() + SignedDuration::from_secs(seconds);
        let provider_id = self.world.provider.provider_id;
        let table = aws_sdk_dynamodb::Client::new(&self.world.aws.table_config());
        let (mut items, mut due) = (Vec::new(), Vec::new());
        for number in 1..=count {
            let id = NotificationId::new(number).expect("in range");
            let new = NewNotification { key: number.to_string(), when, info: None };
            let row = Notification::new(id, provider_id, new, self.now()).expect("small");
            let key = keys::notification(provider_id, id);
            let mut item: Item = serde_dynamo::to_item(row).expect("an item");
            item.insert("pk".to_owned(), AttributeValue::S(key.pk));
            item.insert("sk".to_owned(), AttributeValue::S(key.sk));
            let put = PutRequest::builder().set_item(Some(item)).build().expect("complete");
            items.push(WriteRequest::builder().put_request(put).build());
            let of = Due::Notification { provider_id, notification_id: id, generation: 1 };
            due.push(DueRow { at: when, due: of });
        }
        for items in items.chunks(25) {
            let write = table.batch_write_item().request_items(World::TABLE, items.to_vec());
            write.send().await.expect("written");
        }
        self.world.store.due_done(&[], &due).await.expect("filed");
    }

    pub(crate) async fn delete(&self, id: NotificationId) {
        let (store, caller) = (&self.world.store, &self.world.provider);
        let own = store.own_notification(caller, "1", &id.to_string()).await.expect("its own");
        store.delete_notification(own).await.expect("deleted");
    }

    /// How many rows wait for their time.
    pub(crate) async fn waiting(&self) -> usize {
        self.world.aws.items("DUE").await
    }
}

/// Counts queries, and may let no row be taken out or filed anew.
#[derive(Debug, Clone, Default)]
struct Watch {
    is_dying: Arc<AtomicBool>,
    queries: Arc<AtomicUsize>,
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "watch"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input();
        let is_query = input.downcast_ref::<QueryInput>().is_some();
        self.queries.fetch_add(usize::from(is_query), Ordering::Relaxed);
        let writes = input.downcast_ref::<BatchWriteItemInput>().is_some();
        if writes && self.is_dying.load(Ordering::Relaxed) { Err("dead".into()) } else { Ok(()) }
    }
}
