//! `/member/admin/members`: staff look after the organisations that may have
//! sub-TPPs.

use std::sync::Arc;

use attesta_model::{Error, OrganisationId, Reason, Result, UserId};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{Idempotency, MemberOfStaff, MemberWanted, Planned};
use attesta_wire::sub_tpps::{AsUser, Body, BodyFailures, Failure, Failures};
use attesta_wire::{Fields, FromFields, Text, idempotency_key};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::fields::PathOf;
use crate::staff_page::{StaffPage, StaffQuery};

/// A member that is to be: a new organisation, or one that is there.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `WantedMember` reads")]
pub(crate) struct NewMember {
    /// The name of a new organisation.
    #[schema(nullable = false, max_length = 255)]
    name: Option<String>,
    /// An organisation that is there.
    #[schema(nullable = false)]
    organisation_id: Option<Uuid>,
    /// Whether its sub-TPPs are staff's to approve; they are not unless said.
    #[schema(nullable = false)]
    requires_approval: Option<bool>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct WantedMember {
    wanted: MemberWanted,
    requires_approval: bool,
}

impl FromFields for WantedMember {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional::<Text<255>>("name");
        let id = fields.optional::<Uuid>("organisationId").map(OrganisationId);
        let requires_approval = fields.optional("requiresApproval").unwrap_or_default();
        let wanted = match (name, id) {
            (Some(name), None) => Some(MemberWanted::New(name.0)),
            (None, Some(id)) => Some(MemberWanted::Known(id)),
            (None, None) if fields.is_sound() => {
                fields.problem("name", Reason::Required);
                None
            }
            _ => {
                let rule = "must be absent where a name is given".to_owned();
                fields.problem("organisationId", Reason::Rule(rule));
                None
            }
        };
        Some(Self { wanted: wanted?, requires_approval })
    }
}

/// How a member is to change.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct MemberChange {
    /// Whether the sub-TPPs that it makes from now on are staff's to approve.
    requires_approval: bool,
}

impl FromFields for MemberChange {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { requires_approval: fields.required("requiresApproval")? })
    }
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Member)]
pub(crate) struct MemberView {
    /// The organisation's identifier.
    #[schema(value_type = Uuid)]
    member_id: OrganisationId,
    name: String,
    requires_approval: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<MemberOfStaff> for MemberView {
    fn from(MemberOfStaff { member, organisation }: MemberOfStaff) -> Self {
        Self {
            member_id: member.organisation_id,
            name: organisation.name,
            requires_approval: member.requires_approval,
            created_at: member.created_at,
            updated_at: member.updated_at,
        }
    }
}

/// A member that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MadeMember {
    #[schema(format = Uuid)]
    member_id: String,
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberList {
    members: Vec<MemberView>,
    /// The cursor of the next page; null on the last.
    #[schema(value_type = Option<Uuid>, required)]
    next: Option<OrganisationId>,
}

/// Make a member
///
/// Of a new organisation, or of one that is there. The same call with the same
/// `Idempotency-Key` makes one.
#[utoipa::path(post, path = "/member/admin/members", operation_id = "createMember",
    tag = "members", security(("user" = [])), request_body = NewMember,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "made", body = MadeMember), Failures, BodyFailures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    Body(wanted): Body<WantedMember>,
) -> Result<(StatusCode, Json<MadeMember>), Failure> {
    let key = repeatable(&headers, caller.user_id, &wanted)?;
    let WantedMember { wanted, requires_approval } = wanted;
    let member_id = match app.store.plan_member(&caller, wanted, key.as_ref()).await? {
        Planned::Same(id) => id,
        Planned::New(plan) => {
            let made = app.store.create_member(&plan, requires_approval, key.as_ref());
            made.await?.to_string()
        }
    };
    Ok((StatusCode::CREATED, Json(MadeMember { member_id })))
}

/// The caller's `Idempotency-Key`, if they gave one, with all that makes it the
/// same call.
fn repeatable(
    headers: &HeaderMap,
    user: UserId,
    wanted: &WantedMember,
) -> Result<Option<Idempotency>> {
    let Some(key) = idempotency_key(headers)? else { return Ok(None) };
    let (name, id) = match &wanted.wanted {
        MemberWanted::New(name) => (Some(name), None),
        MemberWanted::Known(id) => (None, Some(id)),
    };
    let call = serde_json::to_vec(&(name, id, wanted.requires_approval));
    let call = call.map_err(Error::internal)?;
    Ok(Some(Idempotency::new(None, user, "members", key, &[&call])))
}

/// List members
#[utoipa::path(get, path = "/member/admin/members", operation_id = "listMembers",
    tag = "members", security(("user" = [])), params(StaffQuery),
    responses((status = 200, description = "OK", body = MemberList), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    page: StaffPage<OrganisationId>,
) -> Result<Json<MemberList>, Failure> {
    let page = app.store.members(&caller, page.after, page.limit).await?;
    let members = page.members.into_iter().map(MemberView::from).collect();
    Ok(Json(MemberList { members, next: page.next }))
}

/// Read a member
#[utoipa::path(get, path = "/member/admin/members/{memberId}", operation_id = "readMember",
    tag = "members", security(("user" = [])), params(("memberId" = Uuid, Path)),
    responses((status = 200, description = "OK", body = MemberView), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    PathOf(id): PathOf<String>,
) -> Result<Json<MemberView>, Failure> {
    let managed = app.store.managed_member::<CanRead>(&caller, &id).await?;
    Ok(Json(managed.get().clone().into()))
}

/// Change a member
#[utoipa::path(patch, path = "/member/admin/members/{memberId}", operation_id = "changeMember",
    tag = "members", security(("user" = [])), params(("memberId" = Uuid, Path)),
    request_body = MemberChange,
    responses((status = 200, description = "OK", body = MemberView), Failures, BodyFailures))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    PathOf(id): PathOf<String>,
    Body(MemberChange { requires_approval }): Body<MemberChange>,
) -> Result<Json<MemberView>, Failure> {
    let managed = app.store.managed_member::<CanChange>(&caller, &id).await?;
    let changed = app.store.set_requires_approval(&managed, requires_approval).await?;
    Ok(Json(changed.into()))
}
