//! Requests that wait for their providers: those are asked again, until it is
//! too late, or until the organisation cancels.

use attesta_identity::UserCaller;
use attesta_model::verification::{Patience, ResultState, ResultStatus};
use attesta_model::{Error, LearnerId, OrganisationId, Provider, RequestId, Result};
use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::access::{CanChange, CanSubmit, StaffMember};
use crate::patterns::{RequestAggregate, RequestHeader, RequestWithResults, ResultRow};
use crate::submission::{VERIFY_TASK, request_item, result_item};
use crate::table::Condition;
use crate::{Due, DueRow, OutboxRow, Store};

/// How often a change is tried while others come in between.
const TRIES: u32 = 20;

impl Store {
    /// Looks at a request whose results were to be there by now, after its
    /// providers were asked again so many times: whoever has not answered is
    /// asked again, or it is too late for them. When to look next, if ever.
    ///
    /// Looking twice after the same time has one effect.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn look_again(&self, id: RequestId, attempt: u32) -> Result<Option<DueRow>> {
        for tried in 0..TRIES {
            let Some(found) = self.request_by_id(id).await? else { return Ok(None) };
            if !found.is_open() {
                return Ok(None);
            }
            if found.header.asked_again > attempt {
                return Ok(Some(next_look(&found.header)));
            }
            let (writes, next) = match Patience::after(attempt) {
                Patience::AskAgain(_) => self.asking_again(&found, attempt).await?,
                Patience::GiveUp(_) => (self.giving_up(&found)?, None),
            };
            if writes.is_empty() || self.table.transact(writes).await?.is_ok() {
                return Ok(next);
            }
            self.pause(tried).await?;
        }
        Err(Error::internal("a request could not be looked at again"))
    }

    /// Asks who has not answered a request again, now; how many those are. It
    /// counts as one of the times that the clock asks.
    ///
    /// # Errors
    /// [`Error::NotFound`], and [`Error::Refused`] where it is no longer open.
    pub async fn ask_again(&self, _: &StaffMember<CanChange>, id: RequestId) -> Result<usize> {
        for tried in 0..TRIES {
            let found = self.request_by_id(id).await?.ok_or_else(Error::not_found)?;
            if !found.is_open() {
                return Err(Error::Refused("The request is no longer open.".to_owned()));
            }
            let (writes, _) = self.asking_again(&found, found.header.asked_again).await?;
            if self.table.transact(writes).await?.is_ok() {
                return Ok(found.unanswered().count());
            }
            self.pause(tried).await?;
        }
        let message = "The request is being changed by others; try again.".to_owned();
        Err(Error::Conflict { code: "busy", message })
    }

    /// The header says how often its providers were asked, so that none is
    /// asked twice for one time.
    async fn asking_again(
        &self,
        found: &RequestAggregate,
        attempt: u32,
    ) -> Result<(Vec<TransactWriteItem>, Option<DueRow>)> {
        let now = self.ids.now();
        let header = RequestHeader {
            asked_again: attempt + 1,
            asked_at: Some(now),
            version: found.header.version + 1,
            ..found.header.clone()
        };
        let mut writes = vec![self.put_header(&header, found.header.version)?];
        let entries = self.asked_for(&header.instruments).await?.into_iter().flatten().collect();
        let entries = self.open_to(header.organisation_id, entries).await?;
        let providers: Vec<Provider> =
            entries.into_iter().flat_map(|entry| entry.providers).collect();
        let asked = found.unanswered().filter_map(|row| {
            let is_asked = |one: &&Provider| one.id == row.provider_id && one.enabled;
            let provider = providers.iter().find(is_asked)?;
            Some(self.task(VERIFY_TASK, provider, format!("[{},{}]", row.request_id, row.id)))
        });
        let tasks: Vec<_> = asked.collect::<Result<_>>()?;
        if !tasks.is_empty() {
            let row = OutboxRow { tasks, ..OutboxRow::new(self.ids.integer()?, now) };
            writes.push(self.put_outgoing(&row)?);
        }
        Ok((writes, Some(next_look(&header))))
    }

    fn giving_up(&self, found: &RequestAggregate) -> Result<Vec<TransactWriteItem>> {
        let late = |row: &ResultRow| {
            let state = ResultState { status: ResultStatus::Timeout, ..row.state.clone() };
            let item = result_item(&row.with(state, self.ids.now()))?;
            self.table.put_if(item, Condition::version(row.version))
        };
        let mut writes: Vec<_> = found.unanswered().map(late).collect::<Result<_>>()?;
        if !writes.is_empty() {
            writes.push(self.put_settling(found.header.id)?);
        }
        Ok(writes)
    }

    /// Cancels a request that is open: nobody is asked again, and who has not
    /// answered no longer can. Cancelled again, it stays so.
    ///
    /// # Errors
    /// Those of [`Store::request`], and [`Error::Refused`] where it is no longer
    /// open.
    pub async fn cancel(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
        id: RequestId,
    ) -> Result<RequestAggregate> {
        for tried in 0..TRIES {
            let found = self.request_of::<CanSubmit>(caller, organisation, learner, id).await?;
            if found.header.cancelled_at.is_some() {
                return Ok(found);
            }
            if !found.is_open() {
                return Err(Error::Refused("The request is no longer open.".to_owned()));
            }
            let header = RequestHeader {
                cancelled_at: Some(self.ids.now()),
                version: found.header.version + 1,
                ..found.header.clone()
            };
            let mut writes = vec![self.put_header(&header, found.header.version)?];
            let mut results = found.results;
            for row in results.iter_mut().filter(|row| row.state.status.is_open()) {
                let (version, state) = (row.version, row.state.clone().cancelled());
                *row = row.with(state, self.ids.now());
                writes.push(self.table.put_if(result_item(row)?, Condition::version(version))?);
            }
            writes.push(self.put_settling(id)?);
            if self.table.transact(writes).await?.is_ok() {
                return Ok(RequestAggregate { header, results });
            }
            self.pause(tried).await?;
        }
        let message = "The request is being changed by others; try again.".to_owned();
        Err(Error::Conflict { code: "busy", message })
    }

    async fn request_by_id(&self, id: RequestId) -> Result<Option<RequestAggregate>> {
        let pattern = RequestWithResults(id);
        pattern.fold(self.table.query_all(pattern.query()).await?)
    }

    /// The outgoing row of a request that may be complete now.
    fn put_settling(&self, id: RequestId) -> Result<TransactWriteItem> {
        let settles = Some(id);
        let row = OutboxRow { settles, ..OutboxRow::new(self.ids.integer()?, self.ids.now()) };
        self.put_outgoing(&row)
    }

    fn put_header(&self, header: &RequestHeader, version: u32) -> Result<TransactWriteItem> {
        self.table.put_if(request_item(header)?, Condition::version(version))
    }
}

/// When a request is to be looked at after its providers were asked.
fn next_look(header: &RequestHeader) -> DueRow {
    let attempt = header.asked_again;
    let asked_at = header.asked_at.unwrap_or(header.created_at);
    let due = Due::Results { request_id: header.id, attempt };
    DueRow { at: asked_at + Patience::after(attempt).wait(), due }
}
