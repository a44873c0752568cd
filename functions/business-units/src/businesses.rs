//! `/customers/businesses`: what units do business as, whosever they are.

use std::sync::Arc;

use attesta_model::Error;
use attesta_wire::customer::{AsCaller, Business, Failure, Failures, Ids, Missing, Path};
use axum::Json;
use axum::extract::State;

use crate::App;

/// Get Business
///
/// By its unit's id: of the caller's organisation, or of one that there is a
/// connection with, either way.
#[utoipa::path(get, path = "/customers/businesses/{id}", operation_id = "getBusiness",
    tag = "businesses", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Business), Failures, Missing))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Path(id): Path<String>,
) -> Result<Json<Business>, Failure> {
    let seen = app.store.unit_in_sight(&caller, &id).await?;
    Ok(Json(Business::of(seen.get()).ok_or_else(Error::not_found)?))
}

/// Get Businesses by Business Unit Ids
///
/// In the order of the ids, those left out that the caller would not get one by
/// one.
#[utoipa::path(get, path = "/customers/businesses",
    operation_id = "getBusinessesByBusinessUnitIds", tag = "businesses",
    params(("ids" = String, Query, description = "1 to 100 ids, with commas between")),
    responses((status = 200, description = "OK", body = Vec<Business>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Ids(ids): Ids,
) -> Result<Json<Vec<Business>>, Failure> {
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let seen = app.store.units_in_sight(&caller, &ids).await?;
    Ok(Json(seen.iter().filter_map(|unit| Business::of(unit.get())).collect()))
}
