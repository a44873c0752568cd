//! `/api/v2/provider/{provider_id}/request/`: a provider answers requests.

use std::sync::Arc;

use attesta_identity::ProviderCaller;
use attesta_model::verification::ResultChange;
use attesta_runtime::Measures;
use attesta_store::ResultRow;
use attesta_store::access::OwnResult;
use attesta_wire::auth::AsProvider;
use attesta_wire::provider::{Body, Denied, Failure, Listing, Page, PageRequest, Path, Refused};
use axum::extract::{OriginalUri, State};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::App;
use crate::reports::Absent;
use crate::results::{Answer, StatusBody, VerificationResult};

/// List provider requests
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/request/",
    operation_id = "listRequests", tag = "request",
    params(("provider_id" = String, Path), Listing),
    responses((status = 200, description = "OK", body = Page<VerificationResult>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(provider): Path<String>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<VerificationResult>>, Failure> {
    let request = PageRequest::from(listing);
    let page = app.store.own_results(&caller, &provider, &request.query()).await?;
    let mut results = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        results.push(VerificationResult::new(&app.objects, row).await?);
    }
    Ok(Json(request.answer(&page, results, (&app.base, &headers, &uri))))
}

/// Read provider request
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/request/{request_id}/",
    operation_id = "readRequest", tag = "request",
    params(("provider_id" = String, Path), ("request_id" = String, Path)),
    responses((status = 200, description = "OK", body = VerificationResult), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, request)): Path<(String, String)>,
) -> Result<Json<VerificationResult>, Failure> {
    let own = app.store.own_result(&caller, &provider, &request).await?;
    Ok(Json(VerificationResult::new(&app.objects, own.row()).await?))
}

/// Update provider request
///
/// Evidence that is not given is removed; every other field stays then.
#[utoipa::path(put, path = "/api/v2/provider/{provider_id}/request/{request_id}/",
    operation_id = "updateRequest", tag = "request", request_body = Answer,
    params(("provider_id" = String, Path), ("request_id" = String, Path)),
    responses((status = 200, description = "OK", body = VerificationResult), Denied, Refused))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, request)): Path<(String, String)>,
    body: Body<Answer>,
) -> Result<Reported, Failure> {
    answer(&app, caller, (&provider, &request), body.value, Absent::Clears).await
}

/// Partially update provider request
#[utoipa::path(patch, path = "/api/v2/provider/{provider_id}/request/{request_id}/",
    operation_id = "patchRequest", tag = "request", request_body = Answer,
    params(("provider_id" = String, Path), ("request_id" = String, Path)),
    responses((status = 200, description = "OK", body = VerificationResult), Denied, Refused))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, request)): Path<(String, String)>,
    body: Body<Answer>,
) -> Result<Reported, Failure> {
    answer(&app, caller, (&provider, &request), body.value, Absent::Keeps).await
}

/// Change provider request status
///
/// Reads `status` alone.
#[utoipa::path(post, path = "/api/v2/provider/{provider_id}/request/{request_id}/status/",
    operation_id = "setRequestStatus", tag = "request", request_body = StatusBody,
    params(("provider_id" = String, Path), ("request_id" = String, Path)),
    responses((status = 201, description = "OK", body = VerificationResult), Denied, Refused))]
pub(crate) async fn set_status(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, request)): Path<(String, String)>,
    body: Body<StatusBody>,
) -> Result<(StatusCode, Reported), Failure> {
    let own = app.store.own_result(&caller, &provider, &request).await?;
    let status = body.value.status()?;
    let change = ResultChange { status: Some(status), ..ResultChange::default() };
    Ok((StatusCode::CREATED, reported(&app, own, &change).await?))
}

/// Takes a provider's answer: evidence to the bucket first, then the change,
/// which alone makes that evidence count.
async fn answer(
    app: &App,
    caller: ProviderCaller,
    (provider, request): (&str, &str),
    answer: Answer,
    absent: Absent,
) -> Result<Reported, Failure> {
    let own = app.store.own_result(&caller, provider, request).await?;
    let change = answer.change(&app.objects, own.row(), absent).await?;
    Ok(reported(app, own, &change).await?)
}

/// A result that was just reported, and what it is measured by.
type Reported = (Extension<Measures>, Json<VerificationResult>);

async fn reported(
    app: &App,
    own: OwnResult,
    change: &ResultChange,
) -> attesta_model::Result<Reported> {
    let version = own.row().version;
    let row = app.store.change_result(own, |state| state.changed(change.clone())).await?;
    let is_new = row.version > version;
    let measures = if is_new { measures(&row, app.store.ids().now()) } else { <_>::default() };
    Ok((Extension(measures), Json(VerificationResult::new(&app.objects, &row).await?)))
}

/// How providers do: what they report, and how long it took from the request, once
/// nothing more is to come.
fn measures(row: &ResultRow, now: Timestamp) -> Measures {
    let (provider, status) = (row.provider_id.to_string(), row.state.status);
    let measures = Measures::of([("provider", provider), ("result", format!("{status:?}"))]);
    let took = now.duration_since(row.created_at).as_secs_f64() * 1e3;
    measures.count("Results", 1).milliseconds("RoundTrip", (!status.is_open()).then_some(took))
}
