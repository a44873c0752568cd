//! Whatever happens in whatever order, the table says what a plain list would.

use std::collections::{BTreeSet, HashMap};

use attesta_identity::ProviderCaller;
use attesta_messaging::message;
use attesta_model::verification::{BINS, ResultChange, ResultCode, ResultState, ResultStatus, bin};
use attesta_model::{Error, InstrumentId, ProviderId, RequestId, Result};
use attesta_scheduler::OVERDUE;
use attesta_store::{Idempotency, NewRequest, OutboxRow, Planned, Tally};
use attesta_testing::World;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::support::{courier, results, swept};

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// An organisation asks, with a key or without, maybe not for the first time.
    Submit { asked: Vec<u64>, key: Option<u8> },
    /// A provider answers some request, maybe again.
    Change { which: usize, provider: usize, status: ResultStatus, result: f64 },
    /// The stream shows a row, maybe again, maybe long after it was sent.
    Deliver { which: usize },
    /// A provider's queue stops taking messages, or takes them again.
    Refuse { provider: usize, refuses: bool },
    /// The clock moves on and the sweep comes round.
    Sweep,
}

fn step() -> impl Strategy<Value = Step> {
    let asked = prop::sample::subsequence(vec![World::PLAGIARISM, World::INTEGRITY], 1..=2);
    let status = prop::sample::select(ResultStatus::ALL);
    let results = prop::sample::select(vec![0.2, 0.9]);
    prop_oneof![
        4 => (asked, prop::option::of(0_u8..2)).prop_map(|(asked, key)| Step::Submit { asked, key }),
        4 => (0_usize..6, 0_usize..2, status, results).prop_map(
            |(which, provider, status, result)| Step::Change { which, provider, status, result }
        ),
        3 => (0_usize..6).prop_map(|which| Step::Deliver { which }),
        1 => (0_usize..2, any::<bool>())
            .prop_map(|(provider, refuses)| Step::Refuse { provider, refuses }),
        1 => Just(Step::Sweep),
    ]
}

/// What the table should hold, and how to get at the real one.
struct Run {
    world: World,
    providers: [ProviderCaller; 2],
    /// Rows of the outbox as they were written, in order; none is forgotten.
    rows: Vec<OutboxRow>,
    /// Which of them were delivered in full.
    delivered: BTreeSet<usize>,
    refusing: [bool; 2],
    answers: HashMap<u8, (Vec<u64>, String)>,
    states: HashMap<(RequestId, ProviderId), ResultState>,
    /// Rows that stand for answers, since the last sweep.
    answered: usize,
}

impl Run {
    async fn new() -> Self {
        let world = World::start().await;
        Self {
            providers: [world.provider, world.other_provider],
            world,
            rows: Vec::new(),
            delivered: BTreeSet::new(),
            refusing: [false; 2],
            answers: HashMap::new(),
            states: HashMap::new(),
            answered: 0,
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Submit { asked, key } => self.submit(asked, key).await,
            Step::Change { which, provider, status, result } => {
                let Some(row) = pick(&self.rows, which) else { return };
                let request = RequestId::new(self.rows[row].id).expect("in range");
                self.change(request, self.providers[provider], status, result).await;
            }
            Step::Deliver { which } => {
                let Some(row) = pick(&self.rows, which) else { return };
                let outcome = courier(&self.world).deliver(&self.rows[row]).await;
                assert_eq!(outcome.is_ok(), !self.is_refused(row));
                if let Ok(was_there) = outcome {
                    assert_eq!(was_there, self.delivered.insert(row));
                }
            }
            Step::Refuse { provider, refuses } => {
                let queue = self.world.aws.queues.url(["queue_1", "queue_2"][provider]);
                self.world.aws.queues.set_refusing(&queue, refuses);
                self.refusing[provider] = refuses;
            }
            Step::Sweep => self.sweep().await,
        }
    }

    fn is_refused(&self, row: usize) -> bool {
        let row = &self.rows[row];
        let is_refusing = |id: ProviderId| {
            let at = self.providers.iter().position(|caller| caller.provider_id == id);
            self.refusing[at.expect("one of the two")]
        };
        counted(row).into_iter().any(is_refusing)
    }

    async fn submit(&mut self, asked: Vec<u64>, key: Option<u8>) {
        let answer = self.call(&asked, key).await;
        let earlier = key.and_then(|key| self.answers.get(&key));
        match (earlier, answer) {
            (Some((body, first)), Ok(again)) => assert_eq!((body, first), (&asked, &again)),
            (Some((body, _)), Err(error)) => {
                assert!(matches!(error, Error::Conflict { .. }) && *body != asked, "{error}");
            }
            (None, answer) => {
                let answer = answer.expect("made");
                let id: RequestId = answer.parse().expect("a number");
                let rows = self.world.outbox().await;
                let row = rows.into_iter().find(|row| row.id == id.get()).expect("a row");
                for provider in counted(&row) {
                    let state = ResultState::new(ResultStatus::Pending);
                    self.states.insert((id, provider), state);
                }
                self.rows.push(row);
                self.answers.extend(key.map(|key| (key, (asked, answer))));
            }
        }
    }

    async fn call(&self, asked: &[u64], key: Option<u8>) -> Result<String> {
        let World { store, user, organisation, learner, .. } = &self.world;
        let instrument = |id: &u64| InstrumentId::new(*id).expect("in range");
        let asked: Vec<_> = asked.iter().map(instrument).collect();
        let body = format!("{asked:?}");
        let key = key.map(|key| {
            let body = [body.as_bytes()];
            Idempotency::new(*organisation, user.user_id, "verification", &key.to_string(), &body)
        });
        let planned = store.plan_request(user, *organisation, *learner, &asked, key.as_ref());
        let new = NewRequest { activity: None, data_key: "requests/document".to_owned() };
        let answer = |request: &attesta_store::RequestAggregate| Ok(request.header.id.to_string());
        match planned.await? {
            Planned::Same(answer) => Ok(answer),
            Planned::New(plan) => store.submit(&plan, &new, key.as_ref(), answer).await,
        }
    }

    async fn change(
        &mut self,
        request: RequestId,
        caller: ProviderCaller,
        status: ResultStatus,
        result: f64,
    ) {
        let store = &self.world.store;
        let (provider, number) = (caller.provider_id.to_string(), request.to_string());
        let own = store.own_result(&caller, &provider, &number).await;
        let Some(state) = self.states.get_mut(&(request, caller.provider_id)) else {
            assert_eq!(own.expect_err("not asked"), Error::not_found());
            return;
        };
        let change = ResultChange {
            status: Some(status),
            result: Some(Some(result)),
            code: Some(ResultCode::Ok),
            ..ResultChange::default()
        };
        let expected = state.changed(change.clone());
        let own = own.expect("its own");
        let changed = store.change_result(own, |state| state.changed(change.clone())).await;
        assert_eq!(changed.map(|row| row.state), expected);
        if let Ok(next) = expected {
            let is_answered = state.status.is_open() && !next.status.is_open();
            let is_entered = state.processed().is_none() && next.processed().is_some();
            self.answered += usize::from(is_answered || is_entered);
            *state = next;
        }
    }

    async fn sweep(&mut self) {
        self.world.clock.advance(OVERDUE + SignedDuration::from_secs(1));
        let due: Vec<_> =
            (0..self.rows.len()).filter(|row| !self.delivered.contains(row)).collect();
        let left = self.world.outbox().await;
        let swept = swept(&self.world).await;
        assert_eq!(swept.sent + swept.failed, due.len() + self.answered);
        self.answered = 0;
        for row in due {
            let id = self.rows[row].id;
            let tasks = &left.iter().find(|left| left.id == id).expect("still there").tasks;
            let is_refused = |queue: &str| {
                let at = ["queue_1", "queue_2"].iter().position(|name| *name == queue);
                self.refusing[at.expect("one of the two")]
            };
            if !tasks.iter().any(|task| is_refused(&task.queue)) {
                self.delivered.insert(row);
            }
        }
    }

    /// What holds at any time.
    async fn assert_counts(&self) {
        for caller in self.providers {
            let is_its = |row: &&usize| counted(&self.rows[**row]).contains(&caller.provider_id);
            let delivered = self.delivered.iter().filter(is_its).count();
            assert_eq!(results(&self.world, caller, 0).await.count, delivered);
        }
    }

    async fn assert_states(&self) {
        for caller in self.providers {
            let id = caller.provider_id;
            let rows = results(&self.world, caller, 1_000).await.rows;
            let mine = self.states.keys().filter(|(_, provider)| *provider == id);
            assert_eq!(rows.len(), mine.count());
            for row in rows {
                assert_eq!(row.state, self.states[&(row.request_id, id)]);
            }
        }
    }

    /// Every processed result is in the histograms, once.
    async fn assert_histograms(&self) {
        let World { store, user, organisation, learner, .. } = &self.world;
        let found = store.histograms(user, *organisation, *learner).await.expect("its own");
        let entered = |bin: usize| -> u64 { found.iter().map(|one| one.bins[bin]).sum() };
        let by_provider = |bin: usize| -> u64 {
            found.iter().flat_map(|one| &one.providers).map(|one| one.bins[bin]).sum()
        };
        for counted in 0..BINS {
            let processed = self.states.values().filter_map(ResultState::processed);
            let there = processed.filter(|result| bin(*result) == counted).count();
            let there = u64::try_from(there).expect("few");
            assert_eq!((entered(counted), by_provider(counted)), (there, there), "{counted}");
        }
    }

    /// What holds in the end.
    async fn assert_all_delivered(&mut self) {
        for provider in 0..2 {
            self.step(Step::Refuse { provider, refuses: false }).await;
        }
        self.sweep().await;
        assert_eq!(self.delivered.len(), self.rows.len());
        assert!(self.world.outbox().await.is_empty());
        let sent = self.world.aws.queues.sent();
        for task in self.rows.iter().flat_map(|row| &row.tasks) {
            assert!(sent.iter().any(|sent| sent.body == message(task)), "{task:?}");
        }
        self.assert_counts().await;
        self.assert_states().await;
        self.assert_histograms().await;
    }
}

/// One of a list, if it isn't empty.
fn pick<T>(list: &[T], which: usize) -> Option<usize> {
    which.checked_rem(list.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_request_arrives_counts_once_and_says_what_was_answered(
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut run = Run::new().await;
            for step in steps {
                run.step(step).await;
                run.assert_counts().await;
            }
            run.assert_all_delivered().await;
        });
    }
}

/// The providers that a row counts a result for.
fn counted(row: &OutboxRow) -> Vec<ProviderId> {
    let provider = |tally: &Tally| tally.key.pk.strip_prefix("PROVIDER#")?.parse().ok();
    row.tallies.iter().map(|tally| provider(tally).expect("a provider's")).collect()
}
