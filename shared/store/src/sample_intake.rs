//! A sample comes in: one round of reads, one transaction.

use attesta_identity::UserCaller;
use attesta_model::verification::{ValidationState, ValidationStatus, Verdicts};
use attesta_model::{
    Error, InstrumentId, Learner, LearnerId, OrganisationId, Provider, Result, SampleId,
    ValidationId,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use tokio::try_join;

use crate::access::{CanRead, CanSubmit, Organisation};
use crate::idempotency::{Idempotency, Planned, Replay};
use crate::patterns::{CatalogueEntry, SampleAggregate, SampleWithValidations};
use crate::sample::{SampleRow, sample_item};
use crate::submission::known_instruments;
use crate::table::from_item;
use crate::validation::{new_validation, validation_item, validations_due};
use crate::{OutboxRow, Store, Task, keys};

/// A transaction holds a hundred writes: the sample, its count, the outbox row,
/// what is due, the remembered answer, the row of the audit log, and so many
/// validations.
const MOST_VALIDATORS: usize = 94;
/// The task that asks a provider to validate.
const VALIDATE_TASK: &str = "tesla_ce.tasks.requests.enrolment.validate_request";

/// What was found for a sample, and the proof that it may be handed in.
#[derive(Debug)]
pub struct SamplePlan {
    organisation: Organisation<CanSubmit>,
    learner_id: LearnerId,
    entry: CatalogueEntry,
}

impl SamplePlan {
    /// The organisation that hands it in.
    #[must_use]
    pub const fn organisation_id(&self) -> OrganisationId {
        self.organisation.id()
    }

    /// The learner it is of.
    #[must_use]
    pub const fn learner_id(&self) -> LearnerId {
        self.learner_id
    }

    fn validators(&self) -> impl Iterator<Item = &Provider> {
        let validates =
            |one: &&Provider| one.enabled && one.allow_validation && one.validation_active;
        self.entry.providers.iter().filter(validates)
    }
}

impl Store {
    /// Looks up, in one round, all that a sample needs: the caller's right, the
    /// learner, the instrument with its providers (in another where one is of
    /// the marketplace), and the answer to the same call if it came before.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a foreign organisation or learner,
    /// [`Error::Invalid`] for an instrument that takes no samples,
    /// [`Error::Conflict`] for a key that was used with another body.
    pub async fn plan_sample(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
        instrument: InstrumentId,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<SamplePlan>> {
        let (rights, [learner], entry) = try_join!(
            self.rights_and_replay(caller, organisation, idempotency),
            self.table.get_many([keys::learner(learner)]),
            self.catalogue_of(instrument),
        )?;
        let (organisation, replay) = rights;
        if let Replay::Same(answer) = replay {
            return Ok(Planned::Same(answer));
        }
        let learner: Option<Learner> = learner.map(from_item).transpose()?;
        let is_own = |l: &Learner| l.organisation_id == organisation.id() && l.is_kept();
        let known = learner.filter(is_own);
        let learner_id = known.ok_or_else(Error::not_found)?.id;
        let entries = known_instruments("instrument", &[instrument], vec![entry])?;
        let mut entries = self.open_to(organisation.id(), entries).await?;
        let entry = entries.pop().ok_or_else(|| Error::internal("no instrument"))?;
        let plan = SamplePlan { organisation, learner_id, entry };
        if plan.validators().count() > MOST_VALIDATORS {
            return Err(Error::Refused("Too many providers for one sample.".to_owned()));
        }
        Ok(Planned::New(plan))
    }

    /// Takes a sample in: the sample, a validation for every provider that
    /// validates, the outgoing messages, when those are to be answered, the
    /// count and the remembered answer, all or nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] for a key that was used with another body meanwhile.
    pub async fn take_sample(
        &self,
        plan: &SamplePlan,
        data_key: &str,
        idempotency: Option<&Idempotency>,
        answer: impl Fn(&SampleAggregate) -> Result<String>,
    ) -> Result<String> {
        self.write_once(idempotency, |now| {
            let taken = self.draft_sample(plan, data_key, now)?;
            Ok((self.new_sample_writes(plan, &taken, now)?, answer(&taken)?))
        })
        .await
    }

    fn draft_sample(
        &self,
        plan: &SamplePlan,
        data_key: &str,
        now: Timestamp,
    ) -> Result<SampleAggregate> {
        let validating = ValidationStatus::Validating;
        let verdicts: Verdicts = plan.validators().map(|_| validating).collect();
        let sample = SampleRow {
            id: SampleId::new(self.ids.integer()?).ok_or_else(|| Error::internal("id"))?,
            learner_id: plan.learner_id,
            organisation_id: plan.organisation.id(),
            instrument_id: plan.entry.instrument.id,
            data_key: data_key.to_owned(),
            status: verdicts.summary(),
            verdicts,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let validations = plan.validators().map(|provider| {
            let id = ValidationId::new(self.ids.integer()?).ok_or_else(|| Error::internal("id"))?;
            let state = ValidationState::new(validating);
            Ok(new_validation(&sample, provider.id, id, state, now))
        });
        let validations = validations.collect::<Result<_>>()?;
        Ok(SampleAggregate { sample, validations })
    }

    fn new_sample_writes(
        &self,
        plan: &SamplePlan,
        taken: &SampleAggregate,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>> {
        let sample = &taken.sample;
        let count = keys::sample_count(sample.learner_id, sample.instrument_id);
        let mut writes =
            vec![self.table.put_new(sample_item(sample)?)?, self.table.add_to(&count, "count", 1)?];
        for row in &taken.validations {
            writes.push(self.table.put_new(validation_item(row)?)?);
        }
        if !taken.validations.is_empty() {
            let asked = plan.validators().zip(&taken.validations);
            let tasks = asked.map(|(provider, row)| {
                let args = serde_json::to_string(&(row.learner_id, row.sample_id, row.id));
                self.task(VALIDATE_TASK, provider, args.map_err(Error::internal)?)
            });
            writes.push(self.put_outgoing(&OutboxRow {
                tasks: tasks.collect::<Result<Vec<Task>>>()?,
                ..OutboxRow::new(sample.id.get(), now)
            })?);
            writes.push(self.file_due(&validations_due(sample.id, now))?);
        }
        Ok(writes)
    }

    /// A sample of an organisation's learner, with every validation.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not that learner's, or they are not that
    /// organisation's, or that is not the caller's.
    pub async fn sample(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
        id: SampleId,
    ) -> Result<SampleAggregate> {
        let pattern = SampleWithValidations(id);
        let (handle, items) = try_join!(
            self.organisation::<CanRead>(caller, organisation),
            self.table.query_all(pattern.query()),
        )?;
        let found = pattern.fold(items)?.filter(|found| {
            found.sample.organisation_id == handle.id() && found.sample.learner_id == learner
        });
        found.ok_or_else(Error::not_found)
    }
}
