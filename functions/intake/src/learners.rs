//! `PUT /lapi/v1/learner/{organisation_id}/{learner_id}/`: an organisation
//! brings a learner.

use std::sync::Arc;

use attesta_model::{Error, Learner, LearnerId, OrganisationId};
use attesta_store::access::{CanManage, CanRead, CanSubmit};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Denied, Failure, Path};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;

/// A learner.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Learner)]
pub(crate) struct LearnerView {
    learner_id: Uuid,
    organisation_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Since when they are being erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    erasing_at: Option<Timestamp>,
    /// Since when nothing is kept of them but this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    erased_at: Option<Timestamp>,
}

impl From<Learner> for LearnerView {
    fn from(learner: Learner) -> Self {
        Self {
            learner_id: learner.id.0,
            organisation_id: learner.organisation_id.0,
            created_at: learner.created_at,
            erasing_at: learner.erasing_at,
            erased_at: learner.erased_at,
        }
    }
}

/// Bring a learner
///
/// The organisation chooses the identifier. Bringing a learner again changes
/// nothing.
#[utoipa::path(put, path = "/lapi/v1/learner/{organisation_id}/{learner_id}/",
    operation_id = "putLearner", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "known already", body = LearnerView),
        (status = 201, description = "new", body = LearnerView), Denied))]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
) -> Result<(StatusCode, Json<LearnerView>), Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let handle = app.store.organisation::<CanSubmit>(&caller, organisation).await?;
    let (learner, is_new) = app.store.put_learner(&handle, learner).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(learner.into())))
}

/// Read a learner
///
/// Of one who was asked to be erased it says since when, and since when nothing
/// is left.
#[utoipa::path(get, path = "/lapi/v1/learner/{organisation_id}/{learner_id}/",
    operation_id = "readLearner", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "OK", body = LearnerView), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
) -> Result<Json<LearnerView>, Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let learner = app.store.learner_or_trace::<CanRead>(&caller, organisation, learner).await?;
    Ok(Json(learner.into()))
}

/// Erase a learner
///
/// At once nothing more is taken of them. Samples, models, requests and results
/// go within minutes, with every document of theirs; half an hour later, when no
/// form to upload with is good any more, it is done once more and said to be done.
#[utoipa::path(delete, path = "/lapi/v1/learner/{organisation_id}/{learner_id}/",
    operation_id = "eraseLearner", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 202, description = "being erased", body = LearnerView), Denied))]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
) -> Result<(StatusCode, Json<LearnerView>), Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let handle = app.store.organisation::<CanManage>(&caller, organisation).await?;
    let learner = app.store.begin_erasure(&handle, learner).await?;
    Ok((StatusCode::ACCEPTED, Json(learner.into())))
}

/// The identifiers in a path; what can't be one is not there.
pub(crate) fn ids(organisation: &str, learner: &str) -> Result<(OrganisationId, LearnerId), Error> {
    let organisation = organisation.parse().map_err(|_| Error::not_found())?;
    let learner = learner.parse().map_err(|_| Error::not_found())?;
    Ok((organisation, learner))
}
