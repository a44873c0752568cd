//! What the clock sees to besides notifications: verdicts and answers that are
//! late, and learners who are to be erased.

use attesta_model::verification::{ResultStatus, ValidationStatus};
use attesta_scheduler::{COMING, Done, LAST_LOOK};
use attesta_store::access::CanManage;
use attesta_store::access::Organisation;
use attesta_testing::World;
use jiff::SignedDuration;

use crate::support::{Clockwork, results};

const SEEN_TO: Done = Done { told: 0, seen_to: 1, dropped: 0, put_off: 0, failed: 0, left: 0 };

#[tokio::test]
async fn a_verdict_that_is_not_there_in_ten_minutes_is_late_and_no_sooner() {
    let mut clockwork = Clockwork::start().await;
    let provider = clockwork.world.provider;
    clockwork.world.set_validating(&[provider]).await;
    let sample = clockwork.world.hand_in(World::PLAGIARISM).await;
    let (done, _) = clockwork.run_after_with(599).await;
    assert_eq!(done, Done::default());
    let status = async |clockwork: &Clockwork| {
        clockwork.world.own_validation(provider, sample).await.row().state.status
    };
    assert_eq!(status(&clockwork).await, ValidationStatus::Validating);
    let (done, _) = clockwork.run_after_with(60).await;
    assert_eq!(done, SEEN_TO);
    assert_eq!(status(&clockwork).await, ValidationStatus::Timeout);
    let (done, _) = clockwork.run_after_with(60).await;
    assert_eq!(done, Done::default());
}

#[tokio::test]
async fn who_does_not_answer_is_asked_again_and_is_too_late_after_a_day() {
    let mut clockwork = Clockwork::start().await;
    clockwork.world.submit(&[World::PLAGIARISM]).await;
    clockwork.world.settle().await;
    for (hours, asked_again) in [(1, true), (6, true), (17, false)] {
        clockwork.advance(hours * 3600);
        // The mark is a day behind at most: so many minutes are looked at.
        let mut seen_to = 0;
        while seen_to == 0 {
            seen_to = clockwork.run().await.0.seen_to;
        }
        assert_eq!(
            clockwork.world.outbox().await.iter().any(|row| !row.tasks.is_empty()),
            asked_again
        );
        clockwork.world.settle().await;
    }
    let rows = results(&clockwork.world, clockwork.world.provider, 1).await.rows;
    assert_eq!(rows[0].state.status, ResultStatus::Timeout);
}

#[tokio::test]
async fn a_learner_is_erased_at_once_and_once_more_before_it_is_said() {
    let mut clockwork = Clockwork::start().await;
    let (learner, organisation) = (clockwork.world.learner, clockwork.world.organisation);
    let request = clockwork.world.submit(&[World::PLAGIARISM]).await;
    clockwork.world.hand_in(World::PLAGIARISM).await;
    clockwork.world.settle().await;
    let bucket = clockwork.world.aws.bucket.clone();
    let own = [
        format!("requests/{organisation}/{learner}/a"),
        format!("requests/{organisation}/{learner}/b"),
        format!("requests/{organisation}/{learner}/c"),
        format!("samples/{organisation}/{learner}/a"),
        format!("models/{learner}/1/a"),
        format!("uploads/{organisation}/{learner}/a"),
        format!("audit/{request}/a"),
    ];
    for key in own.iter().chain([&"requests/else/a".to_owned()]) {
        bucket.put(key, b"x");
    }
    let owner: Organisation<CanManage> =
        clockwork.store.organisation(&clockwork.world.user, organisation).await.expect("an owner");
    clockwork.store.begin_erasure(&owner, learner).await.expect("marked");
    assert_eq!(clockwork.run().await.0, SEEN_TO);
    assert_eq!(bucket.keys(), ["data/requests/else/a"]);
    for kind in ["REQUEST", "RESULT", "SAMPLE", "VALIDATION", "ENROLMENT"] {
        assert_eq!(clockwork.world.aws.items(kind).await, 0, "{kind}");
    }
    assert!(clockwork.store.to_be_erased(learner).await.expect("read").is_some());

    let late = format!("uploads/{organisation}/{learner}/late");
    bucket.put(&late, b"x");
    clockwork.world.clock.advance(LAST_LOOK);
    assert_eq!(clockwork.run().await.0.seen_to, 1);
    assert_eq!(bucket.keys(), ["data/requests/else/a"]);
    assert!(clockwork.store.to_be_erased(learner).await.expect("read").is_some());
    clockwork.world.clock.advance(SignedDuration::from_mins(1));
    clockwork.run().await;
    assert!(clockwork.store.to_be_erased(learner).await.expect("read").is_none());
}

#[tokio::test]
async fn what_the_bucket_refuses_is_put_off() {
    let mut clockwork = Clockwork::start().await;
    let (learner, organisation) = (clockwork.world.learner, clockwork.world.organisation);
    let owner: Organisation<CanManage> =
        clockwork.store.organisation(&clockwork.world.user, organisation).await.expect("an owner");
    clockwork.store.begin_erasure(&owner, learner).await.expect("marked");
    clockwork.world.aws.bucket.set_down(true);
    assert_eq!(clockwork.run().await.0, Done { put_off: 1, ..Done::default() });
    clockwork.world.aws.bucket.set_down(false);
    clockwork.world.clock.advance(COMING);
    assert_eq!(clockwork.run().await.0, SEEN_TO);
}
