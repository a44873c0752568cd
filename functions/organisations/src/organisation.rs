//! `GET /customers/organisations/{id}`: one organisation.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_wire::customer::{AsUser, Failure, Failures, Missing, Organisation, Path};
use axum::Json;
use axum::extract::State;

use crate::App;

/// Get Organisation By Id
///
/// The whole of it for its people and for staff. Whoever deals with it sees
/// nothing of its bills and of its people but the owner, and its units where
/// they organise for it. Of those whom it deals with, the first hundred.
#[utoipa::path(get, path = "/customers/organisations/{id}", operation_id = "getOrganisation",
    tag = "organisations", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.organisation_view(&Caller::User(caller), &id).await?;
    Ok(Json(Organisation::of(&view)))
}
