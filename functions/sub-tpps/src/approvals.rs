//! Sub-TPPs that await approval: staff see them, and decide.

use std::sync::Arc;

use attesta_model::{Reason, Result, SubTppId};
use attesta_store::Decision;
use attesta_store::access::CanChange;
use attesta_wire::sub_tpps::{AsUser, Body, BodyFailures, Failure, Failures};
use attesta_wire::{Field, Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{InLetters, PathOf};
use crate::staff_page::{StaffPage, StaffQuery};
use crate::view::{SubTppAnswer, SubTppView};

/// More countries there are not.
const MOST_COUNTRIES: usize = 250;

/// A page of the sub-TPPs that await approval.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApprovalList {
    /// Oldest first, without their logos.
    sub_tpps: Vec<SubTppView>,
    /// The cursor of the next page; null on the last.
    #[schema(value_type = Option<Uuid>, required)]
    next: Option<SubTppId>,
}

/// How a sub-TPP is approved.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `WantedApproval` reads")]
pub(crate) struct Approval {
    /// Where it may not be used, as ISO 3166-1 has it in two letters.
    #[schema(nullable = false, max_items = 250)]
    restricted_countries: Option<Vec<String>>,
    /// Its merchant category code, as ISO 18245 has it.
    #[schema(nullable = false, pattern = "^[0-9]{4}$")]
    mcc_code: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct WantedApproval(Decision);

impl FromFields for WantedApproval {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let countries = fields.optional::<Vec<InLetters>>("restrictedCountries");
        let countries = countries.unwrap_or_default();
        if countries.len() > MOST_COUNTRIES {
            fields.problem("restrictedCountries", Reason::TooLong(MOST_COUNTRIES));
        }
        let mcc = fields.optional::<Mcc>("mccCode");
        Some(Self(Decision::Approve {
            restricted_countries: countries.into_iter().map(|letters| letters.0).collect(),
            mcc_code: mcc.map(|mcc| mcc.0),
        }))
    }
}

/// A merchant category code.
#[derive(Debug)]
struct Mcc(String);

impl Field for Mcc {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let text = String::from_value(value)?;
        let is_code = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let rule = || Reason::Rule("must be four digits".to_owned());
        is_code.then_some(Self(text)).ok_or_else(rule)
    }
}

/// How a sub-TPP is rejected.
#[derive(Debug, ToSchema)]
pub(crate) struct Rejection {
    /// Why, for the member.
    #[schema(max_length = 256)]
    reason: String,
}

impl FromFields for Rejection {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required::<Text<256>>("reason")?.0 })
    }
}

/// List what awaits approval
#[utoipa::path(get, path = "/member/admin/sub-tpps", operation_id = "listApprovals",
    tag = "approvals", security(("user" = [])), params(StaffQuery),
    responses((status = 200, description = "OK", body = ApprovalList), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    page: StaffPage<SubTppId>,
) -> Result<Json<ApprovalList>, Failure> {
    let page = app.store.sub_tpp_approvals(&caller, page.after, page.limit).await?;
    let sub_tpps = page.sub_tpps.into_iter().map(SubTppView::from).collect();
    Ok(Json(ApprovalList { sub_tpps, next: page.next }))
}

/// Approve a sub-TPP
#[utoipa::path(post, path = "/member/admin/members/{memberId}/sub-tpps/{subTppId}/approve",
    operation_id = "approveSubTpp", tag = "approvals", security(("user" = [])),
    params(("memberId" = Uuid, Path), ("subTppId" = Uuid, Path)), request_body = Approval,
    responses((status = 200, description = "OK", body = SubTppAnswer), Failures, BodyFailures))]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    PathOf((member, id)): PathOf<(String, String)>,
    Body(WantedApproval(decision)): Body<WantedApproval>,
) -> Result<Json<SubTppAnswer>, Failure> {
    let managed = app.store.managed_sub_tpp::<CanChange>(&caller, &member, &id).await?;
    let sub_tpp = app.store.decide_sub_tpp(&managed, decision).await?.into();
    Ok(Json(SubTppAnswer { sub_tpp }))
}

/// Reject a sub-TPP
#[utoipa::path(post, path = "/member/admin/members/{memberId}/sub-tpps/{subTppId}/reject",
    operation_id = "rejectSubTpp", tag = "approvals", security(("user" = [])),
    params(("memberId" = Uuid, Path), ("subTppId" = Uuid, Path)), request_body = Rejection,
    responses((status = 200, description = "OK", body = SubTppAnswer), Failures, BodyFailures))]
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    PathOf((member, id)): PathOf<(String, String)>,
    Body(Rejection { reason }): Body<Rejection>,
) -> Result<Json<SubTppAnswer>, Failure> {
    let managed = app.store.managed_sub_tpp::<CanChange>(&caller, &member, &id).await?;
    let sub_tpp = app.store.decide_sub_tpp(&managed, Decision::Reject { reason }).await?.into();
    Ok(Json(SubTppAnswer { sub_tpp }))
}
