//! Whatever happens in whatever order, queues get what a plain list says.

use std::collections::BTreeMap;

use attesta_model::{Notification, NotificationId, REPEATED};
use attesta_scheduler::COMING;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::support::{Clockwork, Told};

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// The provider asks to be told, maybe not for the first time.
    Ask { key: u8, seconds: i64 },
    /// The provider deletes what it asked for.
    Delete { key: u8 },
    /// Time goes by and the clock runs; maybe it dies after sending.
    Run { after: i64, dies: bool },
    /// The provider's queue stops taking messages, or takes them again.
    Refuse(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let gaps = prop_oneof![6 => 1_i64..120, 2 => 120_i64..1_500, 1 => 1_500_i64..3_000];
    prop_oneof![
        4 => (0_u8..4, -100_i64..1_000).prop_map(|(key, seconds)| Step::Ask { key, seconds }),
        1 => (0_u8..4).prop_map(|key| Step::Delete { key }),
        6 => (gaps, prop::bool::weighted(0.15)).prop_map(|(after, dies)| Step::Run { after, dies }),
        1 => any::<bool>().prop_map(Step::Refuse),
    ]
}

/// What is to come: by key the notification, its first time and its next.
#[derive(Debug, Default)]
struct Plain(BTreeMap<u8, (Notification, Timestamp, Timestamp)>);

impl Plain {
    fn ask(&mut self, key: u8, row: Notification, now: Timestamp) {
        let is_moved = self.0.get(&key).is_none_or(|(old, ..)| old.when != row.when);
        let first = row.when.max(now);
        if is_moved {
            self.0.insert(key, (row, first, first));
        }
    }

    /// What a run sends, and what comes next then.
    fn run(&mut self, now: Timestamp, dies: bool, refuses: bool) -> Vec<Told> {
        let end = now + COMING;
        let mut told = Vec::new();
        for (row, first, next) in self.0.values_mut().filter(|(.., next)| *next < end) {
            told.push(Told { id: row.id, at: now.max(*next) });
            if !dies {
                *next = if refuses { end } else { following(*first, end.max(*next)) };
            }
        }
        if refuses { Vec::new() } else { told }
    }
}

fn following(first: Timestamp, after: Timestamp) -> Timestamp {
    let mut next = first;
    while next <= after {
        next += REPEATED;
    }
    next
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_notification_comes_when_a_plain_list_says(
        steps in prop::collection::vec(step(), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut clockwork = Clockwork::start().await;
            let (mut plain, mut refuses) = (Plain::default(), false);
            clockwork.run().await;
            for step in steps {
                match step {
                    Step::Ask { key, seconds } => {
                        let row = clockwork.ask(&key.to_string(), seconds).await;
                        plain.ask(key, row, clockwork.now());
                    }
                    Step::Delete { key } => {
                        if let Some((row, ..)) = plain.0.remove(&key) {
                            clockwork.delete(row.id).await;
                        }
                    }
                    Step::Refuse(is_so) => {
                        let queue = clockwork.world.aws.queues.url("queue_1");
                        clockwork.world.aws.queues.set_refusing(&queue, is_so);
                        refuses = is_so;
                    }
                    Step::Run { after, dies } => {
                        clockwork.set_dying(dies);
                        let mut told = clockwork.run_after(after).await;
                        clockwork.set_dying(false);
                        let mut expected = plain.run(clockwork.now(), dies, refuses);
                        told.sort_unstable();
                        expected.sort_unstable();
                        assert_eq!(told, expected);
                    }
                }
            }
            // In the end nothing waits but the next time of each.
            clockwork.world.clock.advance(SignedDuration::from_hours(1));
            clockwork.run().await;
            let ids: Vec<NotificationId> = plain.0.values().map(|(row, ..)| row.id).collect();
            assert_eq!(clockwork.waiting().await, ids.len());
        });
    }
}
