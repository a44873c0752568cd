//! A verification request on the wire.

use attesta_model::Result;
use attesta_objects::Objects;
use attesta_store::{RequestAggregate, RequestedInstrument, ResultRow};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A verification request with what came of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = LearnerRequest)]
pub(crate) struct Document {
    id: u64,
    organisation_id: Uuid,
    learner_id: Uuid,
    activity: Option<String>,
    /// 0 stored, 1 scheduled, 2 processing, 3 processed, 4 error, 5 timeout, 6 missing provider
    #[schema(maximum = 6)]
    status: u8,
    /// Whether the organisation cancelled it; its status is 4 then.
    #[serde(default)]
    cancelled: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Where the document is, for a quarter of an hour.
    #[schema(format = "uri")]
    data: String,
    instruments: Vec<InstrumentResult>,
}

/// What an instrument's providers say together.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct InstrumentResult {
    instrument_id: u64,
    /// As a provider's status; the highest, once none is open.
    #[schema(maximum = 7)]
    status: u8,
    /// The highest result; null while open.
    result: Option<f64>,
    /// The higher of the providers' codes and the level: 0 pending, 1 ok, 2 warning, 3 alert
    #[schema(maximum = 3)]
    code: u8,
    /// By the providers' thresholds alone: 0 pending, 1 ok, 2 warning, 3 alert
    #[schema(maximum = 3)]
    level: u8,
    results: Vec<ProviderResult>,
}

/// What one provider says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProviderResult {
    id: u64,
    provider_id: u64,
    /// 0 pending, 1 processed, 2 error, 3 timeout, 5 missing enrolment, 6 processing, 7 waiting
    #[schema(maximum = 7)]
    status: u8,
    result: Option<f64>,
    /// 0 pending, 1 ok, 2 warning, 3 alert
    #[schema(maximum = 3)]
    code: u8,
    error_message: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl Document {
    /// A request as it stands, without the link to its document.
    pub(crate) fn new(request: &RequestAggregate) -> Self {
        let header = &request.header;
        Self {
            id: header.id.get(),
            organisation_id: header.organisation_id.0,
            learner_id: header.learner_id.0,
            activity: header.activity.clone(),
            status: request.status().number(),
            cancelled: header.cancelled_at.is_some(),
            created_at: header.created_at,
            data: header.data_key.clone(),
            instruments: request.instruments().iter().map(InstrumentResult::new).collect(),
        }
    }

    /// The same with a fresh link in place of the document's key.
    pub(crate) async fn linked(self, objects: &Objects) -> Result<Self> {
        let data = objects.link(&self.data).await?;
        Ok(Self { data, ..self })
    }
}

impl InstrumentResult {
    fn new(instrument: &RequestedInstrument<'_>) -> Self {
        Self {
            instrument_id: instrument.id.get(),
            status: instrument.summary.status.number(),
            result: instrument.summary.result,
            code: instrument.summary.code.number(),
            level: instrument.summary.level.number(),
            results: instrument.results.iter().map(|row| ProviderResult::new(row)).collect(),
        }
    }
}

impl ProviderResult {
    fn new(row: &ResultRow) -> Self {
        Self {
            id: row.id.get(),
            provider_id: row.provider_id.get(),
            status: row.state.status.number(),
            result: row.state.result,
            code: row.state.code.number(),
            error_message: row.state.error_message.clone(),
            updated_at: row.updated_at,
        }
    }
}
