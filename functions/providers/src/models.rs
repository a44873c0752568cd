//! A model on the wire, both ways.

use std::collections::BTreeMap;

use attesta_model::{LearnerId, Percentage, Result, SampleId, TaskId};
use attesta_objects::{Objects, PresignedPost};
use attesta_store::{EnrolmentRow, MOST_SHOWN};
use attesta_wire::{Fields, FromFields, Number};
use serde::Serialize;
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// A form that uploads a model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelUpload {
    /// Where to post to.
    #[schema(format = "uri")]
    url: String,
    /// The fields that come before `file`.
    fields: BTreeMap<&'static str, String>,
}

impl From<PresignedPost> for ModelUpload {
    fn from(PresignedPost { url, fields, .. }: PresignedPost) -> Self {
        Self { url, fields }
    }
}

/// The contract lets it be a text as well.
fn upload() -> OneOfBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let null = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(ModelUpload::schema()).item(text).item(null)
}

/// A provider's model of a learner.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderEnrolment {
    id: u64,
    learner_id: Uuid,
    /// Where the model is, for a quarter of an hour.
    #[schema(format = "uri")]
    model: Option<String>,
    is_locked: bool,
    /// The task that holds the lock.
    task_id: Option<Uuid>,
    /// A presigned POST, for whoever just locked the model.
    #[schema(schema_with = upload)]
    model_upload_url: Option<ModelUpload>,
    percentage: f64,
    can_analyse: bool,
    model_total_samples: usize,
    /// The samples that the model was made of: at most a thousand, and in a
    /// list at most a hundred.
    used_samples: Option<Vec<u64>>,
}

impl ProviderEnrolment {
    /// A row with a link to its model, and the samples that show with it.
    pub(crate) async fn new(
        objects: &Objects,
        row: &EnrolmentRow,
        used: &[SampleId],
    ) -> Result<Self> {
        let model = match &row.model {
            Some(key) => Some(objects.link(key).await?),
            None => None,
        };
        Ok(Self {
            id: row.id.get(),
            learner_id: row.learner_id.0,
            model,
            is_locked: row.lock.by.is_some(),
            task_id: row.lock.by.map(|task| task.0),
            model_upload_url: None,
            percentage: row.percentage.get(),
            can_analyse: row.can_analyse,
            model_total_samples: row.used.count,
            used_samples: Some(used.iter().take(MOST_SHOWN).map(|id| id.get()).collect()),
        })
    }

    /// The same with the form for the task that just locked the model.
    pub(crate) fn with_form(self, form: PresignedPost) -> Self {
        Self { model_upload_url: Some(form.into()), ..self }
    }
}

/// Asks for the lock; whatever else is given is ignored.
#[derive(Debug, ToSchema)]
#[schema(as = ModelLock)]
#[expect(dead_code, reason = "all but the two are named in the contract, and ignored")]
pub(crate) struct LockBody {
    #[schema(value_type = Uuid)]
    pub(crate) learner_id: LearnerId,
    #[schema(value_type = Uuid)]
    pub(crate) task_id: TaskId,
    #[schema(value_type = f64, required = false, default = 0)]
    percentage: (),
    #[schema(value_type = bool, required = false, default = false)]
    can_analyse: (),
    #[schema(value_type = Option<Vec<i64>>, default = json!([]))]
    used_samples: (),
}

impl FromFields for LockBody {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (learner, task) = (fields.required("learner_id"), fields.required("task_id"));
        Some(Self {
            learner_id: LearnerId(learner?),
            task_id: TaskId(task?),
            percentage: (),
            can_analyse: (),
            used_samples: (),
        })
    }
}

/// A whole model: what is left out falls to nothing.
#[derive(Debug, ToSchema)]
#[schema(as = ModelSave)]
pub(crate) struct SaveBody {
    /// As in the path.
    #[schema(value_type = Uuid)]
    pub(crate) learner_id: LearnerId,
    /// The holder of the lock, if anybody holds it.
    #[schema(value_type = Uuid)]
    pub(crate) task_id: TaskId,
    #[schema(value_type = f64, required = false, default = 0)]
    pub(crate) percentage: Option<Percentage>,
    #[schema(value_type = bool, required = false, default = false)]
    pub(crate) can_analyse: Option<bool>,
    #[schema(value_type = Option<Vec<i64>>, default = json!([]))]
    pub(crate) used_samples: Option<Option<Vec<i64>>>,
}

impl FromFields for SaveBody {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (learner, task) = (fields.required("learner_id"), fields.required("task_id"));
        let (percentage, can_analyse, used_samples) = figures(fields);
        Some(Self {
            learner_id: LearnerId(learner?),
            task_id: TaskId(task?),
            percentage,
            can_analyse,
            used_samples,
        })
    }
}

/// Part of a model: what is left out stays.
#[derive(Debug, ToSchema)]
#[schema(as = ModelChange)]
pub(crate) struct ChangeBody {
    /// As in the path.
    #[schema(value_type = Uuid, required = false)]
    pub(crate) learner_id: Option<LearnerId>,
    /// The holder of the lock, if anybody holds it.
    #[schema(value_type = Uuid)]
    pub(crate) task_id: TaskId,
    #[schema(value_type = f64, required = false)]
    pub(crate) percentage: Option<Percentage>,
    #[schema(value_type = bool, required = false)]
    pub(crate) can_analyse: Option<bool>,
    #[schema(value_type = Option<Vec<i64>>)]
    pub(crate) used_samples: Option<Option<Vec<i64>>>,
}

impl FromFields for ChangeBody {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (learner, task) = (fields.optional("learner_id"), fields.required("task_id"));
        let (percentage, can_analyse, used_samples) = figures(fields);
        Some(Self {
            learner_id: learner.map(LearnerId),
            task_id: TaskId(task?),
            percentage,
            can_analyse,
            used_samples,
        })
    }
}

type Figures = (Option<Percentage>, Option<bool>, Option<Option<Vec<i64>>>);

fn figures(fields: &mut Fields) -> Figures {
    let percentage = fields.optional("percentage").and_then(|Number(value)| {
        let percentage = Percentage::new(value);
        percentage.map_err(|reason| fields.problem("percentage", reason)).ok()
    });
    (percentage, fields.optional("can_analyse"), fields.nullable("used_samples"))
}
