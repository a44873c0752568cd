//! An organisation has a learner erased.

use attesta_model::verification::ResultCode;
use attesta_model::{Error, LearnerId};
use attesta_store::access::{CanManage, CanRead, CanSubmit, Organisation};
use attesta_store::{Due, keys};
use attesta_testing::World;
use jiff::SignedDuration;

use crate::support::plan;

async fn owner(world: &World) -> Organisation<CanManage> {
    world.store.organisation(&world.user, world.organisation).await.expect("an owner")
}

/// What is due now.
async fn due(world: &World) -> Vec<Due> {
    let now = world.store.ids().now();
    let mut found = Vec::new();
    for shard in 0..keys::DUE_SHARDS {
        let later = now + SignedDuration::from_secs(1);
        let page = world.store.due_before(keys::minute(now), shard, later, 100, None).await;
        found.extend(page.expect("rows").rows.into_iter().map(|row| row.due));
    }
    found
}

#[tokio::test]
async fn of_a_learner_who_is_being_erased_nothing_is_taken() {
    let world = World::start().await;
    let (organisation, learner) = (world.organisation, world.learner);
    let marked = world.store.begin_erasure(&owner(&world).await, learner).await.expect("marked");
    assert_eq!(marked.erasing_at, Some(world.store.ids().now()));
    assert_eq!(due(&world).await, [Due::Erasure { learner_id: learner }]);
    world.clock.advance(SignedDuration::from_secs(5));
    let again = world.store.begin_erasure(&owner(&world).await, learner).await;
    assert_eq!(again, Ok(marked.clone()));
    assert_eq!(world.aws.items("DUE").await, 1);
    let refused = plan(&world.store, &world, &[World::PLAGIARISM], None).await;
    assert_eq!(refused.expect_err("erasing"), Error::not_found());
    let refused = world.store.learner_of::<CanRead>(&world.user, organisation, learner).await;
    assert_eq!(refused, Err(Error::not_found()));
    let trace = world.store.learner_or_trace::<CanRead>(&world.user, organisation, learner).await;
    assert_eq!(trace, Ok(marked));
    let submitter: Organisation<CanSubmit> =
        world.store.organisation(&world.user, organisation).await.expect("a member");
    let refused = world.store.put_learner(&submitter, learner).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "being_erased", .. })));
    world.store.finish_erasure(learner).await.expect("finished");
    assert_eq!(world.store.to_be_erased(learner).await, Ok(None));
    let (anew, is_new) = world.store.put_learner(&submitter, learner).await.expect("brought");
    assert!(is_new && anew.erasing_at.is_none());
}

#[tokio::test]
async fn nobody_erases_anothers_learner() {
    let world = World::start().await;
    let stranger = LearnerId(world.store.ids().uuid().expect("random"));
    let other: Organisation<CanManage> = world
        .store
        .organisation(&world.other_user, world.other_organisation)
        .await
        .expect("an owner");
    for (handle, learner) in [(&other, world.learner), (&owner(&world).await, stranger)] {
        let refused = world.store.begin_erasure(handle, learner).await;
        assert_eq!(refused, Err(Error::not_found()));
    }
    assert_eq!(world.aws.items("DUE").await, 0);
}

#[tokio::test]
async fn what_is_erased_is_gone_and_counts_no_more() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM, World::INTEGRITY]).await;
    world.submit(&[World::PLAGIARISM]).await;
    world.answer(world.provider, id, 0.9, ResultCode::Ok).await;
    world.settle().await;
    let requests = world.store.requests_of(world.learner).await.expect("readable");
    assert_eq!(requests.len(), 2);
    for id in requests {
        world.store.erase_request(id).await.expect("erased");
        world.store.erase_request(id).await.expect("erased before");
    }
    assert!(world.store.requests_of(world.learner).await.expect("readable").is_empty());
    assert_eq!((world.aws.items("REQUEST").await, world.aws.items("RESULT").await), (0, 0));
    let query = attesta_store::ListQuery {
        limit: 10,
        position: attesta_store::Position::Offset(0),
        order: Vec::new(),
        search: attesta_model::Words::default(),
    };
    for caller in [world.provider, world.other_provider] {
        let own = caller.provider_id.to_string();
        let page = world.store.own_results(&caller, &own, &query).await.expect("its own");
        assert_eq!((page.count, page.rows.len()), (0, 0));
    }
}
