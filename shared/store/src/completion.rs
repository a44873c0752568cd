//! A request is complete once no answer is to come any more: that happens once,
//! and its organisation is told, if it wants to be.

use attesta_model::verification::RequestStatus;
use attesta_model::{Error, OrganisationId, RequestId, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::patterns::{RequestAggregate, RequestWithResults};
use crate::table::Condition;
use crate::{OutboxRow, Store, keys};

/// Something that an organisation is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its identifier; the same however often it is told.
    pub id: Uuid,
    /// Whom it concerns.
    pub organisation_id: OrganisationId,
    /// What happened: `verification.completed`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// To what, as a JSON object.
    pub data: String,
}

impl Event {
    /// What is posted: `{"type", "timestamp", "data"}`.
    #[must_use]
    pub fn body(&self) -> String {
        let data: serde_json::Value = serde_json::from_str(&self.data).unwrap_or_default();
        json!({ "type": self.kind, "timestamp": self.at, "data": data }).to_string()
    }
}

impl Store {
    /// Marks a request as complete if no answer to it is to come any more, and
    /// has its organisation told. Whether this call did.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn settle(&self, id: RequestId) -> Result<bool> {
        let pattern = RequestWithResults(id);
        let found = pattern.fold(self.table.query_all(pattern.query()).await?)?;
        let is_settled = |request: &RequestAggregate| {
            request.header.completed_at.is_some() || request.status() == RequestStatus::Processing
        };
        let Some(request) = found.filter(|request| !is_settled(request)) else { return Ok(false) };
        let webhook = self.webhook(request.header.organisation_id).await?;
        let now = self.ids.now();
        let at = serde_dynamo::to_attribute_value(now).map_err(Error::internal)?;
        let once = Condition {
            expression: Some(
                "attribute_exists(pk) AND attribute_not_exists(completed_at)".to_owned(),
            ),
            ..Condition::default()
        };
        let key = keys::request(id);
        let one = AttributeValue::N("1".to_owned());
        let mark = once.value(":at", at).name("#v", "version").value(":one", one);
        let change = "SET completed_at = :at ADD #v :one";
        let mut writes = vec![self.table.update_if(&key, change, mark)?];
        if webhook.is_some() {
            writes.push(self.tell(self.completed(&request, now)?)?);
        }
        match self.table.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(cancelled) if cancelled.at.is_some() => Ok(false),
            Err(_) => Err(Error::internal("a request was being changed as it was settled")),
        }
    }

    /// Puts an event into the outbox.
    pub(crate) fn tell(&self, event: Event) -> Result<TransactWriteItem> {
        let (id, created_at) = (self.ids.integer()?, event.at);
        let row = OutboxRow { events: vec![event], ..OutboxRow::new(id, created_at) };
        self.put_outgoing(&row)
    }

    fn completed(&self, request: &RequestAggregate, at: Timestamp) -> Result<Event> {
        let header = &request.header;
        let instruments: Vec<_> = request
            .instruments()
            .iter()
            .map(|instrument| {
                let summary = &instrument.summary;
                json!({
                    "instrument_id": instrument.id,
                    "status": summary.status.number(),
                    "result": summary.result,
                    "code": summary.code.number(),
                    "level": summary.level.number(),
                })
            })
            .collect();
        let data = json!({
            "request_id": header.id,
            "learner_id": header.learner_id,
            "status": request.status().number(),
            "instruments": instruments,
        });
        Ok(Event {
            id: self.ids.uuid()?,
            organisation_id: header.organisation_id,
            kind: "verification.completed".to_owned(),
            at,
            data: data.to_string(),
        })
    }
}
