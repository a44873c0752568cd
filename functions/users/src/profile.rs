//! `GET /customers/users/profile`: who calls, and what they may do.

use std::sync::Arc;

use attesta_wire::customer::{AsUser, AuthenticatedProfile, Failure, Failures};
use axum::Json;
use axum::extract::State;

use crate::App;

/// Retrieve authenticated users profile
///
/// By an API token, with the roles alone that it has.
#[utoipa::path(get, path = "/customers/users/profile", operation_id = "getProfile",
    tag = "users",
    responses((status = 200, description = "OK", body = AuthenticatedProfile), Failures))]
pub(crate) async fn profile(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
) -> Result<Json<AuthenticatedProfile>, Failure> {
    let own = app.store.own_profile(&caller).await?;
    Ok(Json(AuthenticatedProfile::new(&own, None)))
}
