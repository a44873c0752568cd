//! Tasks at the same model at the same time.

use std::collections::HashSet;
use std::sync::Arc;

use attesta_model::verification::SampleStatus;
use attesta_model::{Error, LOCK_LIFETIME, LearnerId, Lock, Reason, SampleId, TaskId, Words};
use attesta_store::access::{CanManage, Lockable, OwnModel};
use attesta_store::{EnrolmentRow, ListQuery, ModelChange, Position};
use attesta_testing::World;
use jiff::SignedDuration;
use tokio::task::JoinSet;

async fn lockable(world: &World) -> Lockable {
    let place = world.store.lockable_model(&world.provider, "1", world.learner).await;
    place.expect("a learner")
}

async fn own(world: &World) -> OwnModel {
    let learner = world.learner.to_string();
    world.store.own_model(&world.provider, "1", &learner).await.expect("its own")
}

fn task(world: &World) -> TaskId {
    TaskId(world.store.ids().uuid().expect("random"))
}

async fn lock(world: &World, task: TaskId) -> Result<EnrolmentRow, Error> {
    world.store.lock_model(&lockable(world).await, task).await
}

/// How many enrolments the world's provider has, by the counters and by the list.
async fn counted(world: &World) -> (usize, usize) {
    let query = ListQuery {
        limit: 1_000,
        position: Position::Offset(1),
        order: Vec::new(),
        search: Words::new(""),
    };
    let page = world.store.own_enrolments(&world.provider, "1", &query).await.expect("a page");
    (page.count, world.aws.items("ENROLMENT").await)
}

/// A hundred tasks that ask at once, each for itself; who got the lock.
async fn race(world: World) -> (Arc<World>, Vec<TaskId>) {
    let world = Arc::new(world);
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let world = world.clone();
        tasks.spawn(async move {
            let task = task(&world);
            let place = lockable(&world).await;
            match world.store.lock_model(&place, task).await {
                Ok(row) => {
                    assert_eq!(row.lock.by, Some(task));
                    Some(task)
                }
                Err(error) => {
                    assert_eq!(error, Lock::refusal());
                    None
                }
            }
        });
    }
    let winners = tasks.join_all().await.into_iter().flatten().collect();
    (world, winners)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_tasks_one_makes_and_locks_a_model() {
    let (world, winners) = race(World::start().await).await;
    assert_eq!(winners.len(), 1);
    assert_eq!(own(&world).await.enrolment().expect("made").lock.by, Some(winners[0]));
    assert_eq!(counted(&world).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_tasks_one_locks_a_model_that_is_there() {
    let world = World::start().await;
    let first = task(&world);
    lock(&world, first).await.expect("free");
    world.store.unlock_model(&own(&world).await, first).await.expect("its own");
    let (world, winners) = race(world).await;
    assert_eq!(winners.len(), 1);
    let row = own(&world).await.enrolment().expect("there").clone();
    assert_eq!((row.lock.by, row.lock.number), (Some(winners[0]), 2));
    assert_eq!(counted(&world).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_tasks_one_takes_a_lock_that_is_too_old() {
    let world = World::start().await;
    lock(&world, task(&world)).await.expect("free");
    world.clock.advance(LOCK_LIFETIME + SignedDuration::from_millis(1));
    let (world, winners) = race(world).await;
    assert_eq!(winners.len(), 1);
    let row = own(&world).await.enrolment().expect("there").clone();
    assert_eq!((row.lock.by, row.lock.number), (Some(winners[0]), 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_that_comes_many_times_at_once_gets_one_lock() {
    let world = Arc::new(World::start().await);
    let task = task(&world);
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let world = world.clone();
        calls.spawn(async move { lock(&world, task).await.expect("its own").lock.number });
    }
    assert_eq!(calls.join_all().await, [1; 20], "under which all upload to the same place");
}

#[tokio::test]
async fn a_lock_holds_for_five_hours_from_when_its_holder_last_asked() {
    let world = World::start().await;
    let (holder, other) = (task(&world), task(&world));
    lock(&world, holder).await.expect("free");
    world.clock.advance(SignedDuration::from_hours(4));
    assert_eq!(lock(&world, holder).await.expect("its own").lock.number, 1);
    world.clock.advance(LOCK_LIFETIME);
    assert_eq!(lock(&world, other).await, Err(Lock::refusal()));
    world.clock.advance(SignedDuration::from_millis(1));
    let row = lock(&world, other).await.expect("too old");
    assert_eq!((row.lock.by, row.lock.number), (Some(other), 2));
    assert_eq!(lock(&world, holder).await, Err(Lock::refusal()));
}

#[tokio::test]
async fn what_was_seen_before_may_have_changed_since() {
    let world = World::start().await;
    let (one, other) = (task(&world), task(&world));
    let empty = lockable(&world).await;
    lock(&world, one).await.expect("free");
    let held = lockable(&world).await;
    let model = own(&world).await;
    // Nothing was there when it looked.
    assert_eq!(world.store.lock_model(&empty, other).await, Err(Lock::refusal()));
    assert_eq!(world.store.lock_model(&empty, one).await.expect("its own").lock.number, 1);
    // It held the lock when it looked, and another does now.
    world.store.unlock_model(&model, one).await.expect("its own");
    lock(&world, other).await.expect("free");
    assert_eq!(world.store.lock_model(&held, one).await, Err(Lock::refusal()));
    // It held the lock when it looked, and nobody does now.
    world.store.unlock_model(&own(&world).await, other).await.expect("its own");
    assert_eq!(world.store.lock_model(&held, one).await.expect("free").lock.number, 3);
    // The model was there when it looked, and is gone.
    let locked = own(&world).await;
    world.store.delete_model(&locked).await.expect("there");
    let gone = world.store.delete_model(&locked).await;
    assert_eq!(gone.expect_err("gone"), Error::not_found());
    let saved = world.store.save_model(&locked, one, &ModelChange::default(), None).await;
    assert_eq!(saved.expect_err("gone"), Error::not_found());
    let row = world.store.lock_model(&held, one).await.expect("made anew");
    assert_eq!((row.lock.number, row.version), (1, 1));
    assert_eq!(counted(&world).await, (1, 1));
}

#[tokio::test]
async fn a_model_made_under_another_lock_is_none() {
    let world = World::start().await;
    let (one, other) = (task(&world), task(&world));
    lock(&world, one).await.expect("free");
    let model = own(&world).await;
    let change = ModelChange { can_analyse: Some(true), ..ModelChange::default() };
    let save = |made| world.store.save_model(&model, one, &change, made);
    let saved = save(Some((2, "another's".to_owned()))).await.expect("its own").row;
    assert_eq!((saved.model, saved.can_analyse, saved.lock.by), (None, true, None));
    // The lock is gone, so that what is saved now was made under none.
    let saved = save(Some((1, "late".to_owned()))).await.expect("free").row;
    assert_eq!(saved.model, None);
    lock(&world, one).await.expect("free");
    let saved = save(Some((2, "made".to_owned()))).await.expect("its own");
    assert_eq!((saved.row.model.as_deref(), saved.before.model), (Some("made"), None));
    lock(&world, other).await.expect("free");
    assert_eq!(save(Some((2, "made".to_owned()))).await.expect_err("held"), Lock::refusal());
    assert_eq!(own(&world).await.enrolment().expect("there").model.as_deref(), Some("made"));
}

fn sample(number: u64) -> SampleId {
    SampleId::new(number).expect("in range")
}

/// Whoever reads while sets are replaced sees one of them, whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_see_a_whole_set_while_others_take_its_place() {
    let world = Arc::new(World::start().await);
    let task = task(&world);
    lock(&world, task).await.expect("free");
    let sets: Vec<Vec<_>> = [(1, 1_500), (2, 900), (3, 2_001), (4, 50)]
        .map(|(set, length)| (1..=length).map(|n| sample(n * 10 + set)).collect())
        .to_vec();
    let writer = {
        let (world, sets) = (world.clone(), sets.clone());
        tokio::spawn(async move {
            for set in sets.iter().cycle().take(24) {
                let model = own(&world).await;
                let used = world.store.keep_used(&model, set).await.expect("kept");
                let change = ModelChange { used: Some(used), ..ModelChange::default() };
                let saved = world.store.amend_model(&model, task, &change).await.expect("its own");
                let id = saved.row.id;
                world.store.forget_used(id, &saved.before.used).await.expect("forgotten");
            }
        })
    };
    let whole: HashSet<_> =
        sets.iter().map(|set| set.iter().take(1_000).copied().collect::<Vec<_>>()).collect();
    let mut seen = HashSet::new();
    while !writer.is_finished() {
        let model = own(&world).await;
        let shown = world.store.shown_samples(model.enrolment().expect("there")).await;
        let shown = shown.expect("readable");
        assert!(shown.is_empty() || whole.contains(&shown), "{} of a set", shown.len());
        seen.insert(shown.len());
    }
    writer.await.expect("done");
    assert!(seen.len() > 1, "{seen:?}");
    assert_eq!(world.aws.items("USED_SAMPLES").await, 0, "the last set is small");
}

#[tokio::test]
async fn no_model_is_made_of_a_learner_who_is_to_be_erased() {
    let world = World::start().await;
    let home = world.store.organisation::<CanManage>(&world.user, world.organisation).await;
    world.store.begin_erasure(&home.expect("an owner"), world.learner).await.expect("marked");
    let place = world.store.lockable_model(&world.provider, "1", world.learner).await;
    let invalid = Error::field("learner_id", Reason::Rule("Invalid learner".to_owned()));
    assert_eq!(place.expect_err("to be erased"), invalid);
}

#[tokio::test]
async fn samples_are_known_by_learner_and_instrument() {
    let world = World::start().await;
    let statuses = [SampleStatus::Valid; 30];
    let own_ids = world.put_samples(world.learner, World::PLAGIARISM, &statuses).await;
    let elsewhere = world.put_samples(world.learner, World::FACE, &statuses).await;
    let other = LearnerId(world.store.ids().uuid().expect("random"));
    let others = world.put_samples(other, World::PLAGIARISM, &statuses).await;
    lock(&world, task(&world)).await.expect("free");
    let model = own(&world).await;
    let numbers = |ids: &[SampleId]| -> Vec<i64> {
        ids.iter().map(|id| i64::try_from(id.get()).expect("small")).collect()
    };
    for count in [1, 10, 11, 30] {
        let mut given = numbers(&own_ids[..count]);
        given.reverse();
        given.extend(numbers(&own_ids[..1]));
        let ids = world.store.usable_samples(&model, &given).await.expect("its own");
        assert_eq!(ids, own_ids[..count], "in order, each once");
        for stranger in [elsewhere[0], others[5], sample(7)] {
            let given = [numbers(&own_ids[..count]), numbers(&[stranger])].concat();
            let refused = world.store.usable_samples(&model, &given).await;
            let told = format!("{:?}", refused.expect_err("a stranger"));
            assert!(told.contains(&format!("pk \\\"{stranger}\\\"")), "{count} {told}");
        }
    }
    assert_eq!(world.store.usable_samples(&model, &[]).await, Ok(Vec::new()));
}
