//! `/api/v2/provider/`: a provider reads itself.

use std::sync::Arc;

use attesta_wire::auth::AsProvider;
use attesta_wire::provider::{Denied, Failure, Listing, Page, PageRequest, Path, ProviderView};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::HeaderMap;

use crate::App;

/// List providers
///
/// A provider sees itself alone.
#[utoipa::path(get, path = "/api/v2/provider/", operation_id = "listProviders", tag = "provider",
    params(Listing), responses((status = 200, description = "OK", body = Page<ProviderView>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<ProviderView>>, Failure> {
    let own = caller.provider_id.to_string();
    let (handle, instrument) = app.store.own_provider_and_instrument(&caller, &own).await?;
    let provider = handle.provider();
    let page = PageRequest::from(listing);
    let is_found = page.finds(&[&provider.name, &provider.acronym]);
    let rows = is_found.then(|| (provider.clone(), instrument).into());
    Ok(Json(page.page_of_all(rows.into_iter().collect(), (&app.base, &headers, &uri))))
}

/// Read provider
#[utoipa::path(get, path = "/api/v2/provider/{id}/", operation_id = "readProvider",
    tag = "provider", params(("id" = i64, Path)),
    responses((status = 200, description = "OK", body = ProviderView), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(id): Path<String>,
) -> Result<Json<ProviderView>, Failure> {
    let (handle, instrument) = app.store.own_provider_and_instrument(&caller, &id).await?;
    Ok(Json((handle.provider().clone(), instrument).into()))
}
