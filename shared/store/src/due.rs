//! What is due at a time: rows by minute and shard, which whoever runs by the
//! clock takes out as they come due.

use std::collections::HashMap;

use attesta_model::{LearnerId, NotificationId, ProviderId, RequestId, Result, SampleId, UserId};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::batch::{delete_one, put_one};
use crate::table::{Condition, Item, Query, Sort, from_item, to_item};
use crate::{Store, keys, patterns};

/// Something due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Due {
    /// A provider is to be notified.
    Notification {
        /// The provider.
        provider_id: ProviderId,
        /// The notification.
        notification_id: NotificationId,
        /// Which of its times this is: a row of another one counts no more.
        generation: u32,
    },
    /// The validations of a sample are to be there.
    Validations {
        /// The sample.
        sample_id: SampleId,
    },
    /// A learner is to be erased.
    Erasure {
        /// The learner.
        learner_id: LearnerId,
    },
    /// A user is to be erased.
    UserErasure {
        /// The user.
        user_id: UserId,
    },
    /// The results of a request are to be there.
    Results {
        /// The request.
        request_id: RequestId,
        /// How often its providers were asked again so far.
        attempt: u32,
    },
}

impl Due {
    /// What it is, as its row's key tells, and the number that chooses its shard.
    fn place(self) -> (String, u64) {
        match self {
            Self::Notification { provider_id, notification_id: id, generation } => {
                (format!("notification-{provider_id}-{id}-{generation}"), id.get())
            }
            Self::Validations { sample_id } => {
                (format!("validations-{sample_id}"), sample_id.get())
            }
            Self::Erasure { learner_id } => {
                let [.., last] = learner_id.0.into_bytes();
                (format!("erasure-{learner_id}"), u64::from(last))
            }
            Self::UserErasure { user_id } => {
                let [.., last] = user_id.0.into_bytes();
                (format!("user-erasure-{user_id}"), u64::from(last))
            }
            Self::Results { request_id, attempt } => {
                (format!("results-{request_id}-{attempt}"), request_id.get())
            }
        }
    }
}

/// Something due, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DueRow {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub due: Due,
}

/// A page of what is due.
#[derive(Debug)]
pub struct DuePage {
    /// The rows that can be read, soonest first.
    pub rows: Vec<DueRow>,
    /// How many can't be.
    pub unreadable: usize,
    /// Where the next page begins, if there is one.
    pub rest: Option<Item>,
}

impl DueRow {
    fn key(&self) -> keys::Key {
        let (what, number) = self.due.place();
        keys::due(self.at, &what, number)
    }

    fn item(&self) -> Result<Item> {
        to_item(patterns::DUE, self.key(), self)
    }
}

/// The last minute whose rows are all done.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    minute: i64,
}

impl Store {
    /// Files something due, as a part of the transaction that makes it so.
    pub(crate) fn file_due(&self, row: &DueRow) -> Result<TransactWriteItem> {
        self.table.put_if(row.item()?, Condition::default())
    }

    /// A page of what is due in a minute (counted from 1970) before a time,
    /// soonest first. A row that can't be read is logged, and holds up no other.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn due_before(
        &self,
        minute: i64,
        shard: u8,
        before: Timestamp,
        limit: i32,
        after: Option<Item>,
    ) -> Result<DuePage> {
        let bound = Sort::Before(keys::time(before));
        let query = Query::table(keys::due_partition(minute, shard), bound);
        let page = self.table.query(Query { limit: Some(limit), after, ..query }).await?;
        let read = page.items.len();
        let readable = page.items.into_iter().filter_map(|item| {
            let row: Result<DueRow> = from_item(item);
            row.inspect_err(|error| tracing::error!(%error, minute, shard, "unreadable")).ok()
        });
        let rows: Vec<_> = readable.collect();
        Ok(DuePage { unreadable: read - rows.len(), rows, rest: page.last })
    }

    /// Takes rows out, and files others in the same go: those first, so that
    /// nothing is lost in between. One that is in both stays.
    ///
    /// # Errors
    /// When the table can't be written; the call may then be made again.
    pub async fn due_done(&self, done: &[DueRow], next: &[DueRow]) -> Result<()> {
        // Two may be followed by the same one, and a call takes a key once.
        let next: HashMap<_, _> = next.iter().map(|row| (row.key(), row)).collect();
        let puts = next.values().map(|row| put_one(row.item()?));
        self.table.write_many(puts.collect::<Result<_>>()?).await?;
        let deletes = done.iter().filter(|row| !next.contains_key(&row.key()));
        let deletes = deletes.map(|row| delete_one(&row.key()));
        self.table.write_many(deletes.collect::<Result<_>>()?).await
    }

    /// The last minute (counted from 1970) whose rows are all done; none before
    /// the first.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn due_mark(&self) -> Result<Option<i64>> {
        let [item] = self.table.get_many([keys::due_mark()]).await?;
        let mark: Option<Mark> = item.map(from_item).transpose()?;
        Ok(mark.map(|mark| mark.minute))
    }

    /// Remembers the last minute whose rows are all done.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn set_due_mark(&self, minute: i64) -> Result<()> {
        let item = to_item(patterns::MARK, keys::due_mark(), &Mark { minute })?;
        self.table.put(item, Condition::default()).await.map(drop)
    }
}
