//! From the table's stream: rows that come into the outbox are sent as soon as
//! they are there, and things that changed have their entries kept, by which they
//! are found, listed and counted.

use std::collections::BTreeMap;

use attesta_messaging::Courier;
use attesta_model::{Error, Result};
use attesta_runtime::{Measures, Worked};
use attesta_store::{Indexed, Item, OutboxRow, Store};
use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::Timestamp;
use tokio::task::JoinHandle;

/// What records are worked with.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The way to the queues.
    pub courier: Courier,
}

/// What a record asks for.
#[derive(Debug)]
enum Work {
    /// A row is to be delivered.
    Deliver(Box<OutboxRow>),
    /// A thing has changed.
    Enter(Indexed),
}

/// Works the records of a batch, each for itself. A thing that changed more than
/// once is looked at once: what counts is how it stands.
///
/// A record that can't be worked is reported, so that the stream begins again
/// with it; those after it may then be worked twice, which does no harm. A record
/// that can't be read is logged and let go: it must not hold up its shard, and
/// the sweep will come across the row that it stood for.
///
/// # Errors
/// When not one record of the batch could be worked.
pub async fn handle(app: &App, event: Event) -> Result<Worked<DynamoDbEventResponse>> {
    let mut started: Vec<(String, JoinHandle<Result<Option<Timestamp>>>)> = Vec::new();
    let mut changed: BTreeMap<Indexed, String> = BTreeMap::new();
    for (sequence, work) in event.records.into_iter().filter_map(work_of) {
        match work {
            Work::Deliver(row) => {
                let courier = app.courier.clone();
                let deliver = async move {
                    let was_there = courier.deliver(&row).await?;
                    Ok(was_there.then_some(row.created_at))
                };
                started.push((sequence, tokio::spawn(deliver)));
            }
            Work::Enter(thing) => drop(changed.entry(thing).or_insert(sequence)),
        }
    }
    for (thing, sequence) in changed {
        let store = app.store.clone();
        let enter = async move { store.keep_entries(thing).await.map(|()| None) };
        started.push((sequence, tokio::spawn(enter)));
    }
    let count = started.len();
    let mut failures = Vec::new();
    let mut lags = Vec::new();
    for (sequence, work) in started {
        // Work that panics fails alone, too.
        let result = work.await.unwrap_or_else(|panic| Err(Error::internal(panic)));
        match result {
            Ok(sent) => lags.extend(sent.map(|created_at| lag(app, created_at))),
            Err(error) => {
                tracing::error!(%error, sequence, "a record is not worked");
                failures.push((sequence, error));
            }
        }
    }
    if failures.len() == count
        && let Some((_, error)) = failures.pop()
    {
        return Err(error);
    }
    let mut response = DynamoDbEventResponse::default();
    for (sequence, _) in failures {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(sequence);
        response.batch_item_failures.push(failure);
    }
    let measures = Measures::default().milliseconds("RelayLag", lags);
    Ok(Worked { answer: response, measures })
}

/// How long a row waited in the outbox, in milliseconds.
fn lag(app: &App, created_at: Timestamp) -> f64 {
    app.store.ids().now().duration_since(created_at).as_secs_f64() * 1e3
}

/// What a record asks for, with its place in the stream.
fn work_of(record: EventRecord) -> Option<(String, Work)> {
    let sequence = record.change.sequence_number.unwrap_or_default();
    let is_new = record.event_name == "INSERT";
    let image = if record.change.new_image.is_empty() {
        record.change.old_image
    } else {
        record.change.new_image
    };
    let item: Item = image.into();
    let work = match Indexed::of(&item) {
        Some(thing) => Ok(Some(Work::Enter(thing))),
        None if is_new => OutboxRow::from_item(item).map(|row| Some(Work::Deliver(Box::new(row)))),
        None => Ok(None),
    };
    match work {
        Ok(work) => work.map(|work| (sequence, work)),
        Err(error) => {
            tracing::error!(%error, sequence, "a record that can't be read");
            None
        }
    }
}
