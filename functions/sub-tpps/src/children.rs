//! `/member/sub-tpps/{subTppId}/children`: those right below a sub-TPP.

use std::sync::Arc;

use attesta_wire::machines::AsMachine;
use attesta_wire::sub_tpps::{Failure, Failures};
use axum::Json;
use axum::extract::State;

use crate::App;
use crate::fields::PathOf;
use crate::view::{SubTppView, SubTppsAnswer};

/// Get sub-TPP children
///
/// Those right below it, oldest first; there are 200 at most.
#[utoipa::path(get, path = "/member/sub-tpps/{subTppId}/children",
    operation_id = "getSubTppChildren", tag = "sub-tpps", params(("subTppId" = String, Path)),
    responses((status = 200, description = "OK", body = SubTppsAnswer), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    machine: AsMachine<Failure>,
    PathOf(id): PathOf<String>,
) -> Result<Json<SubTppsAnswer>, Failure> {
    let children = app.store.sub_tpp_children(&machine.caller, &id).await?;
    let sub_tpps = children.into_iter().map(SubTppView::from).collect();
    Ok(Json(SubTppsAnswer { sub_tpps }))
}
