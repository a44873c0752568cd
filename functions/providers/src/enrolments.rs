//! `/api/v2/provider/{provider_id}/enrolment/`: a provider locks, makes and
//! saves its models of learners.

use std::sync::Arc;

use attesta_model::TaskId;
use attesta_wire::auth::AsProvider;
use attesta_wire::provider::{
    Body, Denied, Failure, Listing, NotLocked, Page, PageRequest, Path, Refused,
};
use attesta_wire::{Fields, FromFields};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, StatusCode};
use utoipa::ToSchema;

use crate::App;
use crate::models::{ChangeBody, LockBody, ProviderEnrolment, SaveBody};
use crate::samples::EnrolmentSample;
use crate::saving::{Change, forget_used, hold};

/// List provider enrolments
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/enrolment/",
    operation_id = "listEnrolments", tag = "enrolment",
    params(("provider_id" = String, Path), Listing),
    responses((status = 200, description = "OK", body = Page<ProviderEnrolment>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(provider): Path<String>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<ProviderEnrolment>>, Failure> {
    let request = PageRequest::from(listing);
    let page = app.store.own_enrolments(&caller, &provider, &request.query()).await?;
    let mut models = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        models.push(ProviderEnrolment::new(&app.objects, row, &row.used.first).await?);
    }
    Ok(Json(request.answer(&page, models, (&app.base, &headers, &uri))))
}

/// Create provider enrolment
///
/// Locks a learner's model for a task, making it if there is none. Of all
/// answers this one alone says where the model is uploaded to.
#[utoipa::path(post, path = "/api/v2/provider/{provider_id}/enrolment/",
    operation_id = "createEnrolment", tag = "enrolment", request_body = LockBody,
    params(("provider_id" = String, Path)),
    responses((status = 201, description = "OK", body = ProviderEnrolment), Denied, Refused))]
pub(crate) async fn lock(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(provider): Path<String>,
    body: Body<LockBody>,
) -> Result<(StatusCode, Json<ProviderEnrolment>), Failure> {
    let LockBody { learner_id, task_id, .. } = body.value;
    let place = app.store.lockable_model(&caller, &provider, learner_id).await?;
    let row = app.store.lock_model(&place, task_id).await?;
    let form = app.objects.model_form(&hold(&row, task_id)).await?;
    let used = app.store.shown_samples(&row).await?;
    let model = ProviderEnrolment::new(&app.objects, &row, &used).await?;
    Ok((StatusCode::CREATED, Json(model.with_form(form))))
}

/// Read provider enrolment
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/",
    operation_id = "readEnrolment", tag = "enrolment",
    params(("provider_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "OK", body = ProviderEnrolment), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
) -> Result<Json<ProviderEnrolment>, Failure> {
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    let row = model.enrolment()?;
    let used = app.store.shown_samples(row).await?;
    Ok(Json(ProviderEnrolment::new(&app.objects, row, &used).await?))
}

/// Update provider enrolment
///
/// Saves the model and unlocks it: what was uploaded becomes current.
#[utoipa::path(put, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/",
    operation_id = "updateEnrolment", tag = "enrolment", request_body = SaveBody,
    params(("provider_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "OK", body = ProviderEnrolment), Denied, Refused))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
    body: Body<SaveBody>,
) -> Result<Json<ProviderEnrolment>, Failure> {
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    Ok(Json(Change::from(body.value).save(&app, &model).await?))
}

/// Partially update provider enrolment
///
/// Keeps the lock.
#[utoipa::path(patch, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/",
    operation_id = "patchEnrolment", tag = "enrolment", request_body = ChangeBody,
    params(("provider_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 200, description = "OK", body = ProviderEnrolment), Denied, Refused))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
    body: Body<ChangeBody>,
) -> Result<Json<ProviderEnrolment>, Failure> {
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    Ok(Json(Change::from(body.value).amend(&app, &model).await?))
}

/// Delete provider enrolment
///
/// The model's object goes with it.
#[utoipa::path(delete, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/",
    operation_id = "deleteEnrolment", tag = "enrolment",
    params(("provider_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 204, description = "OK"), Denied))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    let row = app.store.delete_model(&model).await?;
    let upload = row.lock.by.map(|task| hold(&row, task).upload_key());
    for key in row.model.iter().chain(&upload) {
        app.objects.discard(key).await;
    }
    forget_used(&app, row.id, &row.used).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The token that a model was locked with: its task's identifier.
#[derive(Debug, ToSchema)]
pub(crate) struct Unlock {
    #[schema(value_type = Uuid)]
    token: TaskId,
}

impl FromFields for Unlock {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { token: TaskId(fields.required("token")?) })
    }
}

/// Unlock a locked model
///
/// What was uploaded under the lock is forgotten.
#[utoipa::path(post, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/unlock/",
    operation_id = "unlockEnrolment", tag = "enrolment", request_body = Unlock,
    params(("provider_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 201, description = "OK", body = EnrolmentSample), Denied, Refused, NotLocked))]
pub(crate) async fn unlock(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
    body: Body<Unlock>,
) -> Result<(StatusCode, Json<EnrolmentSample>), Failure> {
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    let row = app.store.unlock_model(&model, body.value.token).await?;
    let data = match &row.model {
        Some(key) => Some(app.objects.link(key).await?),
        None => None,
    };
    let sample = EnrolmentSample { id: row.id.get(), learner_id: row.learner_id.0, data };
    Ok((StatusCode::CREATED, Json(sample)))
}
