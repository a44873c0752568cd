//! `POST /customers/organisations/{id}/sync-users`: the user pool follows an
//! organisation's people.

use std::sync::Arc;

use attesta_wire::customer::{Acknowledgement, AsUser, Failure, Failures, Missing, Path};
use axum::Json;
use axum::extract::State;

use crate::App;

/// Sync Organisation Users
///
/// A queue does it, some people at a time. Of whoever has other roles than at
/// the last time, the organisation's webhook gets `user.roles-changed`.
#[utoipa::path(post, path = "/customers/organisations/{id}/sync-users",
    operation_id = "syncOrganisationUsers", tag = "organisations", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn sync(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<Acknowledgement>, Failure> {
    let managed = app.store.managed_organisation(&caller, &id).await?.of_staff()?;
    app.store.sync_users(&managed).await?;
    Ok(Json(Acknowledgement::new("The organisation's users are being synced.")))
}
