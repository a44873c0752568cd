//! Providers' verdicts on samples: each changes with what it makes of its
//! sample, in one transaction.

use attesta_model::verification::{
    SampleStatus, VALIDATION_PATIENCE, ValidationChange, ValidationState, ValidationStatus,
    Verdicts,
};
use attesta_model::{
    Error, InstrumentId, LearnerId, Problem, ProviderId, Reason, Result, SampleId, ValidationId,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{OwnSample, OwnValidation};
use crate::patterns::{self, SampleWithValidations};
use crate::sample::{SampleRow, sample_item};
use crate::table::{Cancelled, Condition, Item, from_item, to_item};
use crate::{Due, DueRow, OutboxRow, Store, Task, keys};

/// The task that asks a provider to enrol a learner.
const ENROL_TASK: &str = "tesla_ce.tasks.requests.enrolment.enrol_learner";
/// So many verdicts are changed in one transaction at most.
const MOST_AT_ONCE: usize = 90;
/// How often a change is tried while others come in between.
const TRIES: u32 = 40;

/// One provider's verdict on a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidationRow {
    /// Its number.
    pub id: ValidationId,
    /// The sample.
    pub sample_id: SampleId,
    /// The provider.
    pub provider_id: ProviderId,
    /// The instrument that the provider implements.
    pub instrument_id: InstrumentId,
    /// The learner the sample is of.
    pub learner_id: LearnerId,
    /// Where the sample's data is, in the bucket.
    pub data_key: String,
    /// The verdict as it stands.
    #[serde(flatten)]
    pub state: ValidationState,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A verdict that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// What it was.
    pub before: ValidationRow,
    /// What it is now.
    pub after: ValidationRow,
}

impl Store {
    /// Makes the verdict of the caller's own provider on a sample.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is one already.
    pub async fn create_validation(
        &self,
        own: &OwnSample,
        state: ValidationState,
    ) -> Result<ValidationRow> {
        let mut sample = own.row().clone();
        for attempt in 0..TRIES {
            let now = self.ids.now();
            let id = ValidationId::new(self.ids.integer()?);
            let id = id.ok_or_else(|| Error::internal("id"))?;
            let row = new_validation(&sample, own.provider_id(), id, state.clone(), now);
            let put = self.table.put_new(validation_item(&row)?)?;
            let verdicts = sample.verdicts.moved(None, Some(row.state.status));
            match self.judge(&sample, verdicts, vec![put]).await? {
                Ok(()) => return Ok(row),
                Err(cancelled) if cancelled.at == Some(0) => return Err(there_already()),
                Err(_) => self.pause(attempt).await?,
            }
            let [item] = self.table.get_many([keys::sample(sample.id)]).await?;
            sample = from_item(item.ok_or_else(Error::not_found)?)?;
        }
        Err(busy())
    }

    /// Changes a verdict, as often as others come in between. The same change
    /// again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is gone meanwhile, [`Error::Conflict`] where
    /// too many others came in between.
    pub async fn change_validation(
        &self,
        own: OwnValidation,
        change: &ValidationChange,
    ) -> Result<Changed> {
        let (mut sample, mut before) = own.into_rows();
        for attempt in 0..TRIES {
            let state = before.state.changed(change.clone());
            if state.is_same(&before.state) {
                return Ok(Changed { after: before.clone(), before });
            }
            let after = before.with(state, self.ids.now());
            let put =
                self.table.put_if(validation_item(&after)?, Condition::version(before.version))?;
            let (from, to) = (before.state.status, after.state.status);
            let verdicts = sample.verdicts.moved(Some(from), Some(to));
            if self.judge(&sample, verdicts, vec![put]).await?.is_ok() {
                return Ok(Changed { before, after });
            }
            self.pause(attempt).await?;
            (sample, before) = self.both_again(&before).await?;
        }
        Err(busy())
    }

    /// Takes a verdict out.
    ///
    /// # Errors
    /// Those of [`Store::change_validation`].
    pub async fn delete_validation(&self, own: OwnValidation) -> Result<ValidationRow> {
        let (mut sample, mut row) = own.into_rows();
        for attempt in 0..TRIES {
            let key = keys::validation(row.sample_id, row.provider_id);
            let delete = self.table.delete_if(&key, Condition::version(row.version))?;
            let verdicts = sample.verdicts.moved(Some(row.state.status), None);
            if self.judge(&sample, verdicts, vec![delete]).await?.is_ok() {
                return Ok(row);
            }
            self.pause(attempt).await?;
            (sample, row) = self.both_again(&row).await?;
        }
        Err(busy())
    }

    /// Gives up on the verdicts on a sample that are not there yet. Where there
    /// is none such, or no such sample, nothing happens.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn time_out_validations(&self, sample: SampleId) -> Result<()> {
        let pattern = SampleWithValidations(sample);
        for attempt in 0..TRIES {
            let items = self.table.query_all(pattern.query()).await?;
            let Some(found) = pattern.fold(items)? else { return Ok(()) };
            let is_late = |row: &&ValidationRow| row.state.status == ValidationStatus::Validating;
            let late: Vec<_> = found.validations.iter().filter(is_late).collect();
            if late.is_empty() {
                return Ok(());
            }
            let (mut verdicts, mut writes) = (found.sample.verdicts, Vec::new());
            let now = self.ids.now();
            for row in late.into_iter().take(MOST_AT_ONCE) {
                let status = ValidationStatus::Timeout;
                verdicts = verdicts.moved(Some(row.state.status), Some(status));
                let after = row.with(ValidationState { status, ..row.state.clone() }, now);
                let condition = Condition::version(row.version);
                writes.push(self.table.put_if(validation_item(&after)?, condition)?);
            }
            let is_all = writes.len() < MOST_AT_ONCE;
            match self.judge(&found.sample, verdicts, writes).await? {
                Ok(()) if is_all => return Ok(()),
                Ok(()) => {}
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(busy())
    }

    /// Writes changes of verdicts with what they make of their sample, which
    /// must stand as it was read: its status, its learner's count, when verdicts
    /// are to be there, and the tasks that follow from it.
    async fn judge(
        &self,
        sample: &SampleRow,
        verdicts: Verdicts,
        mut writes: Vec<TransactWriteItem>,
    ) -> Result<Result<(), Cancelled>> {
        if verdicts == sample.verdicts {
            return self.table.transact(writes).await;
        }
        let (now, status) = (self.ids.now(), verdicts.summary());
        let version = sample.version + 1;
        let after = SampleRow { status, verdicts, version, updated_at: now, ..sample.clone() };
        writes.push(self.table.put_if(sample_item(&after)?, Condition::version(sample.version))?);
        let [was_valid, is_valid] =
            [sample.status, status].map(|status| status == SampleStatus::Valid);
        if was_valid != is_valid {
            let count = keys::sample_count(sample.learner_id, sample.instrument_id);
            let by = if is_valid { 1 } else { -1 };
            writes.push(self.table.add_to(&count, "valid", by)?);
        }
        if is_valid && !was_valid {
            writes.extend(self.enrolment_tasks(&after).await?);
        }
        let waiting = |verdicts: Verdicts| verdicts.of(ValidationStatus::Validating);
        if waiting(verdicts) > waiting(sample.verdicts) {
            writes.push(self.file_due(&validations_due(sample.id, now))?);
        }
        self.table.transact(writes).await
    }

    /// The outgoing row of a sample that became valid: every provider of its
    /// instrument may now enrol the learner.
    async fn enrolment_tasks(&self, sample: &SampleRow) -> Result<Option<TransactWriteItem>> {
        let entry = self.catalogue_of(sample.instrument_id).await?;
        let entries = entry.into_iter().collect();
        let entries = self.open_to(sample.organisation_id, entries).await?;
        let providers = entries.into_iter().flat_map(|entry| entry.providers);
        let args = serde_json::to_string(&(sample.learner_id, sample.id));
        let args = args.map_err(Error::internal)?;
        let enabled = providers.filter(|provider| provider.enabled);
        let tasks = enabled.map(|provider| self.task(ENROL_TASK, &provider, args.clone()));
        let tasks: Vec<Task> = tasks.collect::<Result<_>>()?;
        if tasks.is_empty() {
            return Ok(None);
        }
        let row = OutboxRow { tasks, ..OutboxRow::new(self.ids.integer()?, sample.updated_at) };
        self.put_outgoing(&row).map(Some)
    }

    async fn both_again(&self, row: &ValidationRow) -> Result<(SampleRow, ValidationRow)> {
        let keys = [keys::sample(row.sample_id), keys::validation(row.sample_id, row.provider_id)];
        let [sample, row] = self.table.get_many(keys).await?;
        let there = |item: Option<Item>| item.ok_or_else(Error::not_found);
        Ok((from_item(there(sample)?)?, from_item(there(row)?)?))
    }
}

impl ValidationRow {
    fn with(&self, state: ValidationState, now: Timestamp) -> Self {
        Self { state, version: self.version + 1, updated_at: now, ..self.clone() }
    }
}

/// A verdict that begins.
pub(crate) fn new_validation(
    sample: &SampleRow,
    provider_id: ProviderId,
    id: ValidationId,
    state: ValidationState,
    now: Timestamp,
) -> ValidationRow {
    ValidationRow {
        id,
        sample_id: sample.id,
        provider_id,
        instrument_id: sample.instrument_id,
        learner_id: sample.learner_id,
        data_key: sample.data_key.clone(),
        state,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// When verdicts that are asked for now are to be there.
pub(crate) fn validations_due(sample_id: SampleId, now: Timestamp) -> DueRow {
    DueRow { at: now + VALIDATION_PATIENCE, due: Due::Validations { sample_id } }
}

pub(crate) fn validation_item(row: &ValidationRow) -> Result<Item> {
    to_item(patterns::VALIDATION, keys::validation(row.sample_id, row.provider_id), row)
}

/// The refusal of a second verdict of one provider on one sample.
#[must_use]
pub fn there_already() -> Error {
    let rule = "The fields sample_id, provider_id must make a unique set.";
    Error::Invalid(vec![Problem { field: None, reason: Reason::Rule(rule.to_owned()) }])
}

fn busy() -> Error {
    Error::Conflict {
        code: "busy",
        message: "The sample is being judged by others; try again.".to_owned(),
    }
}
