//! The outbox: messages that stand in the table from the moment their cause
//! does until they are sent.

use attesta_model::{DirectoryJob, Error, ImportJobId, Message, Provider, RequestId, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::completion::Event;
use crate::keys::{self, Key};
use crate::table::{Condition, Item, Query, Sort, from_item, to_item};
use crate::{Store, patterns};

/// One row: every message of one event, and what it counts for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Its number; a request's own, where the event is a request.
    pub id: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// What goes up by one as the row is taken out.
    pub tallies: Vec<Tally>,
    /// What is to be sent.
    pub tasks: Vec<Task>,
    /// What organisations are to be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// What people are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
    /// Imports whose turn it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<ImportJobId>,
    /// What the user pool is to follow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<DirectoryJob>,
    /// The request that may be complete by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<RequestId>,
}

/// A number in the table that counts events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The item.
    #[serde(flatten)]
    pub key: Key,
    /// Which of its numbers.
    pub attribute: String,
}

/// A page of a shard's rows.
#[derive(Debug)]
pub struct OutboxPage {
    /// Those that can be read, oldest first.
    pub rows: Vec<OutboxRow>,
    /// How many can't be.
    pub unreadable: usize,
    /// Where the next page begins, if there is one.
    pub rest: Option<Item>,
}

/// A task for a provider's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its identifier; the same however often it is sent.
    pub id: String,
    /// The name that the worker knows it by.
    pub name: String,
    /// The name of the queue.
    pub queue: String,
    /// Where the queue is.
    pub queue_url: String,
    /// Its arguments, as a JSON list.
    pub args: String,
}

impl OutboxRow {
    /// A row with nothing in it yet.
    #[must_use]
    pub const fn new(id: u64, created_at: Timestamp) -> Self {
        Self {
            id,
            created_at,
            tallies: Vec::new(),
            tasks: Vec::new(),
            events: Vec::new(),
            messages: Vec::new(),
            imports: Vec::new(),
            jobs: Vec::new(),
            settles: None,
        }
    }

    /// Reads a row, as the table or its stream has it.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_item(item: Item) -> Result<Self> {
        from_item(item)
    }
}

impl Store {
    /// A task for a provider, with its arguments as a JSON list.
    pub(crate) fn task(&self, name: &str, provider: &Provider, args: String) -> Result<Task> {
        Ok(Task {
            id: self.ids.uuid()?.to_string(),
            name: name.to_owned(),
            queue: provider.queue.clone(),
            queue_url: provider.queue_url.clone(),
            args,
        })
    }

    /// Puts a row in, as a part of the transaction that is its cause.
    pub(crate) fn put_outgoing(&self, row: &OutboxRow) -> Result<TransactWriteItem> {
        let key = keys::outbox(row.id, row.created_at);
        self.table.put_new(to_item(patterns::OUTBOX, key, row)?)
    }

    /// Takes a row out once its messages are sent, and counts it, in one
    /// transaction: however often a row is delivered, it counts once.
    /// Whether it was still there.
    ///
    /// # Errors
    /// When the table can't be written; the row stays then, to be sent again.
    pub async fn outbox_delivered(&self, row: &OutboxRow) -> Result<bool> {
        const TRIES: u32 = 8;
        for attempt in 0..TRIES {
            match self.table.transact(self.delivered(row)?).await? {
                Ok(()) => return Ok(true),
                Err(cancelled) if cancelled.at.is_some() => return Ok(false),
                // Another row's delivery was at the same counter.
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("a row could not be taken out in eight tries"))
    }

    fn delivered(&self, row: &OutboxRow) -> Result<Vec<TransactWriteItem>> {
        let key = keys::outbox(row.id, row.created_at);
        let mut writes = vec![self.table.delete_if(&key, Condition::is_there())?];
        for tally in &row.tallies {
            writes.push(self.table.add_to(&tally.key, &tally.attribute, 1)?);
        }
        Ok(writes)
    }

    /// Leaves in a row only what could not be sent, so that the rest of it
    /// doesn't go out again and again beside it. A row that is gone stays gone.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn outbox_unsent(&self, left: &OutboxRow) -> Result<()> {
        fn value(list: &impl Serialize) -> Result<AttributeValue> {
            serde_dynamo::to_attribute_value(list).map_err(Error::internal)
        }
        let key = keys::outbox(left.id, left.created_at);
        let condition = Condition::is_there()
            .name("#t", "tasks")
            .value(":t", value(&left.tasks)?)
            .name("#e", "events")
            .value(":e", value(&left.events)?)
            .name("#m", "messages")
            .value(":m", value(&left.messages)?)
            .name("#j", "jobs")
            .value(":j", value(&left.jobs)?)
            .name("#i", "imports")
            .value(":i", value(&left.imports)?);
        let change = "SET #t = :t, #e = :e, #m = :m, #j = :j, #i = :i";
        self.table.note(&key, change, condition).await.map(drop)
    }

    /// A page of the rows of a shard that were made before a time, oldest
    /// first. A row that can't be read is logged, and holds up no other.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn outbox_before(
        &self,
        shard: u8,
        before: Timestamp,
        limit: i32,
        after: Option<Item>,
    ) -> Result<OutboxPage> {
        let bound = Sort::Before(keys::time(before));
        let query = Query::table(keys::outbox_partition(shard), bound);
        let page = self.table.query(Query { limit: Some(limit), after, ..query }).await?;
        let read = page.items.len();
        let readable = page.items.into_iter().filter_map(|item| {
            let row = OutboxRow::from_item(item);
            row.inspect_err(|error| tracing::error!(%error, shard, "an unreadable row")).ok()
        });
        let rows: Vec<_> = readable.collect();
        Ok(OutboxPage { unreadable: read - rows.len(), rows, rest: page.last })
    }
}
