//! Enrolments: a provider's models of learners, which one task at a time locks,
//! makes and saves.

use attesta_identity::ProviderCaller;
use attesta_model::{
    EnrolmentId, Error, InstrumentId, LearnerId, Lock, Percentage, ProviderId, Result, TaskId,
};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{Lockable, OwnModel};
use crate::keys::{self, Counted};
use crate::listing::{Compare, ListPage, ListQuery, Listed, Row, Sortable};
use crate::table::{Condition, Item, Query, Sort, Updated, Written, from_item, indexed, to_item};
use crate::{Store, UsedSamples, patterns};

/// A provider's model of a learner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentRow {
    /// Its number.
    pub id: EnrolmentId,
    /// The provider.
    pub provider_id: ProviderId,
    /// The instrument that the provider implements.
    pub instrument_id: InstrumentId,
    /// The learner.
    pub learner_id: LearnerId,
    /// How far the model is made.
    pub percentage: Percentage,
    /// Whether it is good enough to verify with.
    pub can_analyse: bool,
    /// Who is at it.
    #[serde(flatten)]
    pub lock: Lock,
    /// Where the model is, in the bucket, once there is one.
    pub model: Option<String>,
    /// What it was made of.
    #[serde(flatten)]
    pub used: UsedSamples,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a task changes of a model; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ModelChange {
    /// How far the model is made.
    pub percentage: Option<Percentage>,
    /// Whether it is good enough to verify with.
    pub can_analyse: Option<bool>,
    /// What it was made of.
    pub used: Option<UsedSamples>,
}

/// A row after a change, and as it was right before.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// After.
    pub row: EnrolmentRow,
    /// Before.
    pub before: EnrolmentRow,
}

/// How often a change is tried that others come in between of.
const TRIES: u32 = 8;

impl Store {
    /// Locks a model for a task, making it if there is none: of tasks that come
    /// at the same time one gets it. The holder may lock again; a lock that is
    /// too old is taken from its holder.
    ///
    /// # Errors
    /// [`Error::Invalid`] where another task holds it.
    pub async fn lock_model(&self, place: &Lockable, task: TaskId) -> Result<EnrolmentRow> {
        let mut present = place.0.row().cloned();
        for attempt in 0..TRIES {
            let Some(row) = present else {
                match self.put_locked(&place.0, task).await? {
                    Ok(row) => return Ok(row),
                    Err(standing) => present = standing,
                }
                self.pause(attempt).await?;
                continue;
            };
            match self.take_lock(&row, task).await? {
                Updated::Done(item) => return from_item(item),
                // It was deleted meanwhile.
                Updated::Refused(None) => present = None,
                Updated::Refused(Some(item)) => {
                    let standing: EnrolmentRow = from_item(item)?;
                    if standing.lock.by == Some(task) {
                        return Ok(standing);
                    }
                    if row.lock.by != Some(task) {
                        return Err(Lock::refusal());
                    }
                    // It is the holder no more, and may take it like any other.
                    present = Some(standing);
                }
            }
        }
        Err(Error::internal("a model could not be locked in eight tries"))
    }

    /// Puts a new enrolment that a task holds; else the one that stands there.
    async fn put_locked(
        &self,
        place: &OwnModel,
        task: TaskId,
    ) -> Result<Result<EnrolmentRow, Option<EnrolmentRow>>> {
        let now = self.ids.now();
        let id = self.ids.integer()?;
        let row = EnrolmentRow {
            id: EnrolmentId::new(id).ok_or_else(|| Error::internal("id"))?,
            provider_id: place.provider_id(),
            instrument_id: place.instrument_id(),
            learner_id: place.learner_id(),
            percentage: Percentage::default(),
            can_analyse: false,
            lock: Lock::first(task, now),
            model: None,
            used: UsedSamples::default(),
            version: 1,
            created_at: now,
        };
        let writes = vec![
            self.table.put_new(enrolment_item(&row)?)?,
            self.table.add_to(&count_of(&row), "count", 1)?,
        ];
        match self.table.transact(writes).await? {
            Ok(()) => Ok(Ok(row)),
            Err(cancelled) => Ok(Err(cancelled.item.map(from_item).transpose()?)),
        }
    }

    /// The one write that decides who holds a model.
    async fn take_lock(&self, row: &EnrolmentRow, task: TaskId) -> Result<Updated> {
        let now = self.ids.now();
        let number = |number: i64| AttributeValue::N(number.to_string());
        let (update, expression, bound) = if row.lock.by == Some(task) {
            ("SET locked_at = :now ADD version :one", "locked_by = :task", None)
        } else {
            (
                "SET locked_by = :task, locked_at = :now ADD lock_number :one, version :one",
                "attribute_exists(pk) AND (attribute_not_exists(locked_by) OR locked_at < :stale)",
                Some(Lock::stale_before(now).as_millisecond()),
            )
        };
        let condition =
            Condition { expression: Some(expression.to_owned()), ..Condition::default() }
                .value(":task", AttributeValue::S(task.to_string()))
                .value(":now", number(now.as_millisecond()))
                .value(":one", number(1));
        let condition = match bound {
            Some(bound) => condition.value(":stale", number(bound)),
            None => condition,
        };
        let key = keys::enrolment(row.learner_id, row.provider_id);
        self.table.note(&key, update, condition).await
    }

    /// Saves a task's work and lets go of the lock, in one write. The model's
    /// object becomes current if the lock is still the one that it was made
    /// under, by its number.
    ///
    /// # Errors
    /// [`Error::Invalid`] where another task holds the model,
    /// [`Error::NotFound`] where there is none.
    pub async fn save_model(
        &self,
        model: &OwnModel,
        task: TaskId,
        change: &ModelChange,
        made: Option<(u32, String)>,
    ) -> Result<Replaced> {
        self.change_enrolment(model.enrolment()?, |row| {
            row.lock.allows(task)?;
            let made = made
                .iter()
                .find(|(number, _)| row.lock.by == Some(task) && row.lock.number == *number);
            Ok(EnrolmentRow {
                model: made.map(|(_, key)| key.clone()).or_else(|| row.model.clone()),
                lock: row.lock.released(),
                ..change.applied(row)
            })
        })
        .await
    }

    /// Changes what a task gives, and leaves the lock as it is.
    ///
    /// # Errors
    /// Those of [`Store::save_model`].
    pub async fn amend_model(
        &self,
        model: &OwnModel,
        task: TaskId,
        change: &ModelChange,
    ) -> Result<Replaced> {
        self.change_enrolment(model.enrolment()?, |row| {
            row.lock.allows(task)?;
            Ok(change.applied(row))
        })
        .await
    }

    /// Lets go of a lock, for whoever knows its token.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no model, and those of
    /// [`Lock::undone`].
    pub async fn unlock_model(&self, model: &OwnModel, token: TaskId) -> Result<EnrolmentRow> {
        let row = model.row().ok_or(Error::NotFound("No model to unlock"))?;
        let unlock =
            |row: &EnrolmentRow| Ok(EnrolmentRow { lock: row.lock.undone(token)?, ..row.clone() });
        Ok(self.change_enrolment(row, unlock).await?.row)
    }

    /// Changes an enrolment by a rule, as often as others come in between.
    async fn change_enrolment(
        &self,
        from: &EnrolmentRow,
        rule: impl Fn(&EnrolmentRow) -> Result<EnrolmentRow>,
    ) -> Result<Replaced> {
        let mut before = from.clone();
        for attempt in 0..TRIES {
            let row = EnrolmentRow { version: before.version + 1, ..rule(&before)? };
            let put = self.table.put(enrolment_item(&row)?, Condition::version(before.version));
            match put.await? {
                Written::Done => return Ok(Replaced { row, before }),
                Written::Refused(standing) => {
                    before = from_item(standing.ok_or_else(Error::not_found)?)?;
                }
            }
            self.pause(attempt).await?;
        }
        Err(Error::Conflict {
            code: "busy",
            message: "The enrolment is being changed by others; try again.".to_owned(),
        })
    }

    /// Deletes an enrolment, locked or not; what it was.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub async fn delete_model(&self, model: &OwnModel) -> Result<EnrolmentRow> {
        let mut row = model.enrolment()?.clone();
        let key = keys::enrolment(row.learner_id, row.provider_id);
        for attempt in 0..TRIES {
            let writes = vec![
                self.table.delete_if(&key, Condition::version(row.version))?,
                self.table.add_to(&count_of(&row), "count", -1)?,
            ];
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(row),
                Err(cancelled) if cancelled.at.is_some() => {
                    row = from_item(cancelled.item.ok_or_else(Error::not_found)?)?;
                }
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("an enrolment could not be deleted in eight tries"))
    }

    /// The enrolments of the caller's own provider.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::Refused`] for a page too
    /// far in to be walked to.
    pub async fn own_enrolments(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        query: &ListQuery,
    ) -> Result<ListPage<EnrolmentRow>> {
        let partition = keys::provider_enrolments(caller.provider_id);
        let part = Query::index(partition, Sort::Any);
        let listed = Listed { query: part, place: keys::enrolment_in_provider };
        self.list(listed, query, self.own_count(caller, provider, Counted::Enrolments)).await
    }
}

impl ModelChange {
    fn applied(&self, row: &EnrolmentRow) -> EnrolmentRow {
        EnrolmentRow {
            percentage: self.percentage.unwrap_or(row.percentage),
            can_analyse: self.can_analyse.unwrap_or(row.can_analyse),
            used: self.used.clone().unwrap_or_else(|| row.used.clone()),
            ..row.clone()
        }
    }
}

/// An enrolment as an item, on the index of its provider.
pub(crate) fn enrolment_item(row: &EnrolmentRow) -> Result<Item> {
    let key = keys::enrolment(row.learner_id, row.provider_id);
    let item = to_item(patterns::ENROLMENT, key, row)?;
    Ok(indexed(
        item,
        keys::provider_enrolments(row.provider_id),
        keys::enrolment_in_provider(row.id.get()),
    ))
}

/// Where an enrolment is counted.
fn count_of(row: &EnrolmentRow) -> keys::Key {
    keys::count(row.provider_id, Counted::Enrolments, keys::count_shard(row.id.get()))
}

impl Row for EnrolmentRow {
    fn number(&self) -> u64 {
        self.id.get()
    }
}

impl Sortable for EnrolmentRow {
    const FIELDS: &'static [(&'static str, Compare<Self>)] = &[
        ("learner_id", |a, b| a.learner_id.cmp(&b.learner_id)),
        ("percentage", |a, b| a.percentage.get().total_cmp(&b.percentage.get())),
        ("can_analyse", |a, b| a.can_analyse.cmp(&b.can_analyse)),
        ("is_locked", |a, b| a.lock.by.is_some().cmp(&b.lock.by.is_some())),
        ("task_id", |a, b| a.lock.by.cmp(&b.lock.by)),
        ("model_total_samples", |a, b| a.used.count.cmp(&b.used.count)),
    ];

    fn texts(&self) -> Vec<String> {
        vec![self.learner_id.to_string()]
    }
}
