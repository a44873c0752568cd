//! `/tpp/admin/partners/{partner_id}/providers`: what a partner may see.

use std::sync::Arc;

use attesta_model::ListingId;
use attesta_store::Approval;
use attesta_store::access::CanChange;
use attesta_wire::marketplace::{
    AsStaff, Detail, Failure, HttpValidationError, Limit, ListQuery, Path, StaffDenied,
};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// That a partner may see a provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub(crate) struct ApprovalView {
    tpp_id: String,
    /// How many product types of it are enabled, in all deployments.
    enabled: u32,
    #[schema(value_type = String, format = DateTime)]
    approved_at: Timestamp,
}

impl From<&Approval> for ApprovalView {
    fn from(approval: &Approval) -> Self {
        let &Approval { listing_id, enabled, approved_at, .. } = approval;
        Self { tpp_id: listing_id.to_string(), enabled, approved_at }
    }
}

/// A page of what a partner may see.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalList {
    /// By the providers' age.
    approvals: Vec<ApprovalView>,
    /// The cursor of the next page; null on the last.
    #[schema(required)]
    next: Option<String>,
}

/// List what a partner may see
#[utoipa::path(get, path = "/tpp/admin/partners/{partner_id}/providers",
    operation_id = "adminListApprovals", tag = "marketplace admin", security(("user" = [])),
    params(("partner_id" = String, Path), ListQuery),
    responses((status = 200, description = "OK", body = ApprovalList), StaffDenied,
        (status = 404, description = "Not found"),
        (status = 422, description = "Validation Error", body = HttpValidationError)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(partner): Path<String>,
    Limit { limit, after }: Limit<ListingId>,
) -> Result<Json<ApprovalList>, Failure> {
    let page = app.store.staff_approvals(&caller, &partner, after, limit).await?;
    let approvals = page.approvals.iter().map(ApprovalView::from).collect();
    Ok(Json(ApprovalList { approvals, next: page.next.map(|id| id.to_string()) }))
}

/// Let a partner see a provider
#[utoipa::path(put, path = "/tpp/admin/partners/{partner_id}/providers/{tpp_id}",
    operation_id = "adminApproveTpp", tag = "marketplace admin", security(("user" = [])),
    params(("partner_id" = String, Path), ("tpp_id" = String, Path)),
    responses((status = 204, description = "approved"), StaffDenied,
        (status = 404, description = "Not found"),
        (status = 409, description = "changed by others meanwhile", body = Detail)))]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path((partner, tpp)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_approval::<CanChange>(&caller, &partner, &tpp).await?;
    app.store.approve(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a partner see a provider no more
///
/// It is out of all the partner's deployments, at once.
#[utoipa::path(delete, path = "/tpp/admin/partners/{partner_id}/providers/{tpp_id}",
    operation_id = "adminDisapproveTpp", tag = "marketplace admin", security(("user" = [])),
    params(("partner_id" = String, Path), ("tpp_id" = String, Path)),
    responses((status = 204, description = "not approved"), StaffDenied,
        (status = 404, description = "Not found")))]
pub(crate) async fn disapprove(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path((partner, tpp)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_approval::<CanChange>(&caller, &partner, &tpp).await?;
    app.store.disapprove(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}
