//! Results are counted in their bins.

use std::sync::Arc;

use attesta_model::verification::{BINS, ResultCode};
use attesta_testing::World;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_answers_at_once_are_counted_once_each_however_often_delivered() {
    let world = Arc::new(World::start().await);
    let mut callers = vec![world.other_provider];
    for id in 101..150 {
        callers.push(world.add_provider(id, World::INTEGRITY).await.0);
    }
    let id = world.submit(&[World::INTEGRITY]).await;
    world.settle().await;
    let mut answers = JoinSet::new();
    for (at, caller) in callers.into_iter().enumerate() {
        let world = Arc::clone(&world);
        let result = f64::from(u8::try_from(at % 10).expect("small")) / 10.0 + 0.05;
        answers.spawn(async move { world.answer(caller, id, result, ResultCode::Ok).await });
    }
    answers.join_all().await;
    let rows = world.outbox().await;
    assert_eq!(rows.len(), 50);
    // Each comes twice, and all at once: whoever can't get through comes again.
    let mut deliveries = JoinSet::new();
    for row in rows.clone().into_iter().chain(rows) {
        let world = Arc::clone(&world);
        deliveries.spawn(async move { while world.store.outbox_delivered(&row).await.is_err() {} });
    }
    deliveries.join_all().await;
    assert!(world.outbox().await.is_empty());
    let (who, home, learner) = (&world.user, world.organisation, world.learner);
    let found = world.store.histograms(who, home, learner).await.expect("its own");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].instrument_id.get(), World::INTEGRITY);
    assert_eq!(found[0].bins, [5; BINS]);
    assert_eq!(found[0].providers.len(), 50);
    for provider in &found[0].providers {
        assert_eq!(provider.bins.iter().sum::<u64>(), 1, "{provider:?}");
    }
}

#[tokio::test]
async fn an_answer_is_counted_when_it_becomes_processed_and_not_again() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    world.settle().await;
    world.answer(world.provider, id, 1.0, ResultCode::Ok).await;
    world.answer(world.provider, id, 1.0, ResultCode::Ok).await;
    let rows = world.outbox().await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].tasks.is_empty());
    world.settle().await;
    let (who, home, learner) = (&world.user, world.organisation, world.learner);
    let found = world.store.histograms(who, home, learner).await.expect("its own");
    let bins = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!((found[0].bins, found[0].providers[0].bins), (bins, bins));
    assert_eq!(found[0].providers[0].provider_id, world.provider.provider_id);
}
