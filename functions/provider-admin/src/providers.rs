//! `/api/v2/admin/instrument/{id}/provider/`: services that implement one.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_store::Names;
use attesta_store::access::{CanChange, CanRead};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{
    Body, Denied, Detail, Failure, Listing, Page, PageRequest, Path, ProviderView, Refused,
};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, StatusCode};

use crate::credentials::Credentials;
use crate::provider_fields::{ProviderFields, blank};
use crate::whole::Whole;
use crate::{App, queues};

/// A provider; its credentials are there once, when it is made.
type View = ProviderView<Credentials>;

/// A provider with all that it can't be without.
type WholeProvider = Whole<ProviderFields>;

/// List providers of an instrument
#[utoipa::path(get, path = "/api/v2/admin/instrument/{id}/provider/", tag = "admin",
    operation_id = "adminListProviders", params(("id" = i64, Path), Listing),
    responses((status = 200, description = "OK", body = Page<ProviderView<Credentials>>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(instrument): Path<String>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<View>>, Failure> {
    let request = PageRequest::from(listing);
    let page = app.store.staff_providers_of(&caller, &instrument, &request.query()).await?;
    let views = page.rows.iter().cloned().map(|row| (row.provider, row.instrument).into());
    Ok(Json(request.answer(&page, views.collect(), (&app.base, &headers, &uri))))
}

/// Create a provider
///
/// Makes its queue, which the principal may use, and its first credential,
/// which is shown here and never again.
#[utoipa::path(post, path = "/api/v2/admin/instrument/{id}/provider/", tag = "admin",
    operation_id = "adminCreateProvider", request_body = WholeProvider,
    params(("id" = i64, Path)),
    responses((status = 201, description = "made", body = ProviderView<Credentials>), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(instrument): Path<String>,
    body: Body<WholeProvider>,
) -> Result<(StatusCode, Json<View>), Failure> {
    let Whole(fields) = body.value;
    let new = app.store.plan_provider(&caller, &instrument, fields.names()).await?;
    let blank = blank(new.id(), new.instrument(), app.store.ids().now());
    let draft = fields.applied(blank, new.instrument())?;
    let (provider, credential, secret) = queues::make(&app, &new, draft).await?;
    let credentials = Some(Credentials::new(&credential, &secret));
    let view = View { credentials, ..(provider, new.instrument().clone()).into() };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Read a provider
#[utoipa::path(get, path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/",
    operation_id = "adminReadProvider", tag = "admin",
    params(("id" = i64, Path), ("provider_id" = i64, Path)),
    responses((status = 200, description = "OK", body = ProviderView<Credentials>), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id)): Path<(String, String)>,
) -> Result<Json<View>, Failure> {
    let found = app.store.managed_provider::<CanRead>(&caller, &instrument, &id, Names::default());
    let found = found.await?.get().clone();
    Ok(Json((found.provider, found.instrument).into()))
}

/// Change a provider
///
/// A field that needs not be given and isn't stays as it is. A principal takes
/// the place of the one before; null lets none from outside use the queue.
#[utoipa::path(put, path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/",
    operation_id = "adminUpdateProvider", tag = "admin", request_body = WholeProvider,
    params(("id" = i64, Path), ("provider_id" = i64, Path)),
    responses((status = 200, description = "OK", body = ProviderView<Credentials>), Denied, Refused))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id)): Path<(String, String)>,
    body: Body<WholeProvider>,
) -> Result<Json<View>, Failure> {
    change(&app, &caller, (&instrument, &id), body.value.0).await
}

/// Change some of a provider
#[utoipa::path(patch, path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/",
    operation_id = "adminPatchProvider", tag = "admin", request_body = ProviderFields,
    params(("id" = i64, Path), ("provider_id" = i64, Path)),
    responses((status = 200, description = "OK", body = ProviderView<Credentials>), Denied, Refused))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id)): Path<(String, String)>,
    body: Body<ProviderFields>,
) -> Result<Json<View>, Failure> {
    change(&app, &caller, (&instrument, &id), body.value).await
}

async fn change(
    app: &App,
    caller: &UserCaller,
    (instrument, id): (&str, &str),
    fields: ProviderFields,
) -> Result<Json<View>, Failure> {
    let names = fields.names();
    let managed = app.store.managed_provider::<CanChange>(caller, instrument, id, names).await?;
    managed.get().check_names()?;
    let is_to_open = fields.principal.is_some();
    let (old, instrument) = (managed.get().provider.clone(), managed.get().instrument.clone());
    let changed = fields.applied(old, &instrument)?;
    if is_to_open {
        queues::open(app, &changed, changed.principal.as_ref()).await?;
    }
    let changed = app.store.change_provider(&managed, changed).await?;
    Ok(Json((changed, instrument).into()))
}

/// Delete a provider
///
/// It leaves the catalogue and its credentials count no more, at once. What it
/// answered stays; a result that is still open stays open, as with a provider
/// that doesn't answer. Its queue stays too, shut to its principal, with its
/// messages for as long as queues keep them: 14 days.
#[utoipa::path(delete, path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/",
    operation_id = "adminDeleteProvider", tag = "admin",
    params(("id" = i64, Path), ("provider_id" = i64, Path)),
    responses((status = 204, description = "gone"), Denied,
        (status = 409, description = "changed by others meanwhile", body = Detail)))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let names = Names::default();
    let managed = app.store.managed_provider::<CanChange>(&caller, &instrument, &id, names).await?;
    queues::open(&app, &managed.get().provider, None).await?;
    app.store.delete_provider(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}
