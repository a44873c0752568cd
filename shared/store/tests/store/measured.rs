//! A store whose calls to the table are watched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use attesta_model::Source;
use attesta_store::Store;
use attesta_testing::World;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{Config, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::query::QueryInput;

/// What something cost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cost {
    /// Where it read or wrote: the table, an index.
    pub(crate) places: String,
    /// Calls at the same time are one round.
    pub(crate) rounds: u32,
    pub(crate) calls: String,
    pub(crate) read: f64,
    pub(crate) write: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { places, rounds, calls, read, write } = self;
        write!(f, "{places} | {rounds} | {calls} | {read} | {write}")
    }
}

/// A store over a world's table that tells what things cost.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) store: Store,
    watch: Watch,
}

impl Measured {
    pub(crate) fn new(world: &World) -> Self {
        let watch = Watch::default();
        let config = Config::from(&world.aws.table_config());
        let config = config.to_builder().interceptor(watch.clone()).build();
        let clock: Arc<dyn Source> = world.clock.clone();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        Self { store: Store::new(client, World::TABLE, clock), watch }
    }

    /// What a call comes to and costs.
    pub(crate) async fn cost<T>(&self, call: impl Future<Output = T>) -> (T, Cost) {
        let _ = (self.store.meter().take(), self.watch.take());
        let answer = call.await;
        let mut calls = BTreeMap::<_, u32>::new();
        let (mut read, mut write) = (0.0, 0.0);
        for call in self.store.meter().take() {
            *calls.entry(call.operation).or_default() += 1;
            read += call.read;
            write += call.write;
        }
        let calls = calls.into_iter().map(|(operation, times)| match times {
            1 => operation.to_owned(),
            _ => format!("{times} × {operation}"),
        });
        let calls = joined(calls, " + ");
        let Seen { rounds, places, .. } = self.watch.take();
        let places = joined(places, ", ");
        (answer, Cost { places, rounds, calls, read, write })
    }
}

fn joined(texts: impl IntoIterator<Item = String>, separator: &str) -> String {
    let texts: Vec<_> = texts.into_iter().collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(separator) }
}

#[derive(Debug, Clone, Default)]
struct Watch(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    rounds: u32,
    /// Whether some call of this round is over: whoever begins now may have
    /// waited for it.
    has_ended: bool,
    places: BTreeSet<String>,
}

impl Watch {
    fn take(&self) -> Seen {
        std::mem::take(&mut *self.0.lock().expect("not poisoned"))
    }
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
        let query = context.input().downcast_ref::<QueryInput>();
        let index = query.and_then(|query| query.index_name().map(str::to_owned));
        let mut seen = self.0.lock().expect("not poisoned");
        if seen.rounds == 0 || seen.has_ended {
            seen.rounds += 1;
            seen.has_ended = false;
        }
        seen.places.insert(index.unwrap_or_else(|| "table".to_owned()));
        Ok(())
    }

    fn read_after_execution(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.lock().expect("not poisoned").has_ended = true;
        Ok(())
    }
}
