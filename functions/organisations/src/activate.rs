//! `POST /customers/organisations/{id}/activate`: an organisation is in use.

use std::sync::Arc;

use attesta_wire::customer::{AsUser, Failure, Failures, Missing, Organisation, Path};
use axum::Json;
use axum::extract::State;

use crate::App;

/// Activate Organisation
///
/// Its owner is invited, or welcomed where the user pool knows them already;
/// each time anew. One that staff have checked stays so.
#[utoipa::path(post, path = "/customers/organisations/{id}/activate",
    operation_id = "activateOrganisation", tag = "organisations", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn activate(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.activate_organisation(&caller, &id).await?;
    Ok(Json(Organisation::of(&view)))
}
