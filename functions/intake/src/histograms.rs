//! `GET /lapi/v1/results/{organisation_id}/{learner_id}/`: how a learner's
//! results lie.

use std::sync::Arc;

use attesta_store::{Bins, Histogram};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Denied, Failure, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::learners::ids;

/// A learner's results.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LearnerResults {
    instruments: Vec<InstrumentResults>,
}

/// Those of an instrument.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstrumentResults {
    instrument_id: u64,
    /// How many results lie in each tenth from 0 to 1; at most a second behind.
    #[schema(value_type = Vec<i64>)]
    histogram: Bins,
    providers: Vec<ProviderResults>,
}

/// Those of a provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderResults {
    provider_id: u64,
    #[schema(value_type = Vec<i64>)]
    histogram: Bins,
}

impl From<Histogram> for InstrumentResults {
    fn from(instrument: Histogram) -> Self {
        let providers = instrument.providers.into_iter().map(|provider| ProviderResults {
            provider_id: provider.provider_id.get(),
            histogram: provider.bins,
        });
        Self {
            instrument_id: instrument.instrument_id.get(),
            histogram: instrument.bins,
            providers: providers.collect(),
        }
    }
}

/// Read how a learner's results lie
#[utoipa::path(get, path = "/lapi/v1/results/{organisation_id}/{learner_id}/",
    operation_id = "readResults", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "OK", body = LearnerResults), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
) -> Result<Json<LearnerResults>, Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let found = app.store.histograms(&caller, organisation, learner).await?;
    Ok(Json(LearnerResults { instruments: found.into_iter().map(Into::into).collect() }))
}
