//! `/api/v2/admin/request/{request_id}/dispatch/`: providers are asked again.

use std::sync::Arc;

use attesta_model::{Error, RequestId};
use attesta_store::access::CanChange;
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Denied, Failure, Path, Refused};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// A request whose providers are asked again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dispatched {
    request_id: u64,
    /// How many results are not there yet.
    unanswered: usize,
}

/// Ask a request's providers again
///
/// Those who have not answered yet: their tasks go to their queues once more.
#[utoipa::path(post, tag = "admin", operation_id = "adminDispatchRequest",
    path = "/api/v2/admin/request/{request_id}/dispatch/", params(("request_id" = i64, Path)),
    responses((status = 202, description = "asked again", body = Dispatched), Denied, Refused))]
pub(crate) async fn dispatch(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(request): Path<String>,
) -> Result<(StatusCode, Json<Dispatched>), Failure> {
    let staff = app.store.staff::<CanChange>(&caller).await?;
    let id: RequestId = request.parse().map_err(|_| Error::not_found())?;
    let unanswered = app.store.ask_again(&staff, id).await?;
    Ok((StatusCode::ACCEPTED, Json(Dispatched { request_id: id.get(), unanswered })))
}
