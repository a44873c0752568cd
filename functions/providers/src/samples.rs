//! `…/enrolment/{learner_id}/sample/`, and the samples that a model was made of
//! or can be made of.

use std::sync::Arc;

use attesta_model::Result;
use attesta_objects::Objects;
use attesta_store::{ListPage, SampleRow};
use attesta_wire::auth::AsProvider;
use attesta_wire::provider::{Denied, Failure, Listing, Page, PageRequest, Path};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, Uri};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::App;

/// A sample; and, where a model was unlocked, the model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrolmentSample {
    pub(crate) id: u64,
    pub(crate) learner_id: Uuid,
    /// Where the data is, for a quarter of an hour.
    #[schema(format = "uri", value_type = String, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<String>,
}

impl EnrolmentSample {
    /// A row with a link to its data. Signing links makes no call.
    pub(crate) async fn new(objects: &Objects, row: &SampleRow) -> Result<Self> {
        let data = Some(objects.link(&row.data_key).await?);
        Ok(Self { id: row.id.get(), learner_id: row.learner_id.0, data })
    }
}

/// Limit and offset of a list that has one order and no search.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is read as any other list's, and documented by itself")]
struct Paging {
    /// Number of results to return per page.
    limit: Option<i64>,
    /// The initial index from which to return the results.
    offset: Option<i64>,
    /// Where a followed link leads on from; opaque.
    cursor: Option<String>,
}

/// Samples available for this enrolment model
///
/// The learner's valid samples, less those that the model was made of.
#[utoipa::path(get,
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/available_samples/",
    operation_id = "enrolmentAvailableSamples", tag = "enrolment",
    params(("provider_id" = String, Path), ("learner_id" = String, Path), Paging),
    responses((status = 200, description = "OK", body = Page<EnrolmentSample>), Denied))]
pub(crate) async fn available(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<EnrolmentSample>>, Failure> {
    let request = PageRequest::from(listing.unordered());
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    let page = app.store.available_samples(&model, &request.query()).await?;
    answer(&app, &request, &page, (&headers, &uri)).await
}

/// Samples used by this enrolment model
#[utoipa::path(get,
    path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/used_samples/",
    operation_id = "enrolmentUsedSamples", tag = "enrolment",
    params(("provider_id" = String, Path), ("learner_id" = String, Path), Paging),
    responses((status = 200, description = "OK", body = Page<EnrolmentSample>), Denied))]
pub(crate) async fn used(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<EnrolmentSample>>, Failure> {
    let request = PageRequest::from(Listing { cursor: None, ..listing.unordered() });
    let model = app.store.own_model(&caller, &provider, &learner).await?;
    let page = app.store.used_samples(&model, &request.query()).await?;
    answer(&app, &request, &page, (&headers, &uri)).await
}

/// List enrolment samples
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/",
    operation_id = "listSamples", tag = "sample",
    params(("provider_id" = String, Path), ("learner_id" = String, Path), Listing),
    responses((status = 200, description = "OK", body = Page<EnrolmentSample>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner)): Path<(String, String)>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<EnrolmentSample>>, Failure> {
    let request = PageRequest::from(listing);
    let page = app.store.own_samples(&caller, &provider, &learner, &request.query()).await?;
    answer(&app, &request, &page, (&headers, &uri)).await
}

/// Read enrolment sample
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/enrolment/{learner_id}/sample/{id}/",
    operation_id = "readSample", tag = "sample",
    params(("provider_id" = String, Path), ("learner_id" = String, Path), ("id" = i64, Path)),
    responses((status = 200, description = "OK", body = EnrolmentSample), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, learner, sample)): Path<(String, String, String)>,
) -> Result<Json<EnrolmentSample>, Failure> {
    let own = app.store.own_sample(&caller, &provider, &learner, &sample).await?;
    Ok(Json(EnrolmentSample::new(&app.objects, own.row()).await?))
}

async fn answer(
    app: &App,
    request: &PageRequest,
    page: &ListPage<SampleRow>,
    (headers, uri): (&HeaderMap, &Uri),
) -> Result<Json<Page<EnrolmentSample>>, Failure> {
    let mut samples = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        samples.push(EnrolmentSample::new(&app.objects, row).await?);
    }
    Ok(Json(request.answer(page, samples, (&app.base, headers, uri))))
}
