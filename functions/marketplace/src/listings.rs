//! `/tpp/admin/providers`: staff look after the providers of the marketplace.

use std::collections::BTreeMap;
use std::sync::Arc;

use attesta_model::{ListingId, ProviderId};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{Idempotency, Listing, ListingFields};
use attesta_wire::marketplace::{
    AsStaff, Body, Detail, Failure, HttpValidationError, Limit, ListQuery, Path, Refused,
    StaffDenied, idempotency_key,
};
use axum::Json;
use axum::extract::State;
use http::header::{CACHE_CONTROL, HeaderName};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{NewTpp, TppFields};
use crate::providers::Tpp;

/// What holds a secret is kept nowhere on its way.
pub(crate) const NOT_KEPT: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "no-store")];

/// A provider, as staff see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffTpp)]
pub(crate) struct StaffTpp {
    #[serde(flatten)]
    tpp: Tpp,
    /// The product types that it offers, by category.
    categories: BTreeMap<String, Vec<String>>,
    /// The provider of the provider API that it points at.
    #[schema(required)]
    provider_id: Option<u64>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<&Listing> for StaffTpp {
    fn from(listing: &Listing) -> Self {
        let categories = listing.fields.categories.iter();
        let owned =
            categories.map(|(name, types)| (name.to_owned(), types.map(str::to_owned).collect()));
        Self {
            tpp: listing.into(),
            categories: owned.collect(),
            provider_id: listing.fields.provider_id.map(ProviderId::get),
            created_at: listing.created_at,
            updated_at: listing.updated_at,
        }
    }
}

impl StaffTpp {
    /// The same with its key whole, which is shown once.
    fn with_key(listing: &Listing, key: &str) -> Self {
        let mut shown = Self::from(listing);
        shown.tpp.api_key = key.to_owned();
        shown
    }
}

/// A page of the providers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TppList {
    /// By age.
    providers: Vec<StaffTpp>,
    /// The cursor of the next page; null on the last.
    #[schema(required)]
    next: Option<String>,
}

/// List the providers of the marketplace
#[utoipa::path(get, path = "/tpp/admin/providers", operation_id = "adminListTpps",
    tag = "marketplace admin", security(("user" = [])), params(ListQuery),
    responses((status = 200, description = "OK", body = TppList), StaffDenied,
        (status = 422, description = "Validation Error", body = HttpValidationError)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Limit { limit, after }: Limit<ListingId>,
) -> Result<Json<TppList>, Failure> {
    let page = app.store.staff_listings(&caller, after, limit).await?;
    let providers = page.listings.iter().map(StaffTpp::from).collect();
    Ok(Json(TppList { providers, next: page.next.map(|id| id.to_string()) }))
}

/// Make a provider of the marketplace
///
/// Its key is in the answer, whole and never again: the same call with the same
/// `Idempotency-Key` is a conflict that names the provider.
#[utoipa::path(post, path = "/tpp/admin/providers", operation_id = "adminCreateTpp",
    tag = "marketplace admin", security(("user" = [])), request_body = NewTpp,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "made", body = StaffTpp), StaffDenied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    headers: HeaderMap,
    Body { value: NewTpp(new), raw }: Body<NewTpp, true>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<StaffTpp>), Failure> {
    let key = idempotency_key(&headers)?
        .map(|key| Idempotency::new(None, caller.user_id, "listings", key, &[&raw]));
    let plan = app.store.plan_listing(&caller, key.as_ref()).await?;
    let fields = new.applied(ListingFields::default());
    let (listing, secret) = app.store.create_listing(&plan, fields, key.as_ref()).await?;
    let made = StaffTpp::with_key(&listing, secret.expose());
    Ok((StatusCode::CREATED, NOT_KEPT, Json(made)))
}

/// Read a provider of the marketplace
#[utoipa::path(get, path = "/tpp/admin/providers/{tpp_id}", operation_id = "adminReadTpp",
    tag = "marketplace admin", security(("user" = [])), params(("tpp_id" = String, Path)),
    responses((status = 200, description = "OK", body = StaffTpp), StaffDenied,
        (status = 404, description = "Not found")))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
) -> Result<Json<StaffTpp>, Failure> {
    let managed = app.store.managed_listing::<CanRead>(&caller, &id).await?;
    Ok(Json(managed.get().into()))
}

/// Change a provider of the marketplace
#[utoipa::path(patch, path = "/tpp/admin/providers/{tpp_id}", operation_id = "adminPatchTpp",
    tag = "marketplace admin", security(("user" = [])), params(("tpp_id" = String, Path)),
    request_body = TppFields,
    responses((status = 200, description = "OK", body = StaffTpp), StaffDenied, Refused,
        (status = 404, description = "Not found")))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
    Body { value: change, .. }: Body<TppFields, true>,
) -> Result<Json<StaffTpp>, Failure> {
    let managed = app.store.managed_listing::<CanChange>(&caller, &id).await?;
    let fields = change.applied(managed.get().fields.clone());
    let changed = app.store.change_listing(&managed, fields).await?;
    Ok(Json((&changed).into()))
}

/// Delete a provider of the marketplace
///
/// Its partners see it no more, at once. A provider of the provider API that it
/// points at works for every organisation again.
#[utoipa::path(delete, path = "/tpp/admin/providers/{tpp_id}", operation_id = "adminDeleteTpp",
    tag = "marketplace admin", security(("user" = [])), params(("tpp_id" = String, Path)),
    responses((status = 204, description = "gone"), StaffDenied,
        (status = 404, description = "Not found"),
        (status = 409, description = "changed by others meanwhile",
            body = Detail)))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_listing::<CanChange>(&caller, &id).await?;
    app.store.delete_listing(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a provider of the marketplace another key
///
/// It is in the answer, whole and never again; the one before counts no more.
#[utoipa::path(post, path = "/tpp/admin/providers/{tpp_id}/key", operation_id = "adminRotateTppKey",
    tag = "marketplace admin", security(("user" = [])), params(("tpp_id" = String, Path)),
    responses((status = 200, description = "OK", body = StaffTpp), StaffDenied,
        (status = 404, description = "Not found"),
        (status = 409, description = "changed by others meanwhile",
            body = Detail)))]
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
) -> Result<([(HeaderName, &'static str); 1], Json<StaffTpp>), Failure> {
    let managed = app.store.managed_listing::<CanChange>(&caller, &id).await?;
    let (listing, secret) = app.store.rotate_listing_key(&managed).await?;
    Ok((NOT_KEPT, Json(StaffTpp::with_key(&listing, secret.expose()))))
}
