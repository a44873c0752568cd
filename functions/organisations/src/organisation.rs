//! `/customers/organisations/{id}`: one organisation.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_wire::customer::{AsUser, Failure, Failures, Missing, Organisation, Path};
use axum::Json;
use axum::extract::State;

use crate::App;

/// Get Organisation By Id
#[utoipa::path(get, path = "/customers/organisations/{id}", operation_id = "getOrganisation",
    tag = "organisations", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<Organisation>, Failure> {
    let seen = app.store.organisation_in_sight(&Caller::User(caller), &id).await?.whole()?;
    Ok(Json(seen.get().into()))
}
