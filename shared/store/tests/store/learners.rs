//! An organisation brings learners.

use attesta_model::{Error, LearnerId};
use attesta_store::access::{CanRead, CanSubmit};
use attesta_testing::World;
use jiff::SignedDuration;

#[tokio::test]
async fn a_learner_is_new_once() {
    let world = World::start().await;
    let handle = world.store.organisation::<CanSubmit>(&world.user, world.organisation).await;
    let handle = handle.expect("a member");
    let id = LearnerId(world.store.ids().uuid().expect("random"));
    let (learner, is_new) = world.store.put_learner(&handle, id).await.expect("written");
    assert!(is_new);
    world.clock.advance(SignedDuration::from_hours(1));
    let again = world.store.put_learner(&handle, id).await.expect("there");
    assert_eq!(again, (learner, false));
}

#[tokio::test]
async fn another_organisations_learner_is_not_found_and_stays_theirs() {
    let world = World::start().await;
    let (user, organisation) = (&world.other_user, world.other_organisation);
    let handle = world.store.organisation::<CanSubmit>(user, organisation).await.expect("ok");
    let refused = world.store.put_learner(&handle, world.learner).await;
    assert_eq!(refused, Err(Error::not_found()));
    let refused = world.store.learner_of::<CanRead>(user, organisation, world.learner).await;
    assert_eq!(refused, Err(Error::not_found()));
    let refused = world.store.learner_of::<CanRead>(user, world.organisation, world.learner).await;
    assert_eq!(refused, Err(Error::not_found()));
    let own = world.store.learner_of::<CanRead>(&world.user, world.organisation, world.learner);
    assert_eq!(own.await.map(|learner| learner.id), Ok(world.learner));
}
