//! Another transaction is in the way, which the embedded table never says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use attesta_model::{Error, Source};
use attesta_store::Store;
use attesta_testing::World;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{Config, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;

use crate::support::{call, counts, make, plan};

const CONFLICT: &str = r#"{
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "message": "Transaction cancelled",
    "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]
}"#;

/// Makes the next so many transactions meet another.
#[derive(Debug, Clone)]
struct InTheWay {
    next: Arc<AtomicU32>,
    met: Arc<AtomicU32>,
    /// Whether the call that is under way is one of them.
    is_astray: Arc<AtomicBool>,
}

impl Intercept for InTheWay {
    fn name(&self) -> &'static str {
        "in the way"
    }

    /// The transaction goes astray, so that it has no effect.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        let is_write =
            headers.get("x-amz-target").is_some_and(|target| target.contains("Transact"));
        let one_less = |left: u32| left.checked_sub(1);
        let order = Ordering::Relaxed;
        if is_write && self.next.fetch_update(order, order, one_less).is_ok() {
            headers.insert("x-amz-target", "DynamoDB_20120810.Astray");
            self.met.fetch_add(1, order);
            self.is_astray.store(true, order);
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.is_astray.swap(false, Ordering::Relaxed) {
            *context.response_mut().body_mut() = CONFLICT.into();
        }
        Ok(())
    }
}

/// A store over a world's table whose next transactions meet others.
fn store(world: &World, conflicts: u32) -> (Store, InTheWay) {
    let (met, is_astray) = (Arc::default(), Arc::default());
    let way = InTheWay { next: Arc::new(AtomicU32::new(conflicts)), met, is_astray };
    let config = Config::from(&world.aws.table_config());
    let config = config.to_builder().interceptor(way.clone()).build();
    let clock: Arc<dyn Source> = world.clock.clone();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    (Store::new(client, World::TABLE, clock), way)
}

/// The same for other tests, and how many were met.
pub(crate) fn disturbed(world: &World, conflicts: u32) -> (Store, impl Fn() -> u32) {
    let (store, way) = store(world, conflicts);
    (store, move || way.met.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_request_is_tried_again_and_made_once() {
    let world = World::start().await;
    let (store, way) = store(&world, 3);
    let key = call(&world, "k", "body");
    let planned = plan(&store, &world, &[World::PLAGIARISM], Some(&key)).await.expect("a plan");
    make(&store, planned, Some(&key)).await.expect("made");
    assert_eq!(way.met.load(Ordering::Relaxed), 3);
    assert_eq!(counts(&world).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_request_that_never_gets_through_leaves_nothing_behind() {
    let world = World::start().await;
    let (store, _) = store(&world, u32::MAX);
    let planned = plan(&store, &world, &[World::PLAGIARISM], None).await.expect("a plan");
    assert!(matches!(make(&store, planned, None).await, Err(Error::Internal(_))));
    assert_eq!(counts(&world).await, [0; 4]);
}

#[tokio::test]
async fn a_row_is_taken_out_when_the_way_is_clear_and_stays_if_it_never_is() {
    let world = World::start().await;
    world.submit(&[World::PLAGIARISM]).await;
    let rows = world.outbox().await;
    let (blocked, _) = store(&world, u32::MAX);
    assert!(matches!(blocked.outbox_delivered(&rows[0]).await, Err(Error::Internal(_))));
    assert_eq!(world.outbox().await, rows);
    let (freed, way) = store(&world, 4);
    assert_eq!(freed.outbox_delivered(&rows[0]).await, Ok(true));
    assert_eq!(way.met.load(Ordering::Relaxed), 4);
    assert!(world.outbox().await.is_empty());
}
