//! `GET /lapi/v1/enrolment/{organisation_id}/{learner_id}/`: how far a learner
//! is enrolled.

use std::sync::Arc;

use attesta_model::InstrumentId;
use attesta_store::Enrolled;
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Denied, Failure, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::learners::ids;

/// How far a learner is enrolled.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LearnerEnrolment {
    /// Those that samples were handed in for, or that a model was begun for.
    instruments: Vec<InstrumentEnrolment>,
}

/// How far a learner is enrolled for an instrument.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstrumentEnrolment {
    instrument_id: u64,
    samples: Samples,
    providers: Vec<ProviderProgress>,
}

/// How many samples there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Samples {
    count: usize,
    valid: usize,
}

/// How far a provider's model is made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderProgress {
    provider_id: u64,
    /// As the provider says.
    percentage: f64,
    /// Whether it is good enough to verify with.
    can_analyse: bool,
}

impl From<(InstrumentId, Enrolled)> for InstrumentEnrolment {
    fn from((instrument, enrolled): (InstrumentId, Enrolled)) -> Self {
        let providers = enrolled.providers.into_iter().map(|model| ProviderProgress {
            provider_id: model.provider_id.get(),
            percentage: model.percentage,
            can_analyse: model.can_analyse,
        });
        Self {
            instrument_id: instrument.get(),
            samples: Samples { count: enrolled.samples.count, valid: enrolled.samples.valid },
            providers: providers.collect(),
        }
    }
}

/// Read how far a learner is enrolled
#[utoipa::path(get, path = "/lapi/v1/enrolment/{organisation_id}/{learner_id}/",
    operation_id = "readLearnerEnrolment", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "OK", body = LearnerEnrolment), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
) -> Result<Json<LearnerEnrolment>, Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let found = app.store.enrolled(&caller, organisation, learner).await?;
    Ok(Json(LearnerEnrolment { instruments: found.into_iter().map(Into::into).collect() }))
}
