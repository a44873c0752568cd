//! `/lapi/v1/enrolment/{organisation_id}/{learner_id}/`: an organisation hands
//! in samples to enrol a learner with, and sees what came of them.

use std::sync::Arc;

use attesta_model::{Error, InstrumentId, Reason, Result};
use attesta_objects::{Objects, Purpose, Shelf};
use attesta_store::{Idempotency, Planned, SampleAggregate, SamplePlan, ValidationRow};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Body, Denied, Failure, Path, Refused};
use attesta_wire::{Fields, FromFields};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::handed_in::{HandedIn, repeatable};
use crate::learners::ids;

/// A sample with what came of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = LearnerSample)]
pub(crate) struct Sample {
    id: u64,
    organisation_id: Uuid,
    learner_id: Uuid,
    instrument_id: u64,
    /// 0 stored, 1 valid, 2 error, 3 timeout, 4 missing validator
    #[schema(maximum = 4)]
    status: u8,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Where the data is, for a quarter of an hour.
    #[schema(format = "uri")]
    data: String,
    validations: Vec<ProviderValidation>,
}

/// What one provider says of a sample.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProviderValidation {
    id: u64,
    provider_id: u64,
    /// 0 validating, 1 valid, 2 error, 3 timeout, 4 waiting external service
    #[schema(maximum = 4)]
    status: u8,
    error_message: Option<String>,
    message_code_id: Option<String>,
    contribution: Option<f64>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl Sample {
    /// A sample as it stands, without the link to its data.
    fn new(taken: &SampleAggregate) -> Self {
        let sample = &taken.sample;
        Self {
            id: sample.id.get(),
            organisation_id: sample.organisation_id.0,
            learner_id: sample.learner_id.0,
            instrument_id: sample.instrument_id.get(),
            status: sample.status.number(),
            created_at: sample.created_at,
            data: sample.data_key.clone(),
            validations: taken.validations.iter().map(ProviderValidation::new).collect(),
        }
    }

    /// The same with a fresh link in place of the data's key.
    async fn linked(self, objects: &Objects) -> Result<Self> {
        let data = objects.link(&self.data).await?;
        Ok(Self { data, ..self })
    }
}

impl ProviderValidation {
    fn new(row: &ValidationRow) -> Self {
        Self {
            id: row.id.get(),
            provider_id: row.provider_id.get(),
            status: row.state.status.number(),
            error_message: row.state.error_message.clone(),
            message_code_id: row.state.message_code_id.clone(),
            contribution: row.state.contribution,
            updated_at: row.updated_at,
        }
    }
}

/// What a learner is to be enrolled with.
#[derive(Debug, ToSchema)]
pub(crate) struct NewSample {
    /// The instrument to enrol with, by number.
    #[schema(value_type = i64)]
    instrument: InstrumentId,
    #[serde(flatten)]
    handed_in: HandedIn,
}

impl FromFields for NewSample {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let number = fields.required::<i64>("instrument");
        let handed_in = HandedIn::from_fields(fields);
        let instrument = u64::try_from(number?).ok().and_then(InstrumentId::new);
        if instrument.is_none() {
            fields.problem("instrument", Reason::NotAChoice(number?.to_string()));
        }
        Some(Self { instrument: instrument?, handed_in: handed_in? })
    }
}

/// Hand in a sample
///
/// With an `Idempotency-Key` the same call may be made again for a day: it has
/// one effect, and one answer.
#[utoipa::path(post, path = "/lapi/v1/enrolment/{organisation_id}/{learner_id}/",
    operation_id = "createSample", tag = "intake", request_body = NewSample,
    params(("organisation_id" = String, Path), ("learner_id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, max_length = 255)),
    responses((status = 201, description = "OK", body = Sample), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body<NewSample>,
) -> Result<(StatusCode, Json<Sample>), Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let same = repeatable("enrolment", &headers, &caller, (organisation, learner), &body.raw)?;
    let new = body.value;
    let planned = app
        .store
        .plan_sample(&caller, organisation, learner, new.instrument, same.as_ref())
        .await?;
    let answer = match planned {
        Planned::Same(answer) => answer,
        Planned::New(plan) => take(&app, &plan, new.handed_in, same.as_ref()).await?,
    };
    let sample: Sample = serde_json::from_str(&answer).map_err(Error::internal)?;
    Ok((StatusCode::CREATED, Json(sample.linked(&app.objects).await?)))
}

/// Stores the data, then the sample.
async fn take(
    app: &App,
    plan: &SamplePlan,
    handed_in: HandedIn,
    idempotency: Option<&Idempotency>,
) -> Result<String> {
    let (organisation, learner) = (plan.organisation_id(), plan.learner_id());
    let shelf = Shelf { purpose: Purpose::Sample, organisation, learner };
    let data_key = handed_in.store(&app.objects, shelf).await?;
    app.store
        .take_sample(plan, &data_key, idempotency, |taken| {
            serde_json::to_string(&Sample::new(taken)).map_err(Error::internal)
        })
        .await
}

/// Read a sample
#[utoipa::path(get,
    path = "/lapi/v1/enrolment/{organisation_id}/{learner_id}/sample/{sample_id}/",
    operation_id = "readLearnerSample", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path)),
    responses((status = 200, description = "OK", body = Sample), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner, sample)): Path<(String, String, String)>,
) -> Result<Json<Sample>, Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let sample = sample.parse().map_err(|_| Error::not_found())?;
    let found = app.store.sample(&caller, organisation, learner, sample).await?;
    Ok(Json(Sample::new(&found).linked(&app.objects).await?))
}
