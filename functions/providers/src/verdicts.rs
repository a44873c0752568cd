//! A validation on the wire, both ways.

use attesta_model::verification::{ValidationChange, ValidationState, ValidationStatus};
use attesta_model::{ObjectChange, Reason, Result, SampleId};
use attesta_objects::{Objects, Report};
use attesta_store::ValidationRow;
use attesta_wire::provider::Code;
use attesta_wire::{Fields, FromFields, Number, Text};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::reports::{Absent, object_change, status};
use crate::samples::EnrolmentSample;

/// A provider's validation of a sample.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleValidation {
    id: u64,
    #[schema(value_type = Code<4>, inline)]
    status: u8,
    /// Where the info is, for a quarter of an hour.
    #[schema(format = "uri")]
    info: Option<String>,
    /// Always null: info is read where `info` says.
    #[schema(value_type = Option<Object>)]
    validation_info: Option<Value>,
    provider: u64,
    sample: EnrolmentSample,
    error_message: Option<String>,
    contribution: Option<f64>,
    message_code_id: Option<String>,
}

impl SampleValidation {
    /// A row with links to what it names. Signing links makes no call.
    pub(crate) async fn new(objects: &Objects, row: &ValidationRow) -> Result<Self> {
        let info = match &row.state.info {
            Some(info) => Some(objects.link(&info.key).await?),
            None => None,
        };
        let data = Some(objects.link(&row.data_key).await?);
        Ok(Self {
            id: row.id.get(),
            status: row.state.status.number(),
            info,
            validation_info: None,
            provider: row.provider_id.get(),
            sample: EnrolmentSample { id: row.sample_id.get(), learner_id: row.learner_id.0, data },
            error_message: row.state.error_message.clone(),
            contribution: row.state.contribution,
            message_code_id: row.state.message_code_id.clone(),
        })
    }
}

/// What a provider says of a sample. What is absent stays as it is, but for info
/// in a PUT.
#[derive(Debug, ToSchema)]
#[schema(as = ValidationChange)]
pub(crate) struct Input {
    #[schema(value_type = Code<4>, inline, required = false)]
    status: Option<ValidationStatus>,
    #[schema(value_type = Option<Object>)]
    validation_info: Option<Option<Map<String, Value>>>,
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "named in the contract, and ignored")]
    sample: (),
    #[schema(value_type = Option<String>, min_length = 1)]
    error_message: Option<Option<Text<MAX_MESSAGE>>>,
    /// At most 999.99, with at most two decimal places.
    #[schema(value_type = Option<f64>)]
    contribution: Option<Option<f64>>,
    #[schema(value_type = bool, required = false)]
    #[expect(dead_code, reason = "named in the contract, and ignored")]
    requires_enrolment: (),
    #[schema(value_type = Option<String>, min_length = 1)]
    message_code_id: Option<Option<Text<MAX_CODE>>>,
}

const MAX_MESSAGE: usize = 10_000;
const MAX_CODE: usize = 250;

impl FromFields for Input {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            status: fields.optional("status"),
            validation_info: fields.nullable("validation_info"),
            sample: (),
            error_message: fields.nullable("error_message"),
            contribution: contribution(fields),
            requires_enrolment: (),
            message_code_id: fields.nullable("message_code_id"),
        })
    }
}

/// A number of at most five digits, two of them after the point.
fn contribution(fields: &mut Fields) -> Option<Option<f64>> {
    let given = fields.nullable::<Number>("contribution")?.map(|number| number.0);
    let problem = given.and_then(|number| {
        let rounded = (number * 100.0).round() / 100.0;
        match number {
            _ if number.abs() >= 1_000.0 => {
                Some("Ensure that there are no more than 3 digits before the decimal point.")
            }
            _ if (rounded - number).abs() > f64::EPSILON * number.abs() => {
                Some("Ensure that there are no more than 2 decimal places.")
            }
            _ => None,
        }
    });
    if let Some(problem) = problem {
        fields.problem("contribution", Reason::Rule(problem.to_owned()));
    }
    Some(given)
}

impl Input {
    /// The change that the body stands for, as yet without the key of given
    /// info, and the bytes of that.
    pub(crate) fn change(
        self,
        state: &ValidationState,
        absent: Absent,
    ) -> Result<(ValidationChange, Vec<u8>)> {
        let given = self.validation_info.as_ref();
        let (info, bytes) = object_change(given, state.info.as_ref(), absent)?;
        let text = |text: Option<Text<MAX_CODE>>| text.map(|text| text.0);
        let change = ValidationChange {
            status: self.status,
            info,
            error_message: self.error_message.map(|message| message.map(|text| text.0)),
            message_code_id: self.message_code_id.map(text),
            contribution: self.contribution,
        };
        Ok((change, bytes))
    }
}

/// Stores given info; its key, if there is any.
pub(crate) async fn store_info(
    objects: &Objects,
    sample: SampleId,
    change: &mut ValidationChange,
    bytes: Vec<u8>,
) -> Result<Option<String>> {
    let ObjectChange::Replace(object) = &mut change.info else { return Ok(None) };
    object.key = objects.put_report(Report::Validation(sample), bytes).await?;
    Ok(Some(object.key.clone()))
}

/// A change of status alone; whatever else is given is ignored.
#[derive(Debug, ToSchema)]
#[schema(as = ValidationStatusChange)]
#[expect(dead_code, reason = "all but the status is named in the contract, and ignored")]
pub(crate) struct StatusBody {
    #[schema(value_type = Code<4>, inline, required = true)]
    status: Option<Value>,
    #[schema(value_type = Option<Object>)]
    validation_info: (),
    #[schema(value_type = Object, required = false)]
    sample: (),
    #[schema(value_type = Option<String>, min_length = 1)]
    error_message: (),
    #[schema(value_type = Option<f64>)]
    contribution: (),
    #[schema(value_type = bool, required = false)]
    requires_enrolment: (),
    #[schema(value_type = Option<String>, min_length = 1)]
    message_code_id: (),
}

impl FromFields for StatusBody {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            status: fields.raw("status"),
            validation_info: (),
            sample: (),
            error_message: (),
            contribution: (),
            requires_enrolment: (),
            message_code_id: (),
        })
    }
}

impl StatusBody {
    /// The status, or what is wrong with it.
    pub(crate) fn status(&self) -> Result<ValidationStatus> {
        status(self.status.as_ref(), ValidationStatus::from_number)
    }
}
