//! An organisation submits a request: all of it comes to be, or nothing.

use attesta_identity::UserCaller;
use attesta_model::verification::{RequestStatus, ResultStatus};
use attesta_model::{Error, LearnerId, Reason, Result, Status, UserId};
use attesta_store::{Plan, Planned, Seed};
use attesta_testing::World;

use crate::support::{counts, enrol, instruments, plan, request, submit};

/// What each provider of a request says, by instrument.
async fn statuses(world: &World, asked: &[u64]) -> Vec<Vec<ResultStatus>> {
    let id = world.submit(asked).await;
    let request = request(world, id).await;
    let of = |i: &attesta_store::RequestedInstrument<'_>| {
        i.results.iter().map(|row| row.state.status).collect()
    };
    request.instruments().iter().map(of).collect()
}

#[tokio::test]
async fn a_request_comes_with_a_result_for_each_provider_and_one_outgoing_row() {
    let world = World::start().await;
    let id = world.submit(&[World::INTEGRITY, World::PLAGIARISM]).await;
    assert_eq!(counts(&world).await, [1, 2, 1, 0]);
    let request = request(&world, id).await;
    assert_eq!(request.header.instruments, instruments(&[World::INTEGRITY, World::PLAGIARISM]));
    assert_eq!(request.header.created_by, world.user.user_id);
    assert_eq!(request.status(), RequestStatus::Processing);
    let rows = world.outbox().await;
    assert_eq!(rows[0].tallies.len(), 2);
    for (task, row) in rows[0].tasks.iter().zip(request.instruments().iter().map(|i| i.results[0]))
    {
        assert_eq!(task.args, format!("[{id},{}]", row.id));
    }
}

#[tokio::test]
async fn nobody_is_asked_about_a_learner_they_have_no_model_of() {
    let world = World::start().await;
    let asked = [World::PLAGIARISM, World::FACE, World::VOICE];
    assert_eq!(
        statuses(&world, &asked).await,
        [vec![ResultStatus::Pending], vec![ResultStatus::MissingEnrolment], vec![]]
    );
    let tasks: Vec<_> = world.outbox().await.into_iter().flat_map(|row| row.tasks).collect();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    enrol(&world, world.learner, 3, false).await;
    assert_eq!(statuses(&world, &[World::FACE]).await, [[ResultStatus::MissingEnrolment]]);
    enrol(&world, world.learner, 3, true).await;
    assert_eq!(statuses(&world, &[World::FACE]).await, [[ResultStatus::Pending]]);
}

#[tokio::test]
async fn a_request_that_nobody_can_answer_has_nothing_to_send() {
    let world = World::start().await;
    let id = world.submit(&[World::VOICE]).await;
    assert!(world.outbox().await.iter().all(|row| row.tasks.is_empty()));
    assert_eq!(request(&world, id).await.status(), RequestStatus::MissingProvider);
}

#[tokio::test]
async fn a_provider_that_is_switched_off_gets_no_work() {
    let world = World::start().await;
    let id = world.provider.provider_id.to_string();
    let own = world.store.own_provider(&world.provider, &id).await.expect("its own");
    let off = attesta_model::Provider { enabled: false, ..own.provider().clone() };
    Seed(&world.store).provider(&off).await.expect("written");
    assert_eq!(statuses(&world, &[World::PLAGIARISM]).await, [vec![]]);
}

#[tokio::test]
async fn an_instrument_that_cant_be_asked_for_leaves_nothing_behind() {
    let world = World::start().await;
    let refused = submit(&world, &[World::PLAGIARISM, 77, World::DISABLED], None).await;
    let Err(Error::Invalid(problems)) = refused else { panic!("{refused:?}") };
    let reasons: Vec<_> = problems.into_iter().map(|problem| problem.reason).collect();
    assert_eq!(reasons, ["77", "9"].map(|id| Reason::NotAChoice(id.to_owned())));
    assert_eq!(counts(&world).await, [0; 4]);
}

#[tokio::test]
async fn more_providers_than_a_transaction_holds_are_refused_before_it() {
    let world = World::start().await;
    for id in 101..=195 {
        world.add_provider(id, World::PLAGIARISM).await;
    }
    let refused = submit(&world, &[World::PLAGIARISM], None).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(counts(&world).await, [0; 4]);
    // One instrument less, one provider less: as many as fit, in one piece.
    let off = world.store.catalogue().await.expect("readable");
    let plagiarism = off.iter().find(|e| e.instrument.id.get() == World::PLAGIARISM);
    let one = plagiarism.expect("there").providers[0].clone();
    let off = attesta_model::Provider { enabled: false, ..one };
    Seed(&world.store).provider(&off).await.expect("written");
    world.submit(&[World::PLAGIARISM]).await;
    assert_eq!(counts(&world).await, [1, 95, 1, 0]);
    let rows = world.outbox().await;
    assert!(world.store.outbox_delivered(&rows[0]).await.expect("written"));
}

/// Plans as somebody, for some organisation's learner.
async fn planned(
    world: &World,
    user: &UserCaller,
    organisation: attesta_model::OrganisationId,
    learner: LearnerId,
) -> Result<Planned<Plan>> {
    let asked = instruments(&[World::PLAGIARISM]);
    world.store.plan_request(user, organisation, learner, &asked, None).await
}

#[tokio::test]
async fn what_is_foreign_is_not_found() {
    let world = World::start().await;
    let (own, other) = (world.organisation, world.other_organisation);
    let nobody = LearnerId(world.store.ids().uuid().expect("random"));
    for (user, organisation, learner) in [
        (&world.user, other, world.learner),
        (&world.other_user, own, world.learner),
        (&world.other_user, other, world.learner),
        (&world.user, own, nobody),
    ] {
        let found = planned(&world, user, organisation, learner).await;
        assert_eq!(found.expect_err("foreign"), Error::not_found());
    }
}

#[tokio::test]
async fn who_is_switched_off_may_do_nothing_and_who_is_unknown_is_nobody() {
    let world = World::start().await;
    for status in [Status::Inactive, Status::Pending, Status::Deleted] {
        world.set_user_status(&world.user, world.organisation, status).await;
        let refused = planned(&world, &world.user, world.organisation, world.learner).await;
        assert_eq!(refused.expect_err("switched off"), Error::forbidden(), "{status:?}");
    }
    let stranger = UserCaller::new(UserId(world.store.ids().uuid().expect("random")));
    let refused = planned(&world, &stranger, world.organisation, world.learner).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn a_request_is_its_own_organisations_and_learners_alone() {
    let world = World::start().await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    let nobody = LearnerId(world.store.ids().uuid().expect("random"));
    for (user, organisation, learner) in [
        (&world.other_user, world.organisation, world.learner),
        (&world.other_user, world.other_organisation, world.learner),
        (&world.user, world.organisation, nobody),
    ] {
        let found = world.store.request(user, organisation, learner, id).await;
        assert_eq!(found.expect_err("foreign"), Error::not_found());
    }
}

#[tokio::test]
async fn a_plan_without_a_key_can_be_carried_out_twice() {
    let world = World::start().await;
    for _ in 0..2 {
        let planned = plan(&world.store, &world, &[World::PLAGIARISM], None).await;
        assert!(matches!(planned, Ok(Planned::New(_))));
        submit(&world, &[World::PLAGIARISM], None).await.expect("made");
    }
    assert_eq!(counts(&world).await, [2, 2, 2, 0]);
}
