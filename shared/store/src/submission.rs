//! Submitting a verification request: one round of reads, one transaction.

use attesta_identity::UserCaller;
use attesta_model::verification::{Patience, RequestStatus, ResultState, ResultStatus};
use attesta_model::{
    Error, InstrumentId, Learner, LearnerId, OrganisationId, Problem, Provider, ProviderId, Reason,
    RequestId, Result, ResultId,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use tokio::try_join;

use crate::access::{CanRead, CanSubmit, Organisation, Right};
use crate::idempotency::{Idempotency, Planned, Replay};
use crate::keys::{self, Counted};
use crate::patterns::{
    self, CatalogueEntry, LearnerWithEnrolments, RequestAggregate, RequestHeader,
    RequestWithResults, ResultRow,
};
use crate::table::{Item, indexed, to_item};
use crate::{Due, DueRow, OutboxRow, Store, Tally};

/// A transaction holds a hundred writes: the header, the outbox row, what is
/// due, the remembered answer, the row of the audit log, and so many results.
const MOST_PROVIDERS: usize = 95;
/// The task that asks a provider to verify.
pub(crate) const VERIFY_TASK: &str = "tesla_ce.tasks.requests.verification.verify_request";

/// What was found for a request, and the proof that it may be made.
#[derive(Debug)]
pub struct Plan {
    organisation: Organisation<CanSubmit>,
    learner_id: LearnerId,
    entries: Vec<CatalogueEntry>,
    ready: Vec<ProviderId>,
}

impl Plan {
    /// The organisation that the request is for.
    #[must_use]
    pub const fn organisation_id(&self) -> OrganisationId {
        self.organisation.id()
    }

    /// The learner that the request is about.
    #[must_use]
    pub const fn learner_id(&self) -> LearnerId {
        self.learner_id
    }

    fn providers(&self) -> impl Iterator<Item = (&CatalogueEntry, &Provider)> {
        self.entries.iter().flat_map(|entry| {
            let enabled = entry.providers.iter().filter(|provider| provider.enabled);
            enabled.map(move |provider| (entry, provider))
        })
    }
}

/// What a caller asks for.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// What the learner was doing.
    pub activity: Option<String>,
    /// Where the data is, in the bucket.
    pub data_key: String,
}

impl Store {
    /// Looks up, in one round, all that a request needs: the caller's right,
    /// the learner with their enrolments, the instruments with their providers
    /// (in another where one is of the marketplace), and the answer to the same call if it came before, which then stands
    /// whatever has become of learner and instruments since.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a foreign organisation or learner,
    /// [`Error::Invalid`] for an instrument that can't be asked for,
    /// [`Error::Conflict`] for a key that was used with another body.
    pub async fn plan_request(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
        instruments: &[InstrumentId],
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<Plan>> {
        let (rights, enrolled, entries) = try_join!(
            self.rights_and_replay(caller, organisation, idempotency),
            self.enrolled_learner(learner),
            self.asked_for(instruments),
        )?;
        let (organisation, replay) = rights;
        if let Replay::Same(answer) = replay {
            return Ok(Planned::Same(answer));
        }
        let is_own = |l: &Learner| l.organisation_id == organisation.id() && l.is_kept();
        let known = enrolled.learner.filter(is_own);
        let learner_id = known.ok_or_else(Error::not_found)?.id;
        let entries = known_instruments("instruments", instruments, entries)?;
        let entries = self.open_to(organisation.id(), entries).await?;
        let plan = Plan { organisation, learner_id, entries, ready: enrolled.ready };
        if plan.providers().count() > MOST_PROVIDERS {
            return Err(Error::Refused("Too many providers for one request.".to_owned()));
        }
        Ok(Planned::New(plan))
    }

    async fn enrolled_learner(&self, id: LearnerId) -> Result<patterns::EnrolledLearner> {
        let pattern = LearnerWithEnrolments(id);
        pattern.fold(self.table.query_all(pattern.query()).await?)
    }

    pub(crate) async fn asked_for(
        &self,
        ids: &[InstrumentId],
    ) -> Result<Vec<Option<CatalogueEntry>>> {
        let mut found = Vec::with_capacity(ids.len());
        let mut asked = tokio::task::JoinSet::new();
        for (at, id) in ids.iter().copied().enumerate() {
            let store = self.clone();
            asked.spawn(async move { (at, store.catalogue_of(id).await) });
        }
        while let Some(answer) = asked.join_next().await {
            found.push(answer.map_err(Error::internal)?);
        }
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Makes a request: the header, a result for every provider, the outgoing
    /// messages and the remembered answer, all or nothing. A call that came
    /// in between with the same key gives its answer instead.
    ///
    /// # Errors
    /// [`Error::Conflict`] for a key that was used with another body meanwhile.
    pub async fn submit(
        &self,
        plan: &Plan,
        new: &NewRequest,
        idempotency: Option<&Idempotency>,
        answer: impl Fn(&RequestAggregate) -> Result<String>,
    ) -> Result<String> {
        self.write_once(idempotency, |now| {
            let request = self.draft(plan, new, now)?;
            Ok((self.request_writes(plan, &request, now)?, answer(&request)?))
        })
        .await
    }

    fn draft(&self, plan: &Plan, new: &NewRequest, now: Timestamp) -> Result<RequestAggregate> {
        let id = RequestId::new(self.ids.integer()?).ok_or_else(|| Error::internal("id"))?;
        let results = plan.providers().map(|(entry, provider)| {
            let is_ready =
                !entry.instrument.requires_enrolment || plan.ready.contains(&provider.id);
            let status =
                if is_ready { ResultStatus::Pending } else { ResultStatus::MissingEnrolment };
            Ok(ResultRow {
                id: ResultId::new(self.ids.integer()?).ok_or_else(|| Error::internal("id"))?,
                request_id: id,
                provider_id: provider.id,
                instrument_id: entry.instrument.id,
                learner_id: plan.learner_id,
                data_key: new.data_key.clone(),
                state: ResultState::new(status),
                thresholds: provider.thresholds,
                version: 1,
                created_at: now,
                updated_at: now,
            })
        });
        let results = results.collect::<Result<_>>()?;
        let header = RequestHeader {
            id,
            organisation_id: plan.organisation.id(),
            learner_id: plan.learner_id,
            created_by: plan.organisation.user().id,
            activity: new.activity.clone(),
            data_key: new.data_key.clone(),
            instruments: plan.entries.iter().map(|entry| entry.instrument.id).collect(),
            asked_again: 0,
            asked_at: None,
            cancelled_at: None,
            version: 1,
            created_at: now,
            completed_at: None,
        };
        Ok(RequestAggregate { header, results })
    }

    fn request_writes(
        &self,
        plan: &Plan,
        request: &RequestAggregate,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>> {
        let header = &request.header;
        let mut writes = vec![self.table.put_new(request_item(header)?)?];
        for row in &request.results {
            writes.push(self.table.put_new(result_item(row)?)?);
        }
        let row = self.outbox_row(plan, request)?;
        writes.push(self.put_outgoing(&row)?);
        if row.settles.is_none() {
            let due = Due::Results { request_id: header.id, attempt: 0 };
            let at = now + Patience::after(0).wait();
            writes.push(self.file_due(&DueRow { at, due })?);
        }
        Ok(writes)
    }

    fn outbox_row(&self, plan: &Plan, request: &RequestAggregate) -> Result<OutboxRow> {
        let pending = plan.providers().zip(&request.results);
        let tasks = pending.filter(|(_, row)| row.state.status == ResultStatus::Pending);
        let tasks = tasks.map(|((_, provider), row)| {
            self.task(VERIFY_TASK, provider, format!("[{},{}]", row.request_id, row.id))
        });
        let shard = keys::count_shard(request.header.id.get());
        let count = |row: &ResultRow| Tally {
            key: keys::count(row.provider_id, Counted::Results, shard),
            attribute: "count".to_owned(),
        };
        let is_complete = request.status() != RequestStatus::Processing;
        Ok(OutboxRow {
            tallies: request.results.iter().map(count).collect(),
            tasks: tasks.collect::<Result<_>>()?,
            settles: is_complete.then_some(request.header.id),
            ..OutboxRow::new(request.header.id.get(), request.header.created_at)
        })
    }

    /// A request of an organisation's learner, with every result.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not that learner's, or they are not that
    /// organisation's, or that is not the caller's.
    pub async fn request(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
        id: RequestId,
    ) -> Result<RequestAggregate> {
        self.request_of::<CanRead>(caller, organisation, learner, id).await
    }

    /// The same for who has the right `R`.
    pub(crate) async fn request_of<R: Right>(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
        id: RequestId,
    ) -> Result<RequestAggregate> {
        let pattern = RequestWithResults(id);
        let (handle, items) = try_join!(
            self.organisation::<R>(caller, organisation),
            self.table.query_all(pattern.query()),
        )?;
        let request = pattern.fold(items)?.filter(|request| {
            let header = &request.header;
            header.organisation_id == handle.id() && header.learner_id == learner
        });
        request.ok_or_else(Error::not_found)
    }
}

/// A request as an item, on the index of its learner.
pub(crate) fn request_item(header: &RequestHeader) -> Result<Item> {
    let item = to_item(patterns::REQUEST, keys::request(header.id), header)?;
    let place = keys::request_partition(header.id);
    Ok(indexed(item, keys::learner_requests(header.learner_id), place))
}

/// A result as an item, on the index of its provider.
pub(crate) fn result_item(row: &ResultRow) -> Result<Item> {
    let item = to_item(patterns::RESULT, keys::result(row.request_id, row.provider_id), row)?;
    Ok(indexed(
        item,
        keys::provider_results(row.provider_id),
        keys::result_in_provider(row.id.get()),
    ))
}

/// The instruments asked for, or what is wrong with the asking.
pub(crate) fn known_instruments(
    field: &str,
    ids: &[InstrumentId],
    entries: Vec<Option<CatalogueEntry>>,
) -> Result<Vec<CatalogueEntry>> {
    let mut known = Vec::with_capacity(ids.len());
    let mut problems = Vec::new();
    for (id, entry) in ids.iter().zip(entries) {
        match entry {
            Some(entry) if entry.instrument.enabled => known.push(entry),
            _ => problems.push(Problem {
                field: Some(field.to_owned()),
                reason: Reason::NotAChoice(id.to_string()),
            }),
        }
    }
    if problems.is_empty() { Ok(known) } else { Err(Error::Invalid(problems)) }
}
