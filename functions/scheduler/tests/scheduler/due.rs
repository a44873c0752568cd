//! Providers are told when they asked to be.

use attesta_scheduler::Done;
use attesta_testing::World;
use jiff::{SignedDuration, Timestamp};

use crate::support::{Clockwork, Told};

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

#[tokio::test]
async fn what_is_asked_for_in_time_comes_on_time_whenever_the_clock_runs() {
    let mut clockwork = Clockwork::start().await;
    clockwork.run().await;
    // AWS starts a run in each minute, at any second of it.
    let gaps = [60, 1, 119, 61, 59, 7, 113, 60, 97, 23];
    for (asked, gap) in [130, 121, 179, 599].into_iter().zip(gaps.into_iter().cycle()) {
        clockwork.advance(gap / 2);
        let asked = clockwork.ask(&asked.to_string(), asked).await;
        let mut told = Vec::new();
        for gap in gaps {
            told.extend(clockwork.run_after(gap).await);
        }
        let first = told.iter().find(|told| told.id == asked.id).expect("told");
        let late = seconds(asked.when, first.at);
        assert!((0.0..=1.0).contains(&late), "{late} s late");
        clockwork.delete(asked.id).await;
    }
}

#[tokio::test]
async fn what_is_asked_for_late_comes_with_the_next_run() {
    let mut clockwork = Clockwork::start().await;
    for (ahead, most) in [(-86_400, 90.0), (-60, 90.0), (0, 90.0), (1, 90.0), (30, 30.0)] {
        for wait in [1, 30, 60] {
            clockwork.run().await;
            clockwork.advance(60 - wait);
            let asked = clockwork.ask("key", ahead).await;
            let due = asked.when.max(clockwork.now());
            let told = clockwork.run_after(wait).await;
            let [Told { id, at }] = told[..] else { panic!("{told:?}") };
            let late = seconds(due, at);
            assert!(id == asked.id && (0.0..=most).contains(&late), "{ahead} {wait}: {late} s");
            clockwork.delete(id).await;
        }
    }
}

#[tokio::test]
async fn it_comes_every_ten_minutes_until_it_is_deleted() {
    let mut clockwork = Clockwork::start().await;
    let asked = clockwork.ask("key", 200).await;
    let mut told = Vec::new();
    for _ in 0..32 {
        told.extend(clockwork.run_after(60).await);
    }
    assert_eq!(clockwork.waiting().await, 1);
    let steps: Vec<_> = told.iter().map(|told| seconds(asked.when, told.at)).collect();
    assert_eq!(steps, [0.0, 600.0, 1_200.0, 1_800.0]);
    clockwork.delete(asked.id).await;
    for _ in 0..15 {
        assert_eq!(clockwork.run_after(60).await, []);
    }
    assert_eq!(clockwork.waiting().await, 0);
}

#[tokio::test]
async fn one_that_is_moved_comes_at_its_new_time_alone() {
    for to in [900, 60] {
        let mut clockwork = Clockwork::start().await;
        clockwork.ask("key", 300).await;
        clockwork.run().await;
        let moved = clockwork.ask("key", to).await;
        let mut told = clockwork.run().await.1;
        for _ in 0..16 {
            told.extend(clockwork.run_after(60).await);
        }
        let steps: Vec<_> = told.iter().map(|told| seconds(moved.when, told.at)).collect();
        assert_eq!(steps, if to == 60 { vec![0.0, 600.0] } else { vec![0.0] });
        assert_eq!(clockwork.waiting().await, 1);
    }
}

#[tokio::test]
async fn one_that_is_deleted_before_its_time_never_comes() {
    let mut clockwork = Clockwork::start().await;
    let asked = clockwork.ask("key", 300).await;
    clockwork.delete(asked.id).await;
    clockwork.advance(300);
    let dropped = Done { dropped: 1, ..Done::default() };
    assert_eq!(clockwork.run().await, (dropped, vec![]));
    assert_eq!(clockwork.waiting().await, 0);
}

#[tokio::test]
async fn one_that_is_made_again_under_its_key_comes_once() {
    let mut clockwork = Clockwork::start().await;
    let first = clockwork.ask("key", 60).await;
    clockwork.delete(first.id).await;
    let second = clockwork.ask("key", 60).await;
    let (done, told) = clockwork.run().await;
    assert_eq!((done.told, done.dropped), (1, 1));
    assert_eq!(told, [Told { id: second.id, at: second.when }]);
}

#[tokio::test]
async fn a_thousand_at_once_leave_in_one_run_ten_in_a_call() {
    let mut clockwork = Clockwork::start().await;
    clockwork.run().await;
    clockwork.file(1_000, 600).await;
    clockwork.advance(600);
    let started = std::time::Instant::now();
    let (done, told) = clockwork.run().await;
    assert!(started.elapsed().as_secs() < 30);
    assert_eq!(done, Done { told: 1_000, ..Done::default() });
    let mut ids: Vec<_> = told.iter().map(|told| told.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1_000);
    let batches = clockwork.world.aws.queues.batches();
    assert!(batches.iter().all(|size| *size <= 10) && batches.len() <= 103, "{}", batches.len());
    assert_eq!(clockwork.waiting().await, 1_000);
    assert_eq!(clockwork.run_after(60).await, []);
}

#[tokio::test]
async fn after_hours_without_runs_each_comes_once_and_then_in_its_rhythm() {
    let mut clockwork = Clockwork::start().await;
    clockwork.run_after(60).await;
    let mut asked = Vec::new();
    for n in 0..20 {
        asked.push(clockwork.ask(&n.to_string(), 130 + n * 1_300).await);
    }
    clockwork.advance(8 * 3_600);
    let _ = clockwork.queries();
    // As many runs as it takes: none begins new work after its forty seconds.
    let (mut told, mut runs) = (0, 0);
    loop {
        let (done, now) = clockwork.run().await;
        told += now.len();
        runs += 1;
        if done.left == 0 {
            break;
        }
    }
    assert_eq!(told, 20);
    let queries = clockwork.queries();
    assert!((480 * 4..(480 + 10 * runs) * 4).contains(&queries), "{queries}");
    let mut again = Vec::new();
    for _ in 0..10 {
        again.extend(clockwork.run_after(60).await);
    }
    assert_eq!(again.len(), 20);
    for told in again {
        let asked = asked.iter().find(|asked| asked.id == told.id).expect("asked");
        assert_eq!(told.at.duration_since(asked.when).as_secs() % 600, 0);
    }
}

#[tokio::test]
async fn a_run_with_nothing_to_do_costs_little() {
    let mut clockwork = Clockwork::start().await;
    for _ in 0..3 {
        clockwork.run_after(60).await;
    }
    let _ = clockwork.store.meter().take();
    clockwork.advance(60);
    assert_eq!(clockwork.run().await, (Done::default(), vec![]));
    let calls = clockwork.store.meter().take();
    let count = |name| calls.iter().filter(|call| call.operation == name).count();
    assert_eq!((count("BatchGetItem"), count("Query"), count("PutItem")), (1, 24, 1));
    assert_eq!(calls.len(), 26);
    let units: f64 = calls.iter().map(|call| call.read).sum();
    assert!(units <= 25.0, "{units}");
}

#[tokio::test]
async fn a_providers_rows_wait_while_it_is_disabled() {
    let mut clockwork = Clockwork::start().await;
    let asked = clockwork.ask("key", 60).await;
    let world: &World = &clockwork.world;
    let own = world.store.own_provider(&world.provider, "1").await.expect("itself");
    let mut provider = own.provider().clone();
    provider.enabled = false;
    attesta_store::Seed(&world.store).provider(&provider).await.expect("written");
    let (done, told) = clockwork.run_after_with(60).await;
    assert_eq!((done, told), (Done { put_off: 1, ..Done::default() }, vec![]));
    provider.enabled = true;
    attesta_store::Seed(&clockwork.world.store).provider(&provider).await.expect("written");
    let mut told = Vec::new();
    for _ in 0..12 {
        told.extend(clockwork.run_after(60).await);
    }
    let at = asked.when + SignedDuration::from_mins(10);
    assert_eq!(told, [Told { id: asked.id, at }]);

    provider.deleted_at = Some(clockwork.now());
    attesta_store::Seed(&clockwork.world.store).provider(&provider).await.expect("written");
    let (done, told) = clockwork.run_after_with(700).await;
    assert_eq!((done, told), (Done { dropped: 1, ..Done::default() }, vec![]));
    assert_eq!(clockwork.waiting().await, 0);
}
