//! Things: an import whose rows do as they say.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use attesta_imports::{About, Applied, Cells, Column, Kind};
use attesta_model::{Error, Reason, Result};
use attesta_store::access::{ImportTarget, Importers};
use attesta_testing::Bucket;
use attesta_wire::Text;

/// What the rows made, shared by all who apply them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Things(Arc<Made>);

#[derive(Debug, Default)]
struct Made {
    /// How much there is of a thing.
    things: Mutex<BTreeMap<String, f64>>,
    /// How often a row was applied, by its reference.
    applied: Mutex<BTreeMap<String, usize>>,
    now: AtomicUsize,
    most: AtomicUsize,
    breaks: Mutex<Option<Bucket>>,
}

#[derive(Debug)]
pub(crate) struct Thing {
    reference: String,
    amount: f64,
    action: String,
}

impl Things {
    pub(crate) fn made(&self) -> BTreeMap<String, f64> {
        self.0.things.lock().expect("not poisoned").clone()
    }

    pub(crate) fn applied(&self) -> BTreeMap<String, usize> {
        self.0.applied.lock().expect("not poisoned").clone()
    }

    /// The most rows that were being applied at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.0.most.load(Ordering::Relaxed)
    }

    /// A row whose action is `break` takes this down.
    pub(crate) fn can_break(&self, bucket: &Bucket) {
        *self.0.breaks.lock().expect("not poisoned") = Some(bucket.clone());
    }

    fn change(&self, thing: &Thing) -> Result<Applied> {
        let mut things = self.0.things.lock().expect("not poisoned");
        let there = things.insert(thing.reference.clone(), thing.amount);
        let message = if there.is_some() { "Changed." } else { "Made." };
        Ok(Applied::new(&format!("id-{}", thing.reference), message))
    }
}

impl Kind for Things {
    type Row = Thing;

    const NAME: &'static str = "things";
    const COLUMNS: &'static [Column] = &[
        Column {
            name: "reference",
            required: true,
            description: "What the thing is called",
            example: "A, \"B\"",
        },
        Column { name: "amount", required: true, description: "How much of it", example: "1.5" },
        Column { name: "action", required: false, description: "What to do", example: "" },
    ];
    const IMPORTERS: Importers = Importers::StaffAndOwners;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Thing> {
        let reference = cells.required::<Text<20>>("reference");
        let amount = cells.number("amount");
        let action = cells.optional::<Text<20>>("action");
        assert_ne!(cells.text("action"), Some("panic at reading"));
        if amount == Some(None) {
            cells.problem("amount", &Reason::Required);
        }
        let action = action?.unwrap_or_default().0;
        Some(Thing { reference: reference?.0, amount: amount??, action })
    }

    fn about(&self, row: &Thing) -> About {
        let summary = Some(format!("{} of it", row.amount));
        About { summary, reference: Some(row.reference.clone()) }
    }

    /// More of the same thing, said right below.
    fn join(&self, row: &mut Thing, next: Thing) -> Option<Thing> {
        if next.action != "more" || row.reference != next.reference {
            return Some(next);
        }
        row.amount += next.amount;
        None
    }

    fn changes(&self, row: &Thing) -> Option<String> {
        Some(row.reference.clone())
    }

    async fn apply(&self, target: &ImportTarget, row: Thing) -> Result<Applied> {
        let now = self.0.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.0.most.fetch_max(now, Ordering::Relaxed);
        *self.0.applied.lock().expect("not poisoned").entry(row.reference.clone()).or_default() +=
            1;
        match row.action.as_str() {
            "slow" => tokio::time::sleep(Duration::from_millis(20)).await,
            "break" => {
                if let Some(bucket) = self.0.breaks.lock().expect("not poisoned").take() {
                    bucket.set_down(true);
                }
            }
            _ => {}
        }
        self.0.now.fetch_sub(1, Ordering::Relaxed);
        match row.action.as_str() {
            "panic" => panic!("as told"),
            "conflict" => {
                Err(Error::Conflict { code: "taken", message: "It is taken.".to_owned() })
            }
            "invalid" => Err(Error::field("amount", Reason::Rule("is too much".to_owned()))),
            "internal" => Err(Error::internal("a secret")),
            "where" => {
                let id = target.organisation_id().map(|id| id.to_string()).unwrap_or_default();
                Ok(Applied::new(&id, target.organisation_name().unwrap_or_default()))
            }
            _ => self.change(&row),
        }
    }
}

/// The same for staff alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct StaffThings(pub(crate) Things);

impl Kind for StaffThings {
    type Row = Thing;

    const NAME: &'static str = "staff-things";
    const COLUMNS: &'static [Column] = Things::COLUMNS;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Thing> {
        self.0.read(cells)
    }

    async fn apply(&self, target: &ImportTarget, row: Thing) -> Result<Applied> {
        self.0.apply(target, row).await
    }
}
