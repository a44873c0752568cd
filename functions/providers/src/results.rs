//! A result on the wire, both ways.

use attesta_model::verification::{ResultChange, ResultCode, ResultStatus};
use attesta_model::{ObjectChange, Result};
use attesta_objects::{Objects, Report};
use attesta_store::ResultRow;
use attesta_wire::provider::Code;
use attesta_wire::{Fields, FromFields, Number, Text};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::reports::{Absent, object_change, status};

/// A request, as far as a provider sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationRequest {
    id: u64,
    /// Where the document is, for a quarter of an hour.
    #[schema(format = "uri")]
    data: String,
}

/// A provider's result of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationResult {
    id: u64,
    request: VerificationRequest,
    learner_id: Uuid,
    result: Option<f64>,
    #[schema(value_type = Code<7>, inline)]
    status: u8,
    error_message: Option<String>,
    #[schema(value_type = Code<3>, inline)]
    code: u8,
    /// Where the evidence is, for a quarter of an hour.
    #[schema(format = "uri")]
    audit: Option<String>,
    /// Always null: evidence is read where `audit` says.
    #[schema(value_type = Option<Object>)]
    audit_data: Option<Value>,
}

impl VerificationResult {
    /// A row with links to what it names. Signing links makes no call.
    pub(crate) async fn new(objects: &Objects, row: &ResultRow) -> Result<Self> {
        let audit = match &row.state.audit {
            Some(audit) => Some(objects.link(&audit.key).await?),
            None => None,
        };
        let data = objects.link(&row.data_key).await?;
        Ok(Self {
            id: row.id.get(),
            request: VerificationRequest { id: row.request_id.get(), data },
            learner_id: row.learner_id.0,
            result: row.state.result,
            status: row.state.status.number(),
            error_message: row.state.error_message.clone(),
            code: row.state.code.number(),
            audit,
            audit_data: None,
        })
    }
}

/// What a provider answers. What is absent stays as it is, but for evidence in
/// a PUT.
#[derive(Debug, ToSchema)]
#[schema(as = ResultChange)]
pub(crate) struct Answer {
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "named in the contract, and ignored")]
    request: (),
    /// Normalised result value.
    #[schema(value_type = Option<f64>)]
    result: Option<Option<Number>>,
    #[schema(value_type = Code<7>, inline, required = false)]
    status: Option<ResultStatus>,
    #[schema(value_type = Option<String>, min_length = 1)]
    error_message: Option<Option<Text<MAX_MESSAGE>>>,
    #[schema(value_type = Code<3>, inline, required = false)]
    code: Option<ResultCode>,
    #[schema(value_type = Option<Object>)]
    audit_data: Option<Option<Map<String, Value>>>,
}

const MAX_MESSAGE: usize = 10_000;

impl FromFields for Answer {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            request: (),
            result: fields.nullable("result"),
            status: fields.optional("status"),
            error_message: fields.nullable("error_message"),
            code: fields.optional("code"),
            audit_data: fields.nullable("audit_data"),
        })
    }
}

impl Answer {
    /// The change that the answer stands for. Evidence is stored on the way,
    /// unless it is what is stored already, or the change is refused.
    pub(crate) async fn change(
        self,
        objects: &Objects,
        row: &ResultRow,
        absent: Absent,
    ) -> Result<ResultChange> {
        let stored = row.state.audit.as_ref();
        let (audit, bytes) = object_change(self.audit_data.as_ref(), stored, absent)?;
        let mut change = ResultChange {
            status: self.status,
            result: self.result.map(|result| result.map(|number| number.0)),
            code: self.code,
            error_message: self.error_message.map(|message| message.map(|text| text.0)),
            audit,
        };
        row.state.changed(change.clone())?;
        if let ObjectChange::Replace(object) = &mut change.audit {
            object.key = objects.put_report(Report::Audit(row.request_id), bytes).await?;
        }
        Ok(change)
    }
}

/// A change of status alone; whatever else is given is ignored.
#[derive(Debug, ToSchema)]
#[schema(as = StatusChange)]
#[expect(dead_code, reason = "all but the status is named in the contract, and ignored")]
pub(crate) struct StatusBody {
    #[schema(value_type = Object, required = false)]
    request: (),
    #[schema(value_type = Option<f64>)]
    result: (),
    #[schema(value_type = Code<7>, inline, required = true)]
    status: Option<Value>,
    #[schema(value_type = Option<String>, min_length = 1)]
    error_message: (),
    #[schema(value_type = Code<3>, inline, required = false)]
    code: (),
    #[schema(value_type = Option<Object>)]
    audit_data: (),
}

impl FromFields for StatusBody {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let status = fields.raw("status");
        Some(Self { request: (), result: (), status, error_message: (), code: (), audit_data: () })
    }
}

impl StatusBody {
    /// The status, or what is wrong with it, in words of its own.
    pub(crate) fn status(&self) -> Result<ResultStatus> {
        status(self.status.as_ref(), ResultStatus::from_number)
    }
}
