//! `/api/v2/provider/`: a provider reads itself, staff read all.

use std::sync::Arc;

use attesta_wire::auth::AsProviderOrUser;
use attesta_wire::provider::{Denied, Failure, Listing, Page, PageRequest, Path, ProviderView};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::HeaderMap;

use crate::App;

/// List providers
///
/// A provider sees itself alone, staff see all.
#[utoipa::path(get, path = "/api/v2/provider/", operation_id = "listProviders", tag = "provider",
    params(Listing),
    responses((status = 200, description = "OK", body = Page<ProviderView>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: AsProviderOrUser,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<ProviderView>>, Failure> {
    let request = PageRequest::from(listing);
    let at = (&app.base, &headers, &uri);
    let caller = match caller {
        AsProviderOrUser::Provider(caller) => caller,
        AsProviderOrUser::User(staff) => {
            let page = app.store.staff_providers(&staff, &request.query()).await?;
            let views = page.rows.iter().cloned().map(|row| (row.provider, row.instrument).into());
            return Ok(Json(request.answer(&page, views.collect(), at)));
        }
    };
    let own = caller.provider_id.to_string();
    let (handle, instrument) = app.store.own_provider_and_instrument(&caller, &own).await?;
    let provider = handle.provider();
    let is_found = request.finds(&[&provider.name, &provider.acronym]);
    let rows = is_found.then(|| (provider.clone(), instrument).into());
    Ok(Json(request.page_of_all(rows.into_iter().collect(), at)))
}

/// Read provider
#[utoipa::path(get, path = "/api/v2/provider/{id}/", operation_id = "readProvider",
    tag = "provider", params(("id" = i64, Path)),
    responses((status = 200, description = "OK", body = ProviderView), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    caller: AsProviderOrUser,
    Path(id): Path<String>,
) -> Result<Json<ProviderView>, Failure> {
    let (provider, instrument) = match caller {
        AsProviderOrUser::Provider(caller) => {
            let (own, instrument) = app.store.own_provider_and_instrument(&caller, &id).await?;
            (own.provider().clone(), instrument)
        }
        AsProviderOrUser::User(staff) => {
            let found = app.store.staff_provider(&staff, &id).await?;
            (found.provider, found.instrument)
        }
    };
    Ok(Json((provider, instrument).into()))
}
