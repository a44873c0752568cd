//! `/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/`:
//! a provider judges samples.

use std::sync::Arc;

use attesta_identity::ProviderCaller;
use attesta_model::Error;
use attesta_model::verification::{ValidationChange, ValidationState, ValidationStatus};
use attesta_store::access::OwnValidation;
use attesta_store::{Changed, ValidationRow, there_already};
use attesta_wire::auth::AsProvider;
use attesta_wire::provider::{Body, Denied, Failure, Listing, Page, PageRequest, Path, Refused};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, StatusCode};

use crate::App;
use crate::reports::Absent;
use crate::verdicts::{Input, SampleValidation, StatusBody, store_info};

/// List sample validations
///
/// A provider sees its own alone.
#[utoipa::path(get, operation_id = "listValidations", tag = "validation",
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path), Listing),
    responses((status = 200, description = "OK", body = Page<SampleValidation>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner, sample)): Path<(String, String, String)>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<SampleValidation>>, Failure> {
    let found = app.store.sample_and_own_validation(&caller, &provider, &learner, &sample).await?;
    let page = PageRequest::from(listing);
    let own = found.and_then(|(_, own)| own);
    let mut rows = Vec::new();
    if let Some(row) = own.as_ref().map(OwnValidation::row).filter(|row| is_found(&page, row)) {
        rows.push(SampleValidation::new(&app.objects, row).await?);
    }
    Ok(Json(page.page_of_all(rows, (&app.base, &headers, &uri))))
}

/// Create sample validation
///
/// There is one for each provider and sample.
#[utoipa::path(post, operation_id = "createValidation", tag = "validation", request_body = Input,
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path)),
    responses((status = 201, description = "OK", body = SampleValidation), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner, sample)): Path<(String, String, String)>,
    body: Body<Input>,
) -> Result<(StatusCode, Json<SampleValidation>), Failure> {
    let found = app.store.sample_and_own_validation(&caller, &provider, &learner, &sample).await?;
    let (sample, earlier) = found.ok_or_else(Error::not_found)?;
    if earlier.is_some() {
        return Err(there_already().into());
    }
    let begun = ValidationState::new(ValidationStatus::Validating);
    let (mut change, info) = body.value.change(&begun, Absent::Clears)?;
    store_info(&app.objects, sample.row().id, &mut change, info).await?;
    let row = app.store.create_validation(&sample, begun.changed(change)).await?;
    Ok((StatusCode::CREATED, Json(SampleValidation::new(&app.objects, &row).await?)))
}

/// Read sample validation
#[utoipa::path(get, operation_id = "readValidation", tag = "validation",
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/{id}/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "OK", body = SampleValidation), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(place): Path<Place>,
) -> Result<Json<SampleValidation>, Failure> {
    let own = own(&app, caller, &place).await?;
    Ok(Json(SampleValidation::new(&app.objects, own.row()).await?))
}

/// Update sample validation
///
/// Info that is not given is removed; every other field stays then.
#[utoipa::path(put, operation_id = "updateValidation", tag = "validation", request_body = Input,
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/{id}/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "OK", body = SampleValidation), Denied, Refused))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(place): Path<Place>,
    body: Body<Input>,
) -> Result<Json<SampleValidation>, Failure> {
    change(&app, caller, &place, body.value, Absent::Clears).await
}

/// Partially update sample validation
#[utoipa::path(patch, operation_id = "patchValidation", tag = "validation", request_body = Input,
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/{id}/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "OK", body = SampleValidation), Denied, Refused))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(place): Path<Place>,
    body: Body<Input>,
) -> Result<Json<SampleValidation>, Failure> {
    change(&app, caller, &place, body.value, Absent::Keeps).await
}

/// Delete sample validation
#[utoipa::path(delete, operation_id = "deleteValidation", tag = "validation",
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/{id}/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path), ("id" = String, Path)),
    responses((status = 204, description = "OK"), Denied))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(place): Path<Place>,
) -> Result<StatusCode, Failure> {
    let own = own(&app, caller, &place).await?;
    let gone = app.store.delete_validation(own).await?;
    if let Some(info) = gone.state.info {
        app.objects.discard(&info.key).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Change sample validation status
///
/// Reads `status` alone.
#[utoipa::path(post, operation_id = "setValidationStatus", tag = "validation",
    request_body = StatusBody,
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{sample_id}/validation/{id}/status/",
    params(("provider_id" = String, Path), ("learner_id" = String, Path),
        ("sample_id" = String, Path), ("id" = String, Path)),
    responses((status = 201, description = "OK", body = SampleValidation), Denied, Refused))]
pub(crate) async fn set_status(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(place): Path<Place>,
    body: Body<StatusBody>,
) -> Result<(StatusCode, Json<SampleValidation>), Failure> {
    let own = own(&app, caller, &place).await?;
    let status = Some(body.value.status()?);
    let change = ValidationChange { status, ..ValidationChange::default() };
    let Changed { after, .. } = app.store.change_validation(own, &change).await?;
    Ok((StatusCode::CREATED, Json(SampleValidation::new(&app.objects, &after).await?)))
}

fn is_found(page: &PageRequest, row: &ValidationRow) -> bool {
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    page.finds(&[&text(&row.state.error_message), &text(&row.state.message_code_id)])
}

/// Provider, learner, sample and validation, as a path has them.
type Place = (String, String, String, String);

async fn own(
    app: &App,
    caller: ProviderCaller,
    (provider, learner, sample, id): &Place,
) -> Result<OwnValidation, Error> {
    app.store.own_validation(&caller, provider, (learner, sample), id).await
}

/// Takes a provider's verdict: info to the bucket first, then the change, which
/// alone makes that info count.
async fn change(
    app: &App,
    caller: ProviderCaller,
    place: &Place,
    input: Input,
    absent: Absent,
) -> Result<Json<SampleValidation>, Failure> {
    let own = own(app, caller, place).await?;
    let (mut change, info) = input.change(&own.row().state, absent)?;
    let stored = store_info(&app.objects, own.row().sample_id, &mut change, info).await?;
    let Changed { before, after } = app.store.change_validation(own, &change).await?;
    let kept = after.state.info.as_ref().map(|info| &info.key);
    let replaced = before.state.info.as_ref().map(|info| &info.key);
    for key in [replaced, stored.as_ref()].into_iter().flatten().filter(|key| Some(*key) != kept) {
        app.objects.discard(key).await;
    }
    Ok(Json(SampleValidation::new(&app.objects, &after).await?))
}
