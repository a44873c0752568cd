//! Samples come in and are judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use attesta_identity::ProviderCaller;
use attesta_model::verification::{
    SampleStatus, ValidationChange, ValidationState, ValidationStatus,
};
use attesta_model::{Error, SampleId};
use attesta_store::{SampleAggregate, keys};
use attesta_testing::World;
use aws_sdk_dynamodb::Client;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::sample::select;
use tokio::task::JoinSet;

use ValidationStatus as V;

const VALIDATE: &str = "tesla_ce.tasks.requests.enrolment.validate_request";
const ENROL: &str = "tesla_ce.tasks.requests.enrolment.enrol_learner";

/// A world where so many providers validate, with them.
async fn world(validators: u64) -> (World, Vec<ProviderCaller>) {
    let world = World::start().await;
    let mut callers = vec![world.provider];
    for id in 101..100 + validators {
        callers.push(world.add_provider(id, World::PLAGIARISM).await.0);
    }
    world.set_validating(&callers).await;
    (world, callers)
}

async fn sample(world: &World, id: SampleId) -> SampleAggregate {
    let sample = world.store.sample(&world.user, world.organisation, world.learner, id);
    sample.await.expect("its own")
}

async fn status(world: &World, id: SampleId) -> SampleStatus {
    sample(world, id).await.sample.status
}

/// What is counted of the learner's samples: all, and the valid ones.
async fn counted(world: &World) -> (String, String) {
    let instrument = attesta_model::InstrumentId::new(World::PLAGIARISM).expect("in range");
    let key = keys::sample_count(world.learner, instrument);
    let table = Client::new(&world.aws.table_config());
    let item = table
        .get_item()
        .table_name(World::TABLE)
        .key("pk", aws_sdk_dynamodb::types::AttributeValue::S(key.pk))
        .key("sk", aws_sdk_dynamodb::types::AttributeValue::S(key.sk));
    let item = item.send().await.expect("read").item.unwrap_or_default();
    let number = |name: &str| {
        item.get(name).and_then(|value| value.as_n().ok()).map_or_else(|| "0".into(), Clone::clone)
    };
    (number("count"), number("valid"))
}

/// The tasks that stand in the outbox: how many to each queue, by name.
async fn tasks(world: &World, name: &str) -> BTreeMap<String, usize> {
    let rows = world.outbox().await.into_iter().flat_map(|row| row.tasks);
    let mut queues = BTreeMap::new();
    for task in rows.filter(|task| task.name == name) {
        *queues.entry(task.queue).or_default() += 1;
    }
    queues
}

#[tokio::test]
async fn a_sample_comes_in_with_a_task_for_each_provider_that_validates() {
    let (world, _) = world(2).await;
    world.add_provider(200, World::PLAGIARISM).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    let found = sample(&world, id).await;
    assert_eq!(found.sample.status, SampleStatus::Stored);
    let providers: Vec<_> = found.validations.iter().map(|row| row.provider_id.get()).collect();
    assert_eq!(providers, [1, 101]);
    let rows = world.outbox().await;
    assert_eq!(rows.len(), 1);
    let queues: Vec<_> = rows[0].tasks.iter().map(|task| task.queue.as_str()).collect();
    assert_eq!(queues, ["queue_1", "queue_101"]);
    for (task, row) in rows[0].tasks.iter().zip(&found.validations) {
        assert_eq!(task.name, VALIDATE);
        assert_eq!(task.args, format!("[\"{}\",{id},{}]", world.learner, row.id));
    }
    assert_eq!(counted(&world).await, ("1".to_owned(), "0".to_owned()));
    assert_eq!(world.aws.items("DUE").await, 1);
}

#[tokio::test]
async fn a_sample_that_nobody_validates_says_so() {
    let world = World::start().await;
    let id = world.hand_in(World::PLAGIARISM).await;
    assert_eq!(status(&world, id).await, SampleStatus::MissingValidator);
    assert_eq!([world.aws.items("OUTBOX").await, world.aws.items("DUE").await], [0, 0]);
    world.store.time_out_validations(id).await.expect("nothing to do");
    assert_eq!(status(&world, id).await, SampleStatus::MissingValidator);
}

#[tokio::test]
async fn a_sample_is_valid_once_all_say_so_and_every_enabled_provider_enrols() {
    let (world, callers) = world(2).await;
    world.add_provider(200, World::PLAGIARISM).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    world.judge(callers[0], id, V::Valid).await;
    assert_eq!(status(&world, id).await, SampleStatus::Stored);
    world.judge(callers[1], id, V::WaitingExternalService).await;
    assert_eq!(status(&world, id).await, SampleStatus::Stored);
    assert!(tasks(&world, ENROL).await.is_empty());
    world.judge(callers[1], id, V::Valid).await;
    assert_eq!(status(&world, id).await, SampleStatus::Valid);
    let once = BTreeMap::from(["1", "101", "200"].map(|id| (format!("queue_{id}"), 1)));
    assert_eq!(tasks(&world, ENROL).await, once);
    let rows = world.outbox().await;
    let task = rows.iter().flat_map(|row| &row.tasks).find(|task| task.name == ENROL);
    assert_eq!(task.expect("sent").args, format!("[\"{}\",{id}]", world.learner));
    assert_eq!(counted(&world).await, ("1".to_owned(), "1".to_owned()));

    let _ = world.store.meter().take();
    world.judge(callers[1], id, V::Valid).await;
    let writes: f64 = world.store.meter().take().iter().map(|call| call.write).sum();
    assert_eq!(writes, 0.0, "the same again changes nothing");
    assert_eq!(tasks(&world, ENROL).await, once);
}

#[tokio::test]
async fn a_sample_that_is_no_longer_valid_no_longer_counts() {
    let (world, callers) = world(2).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    for caller in &callers {
        world.judge(*caller, id, V::Valid).await;
    }
    world.judge(callers[0], id, V::Error).await;
    assert_eq!(status(&world, id).await, SampleStatus::Error);
    assert_eq!(counted(&world).await, ("1".to_owned(), "0".to_owned()));
    let own = world.own_validation(callers[0], id).await;
    world.store.delete_validation(own).await.expect("deleted");
    assert_eq!(status(&world, id).await, SampleStatus::Valid, "the others say so");
    assert_eq!(counted(&world).await, ("1".to_owned(), "1".to_owned()));
    let own = world.own_validation(callers[1], id).await;
    world.store.delete_validation(own.clone()).await.expect("deleted");
    assert_eq!(status(&world, id).await, SampleStatus::MissingValidator);
    let gone = world.store.delete_validation(own).await;
    assert_eq!(gone, Err(Error::not_found()));
}

#[tokio::test]
async fn a_verdict_is_made_once_and_one_that_waits_is_due() {
    let (world, callers) = world(1).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    world.judge(callers[0], id, V::Valid).await;
    let (late, _) = world.add_provider(200, World::PLAGIARISM).await;
    let (learner, text) = (world.learner.to_string(), id.to_string());
    let found = world.store.sample_and_own_validation(&late, "200", &learner, &text).await;
    let (own, none) = found.expect("its own").expect("a sample");
    assert!(none.is_none());
    world.clock.advance(SignedDuration::from_mins(1));
    let begun = ValidationState::new(V::Validating);
    world.store.create_validation(&own, begun.clone()).await.expect("made");
    assert_eq!(status(&world, id).await, SampleStatus::Stored, "open again");
    assert_eq!(counted(&world).await, ("1".to_owned(), "0".to_owned()));
    assert_eq!(world.aws.items("DUE").await, 2);
    let again = world.store.create_validation(&own, begun).await.expect_err("there already");
    let unique = "The fields sample_id, provider_id must make a unique set.";
    assert!(format!("{again}").contains(unique), "{again}");
}

#[tokio::test]
async fn verdicts_that_are_late_are_given_up_once() {
    let (world, callers) = world(4).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    world.judge(callers[0], id, V::Valid).await;
    world.judge(callers[1], id, V::WaitingExternalService).await;
    world.store.time_out_validations(id).await.expect("given up");
    let found = sample(&world, id).await;
    let stands: Vec<_> = found.validations.iter().map(|row| row.state.status).collect();
    assert_eq!(stands, [V::Valid, V::WaitingExternalService, V::Timeout, V::Timeout]);
    assert_eq!(found.sample.status, SampleStatus::Stored, "one still waits");
    world.store.time_out_validations(id).await.expect("nothing to do");
    assert_eq!(sample(&world, id).await, found);
    world.judge(callers[1], id, V::Error).await;
    assert_eq!(status(&world, id).await, SampleStatus::Timeout);
    world.judge(callers[2], id, V::Valid).await;
    world.judge(callers[3], id, V::Valid).await;
    assert_eq!(status(&world, id).await, SampleStatus::Error, "late verdicts still count");
    assert!(tasks(&world, ENROL).await.is_empty());
    let nothing = SampleId::new(7).expect("in range");
    world.store.time_out_validations(nothing).await.expect("nothing to do");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_verdicts_at_once_none_is_lost_and_the_sample_is_valid_once() {
    let (world, callers) = world(20).await;
    let world = Arc::new(world);
    let id = world.hand_in(World::PLAGIARISM).await;
    let mut verdicts = JoinSet::new();
    for caller in callers {
        let world = Arc::clone(&world);
        verdicts.spawn(async move { world.judge(caller, id, V::Valid).await });
    }
    verdicts.join_all().await;
    let found = sample(&world, id).await;
    assert_eq!((found.sample.status, found.sample.version), (SampleStatus::Valid, 21));
    assert!(found.validations.iter().all(|row| row.version == 2));
    let enrolling = tasks(&world, ENROL).await;
    assert_eq!(enrolling.len(), 20);
    assert!(enrolling.values().all(|times| *times == 1), "{enrolling:?}");
    assert_eq!(counted(&world).await, ("1".to_owned(), "1".to_owned()));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Judge(usize, ValidationStatus),
    /// The same change comes again, judged on what it was judged on before.
    Again,
    TimeOut,
    Delete(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_usize..3, select(V::ALL)).prop_map(|(who, status)| Step::Judge(who, status)),
        2 => Just(Step::Again),
        1 => Just(Step::TimeOut),
        1 => (0_usize..3).prop_map(Step::Delete),
    ]
}

/// What the verdicts, the sample's status, the valid count and the number of
/// times that it became valid ought to be.
#[derive(Debug, Default)]
struct Plain {
    verdicts: [Option<ValidationStatus>; 3],
    times_valid: usize,
}

impl Plain {
    fn is_valid(&self) -> bool {
        let mut there = self.verdicts.iter().flatten().peekable();
        there.peek().is_some() && there.all(|status| *status == V::Valid)
    }

    fn set(&mut self, who: usize, status: Option<ValidationStatus>) {
        let was_valid = self.is_valid();
        self.verdicts[who] = status;
        self.times_valid += usize::from(self.is_valid() && !was_valid);
    }

    fn status(&self) -> SampleStatus {
        let any = |status| self.verdicts.contains(&Some(status));
        match () {
            () if any(V::Validating) || any(V::WaitingExternalService) => SampleStatus::Stored,
            () if self.is_valid() => SampleStatus::Valid,
            () if any(V::Timeout) => SampleStatus::Timeout,
            () if any(V::Error) => SampleStatus::Error,
            () => SampleStatus::MissingValidator,
        }
    }
}

async fn run(steps: Vec<Step>) {
    let (world, callers) = world(3).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    let mut plain = Plain { verdicts: [Some(V::Validating); 3], times_valid: 0 };
    let mut last = None;
    for step in steps {
        match step {
            Step::Judge(who, status) if plain.verdicts[who].is_some() => {
                let own = world.own_validation(callers[who], id).await;
                let change = ValidationChange { status: Some(status), ..Default::default() };
                let changed = world.store.change_validation(own.clone(), &change).await;
                assert_eq!(changed.expect("taken").after.state.status, status);
                plain.set(who, Some(status));
                last = Some((who, own, change));
            }
            Step::Again => {
                let Some((who, own, change)) = last.clone() else { continue };
                let is_same = Some(own.row().state.status) == change.status;
                let changed = world.store.change_validation(own, &change).await;
                match plain.verdicts[who] {
                    // It changed nothing then, and doesn't look further.
                    _ if is_same => drop(changed.expect("taken")),
                    Some(_) => {
                        changed.expect("taken");
                        plain.set(who, change.status);
                    }
                    None => assert_eq!(changed, Err(Error::not_found())),
                }
            }
            Step::TimeOut => {
                world.store.time_out_validations(id).await.expect("written");
                for who in 0..3 {
                    if plain.verdicts[who] == Some(V::Validating) {
                        plain.set(who, Some(V::Timeout));
                    }
                }
            }
            Step::Delete(who) if plain.verdicts[who].is_some() => {
                let own = world.own_validation(callers[who], id).await;
                world.store.delete_validation(own).await.expect("deleted");
                plain.set(who, None);
            }
            Step::Judge(..) | Step::Delete(_) => {}
        }
        let found = sample(&world, id).await;
        let stand: Vec<_> = found.validations.iter().map(|row| row.state.status).collect();
        let ought: Vec<_> = plain.verdicts.into_iter().flatten().collect();
        assert_eq!((stand, found.sample.status), (ought, plain.status()), "{step:?}");
        let valid = usize::from(plain.is_valid()).to_string();
        assert_eq!(counted(&world).await, ("1".to_owned(), valid), "{step:?}");
        let enrolling = tasks(&world, ENROL).await;
        assert_eq!(enrolling.values().sum::<usize>(), 3 * plain.times_valid, "{step:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_sample_goes_where_a_plain_model_goes(steps in prop::collection::vec(step(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(run(steps));
    }
}
