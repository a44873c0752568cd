//! `/tpp/admin/partners`: staff look after the partners.

use std::sync::Arc;

use attesta_model::{Error, OrganisationId};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{Idempotency, PartnerOfStaff, Planned};
use attesta_wire::marketplace::{
    AsStaff, Body, Failure, HttpValidationError, Limit, ListQuery, Path, Refused, StaffDenied,
    idempotency_key,
};
use axum::Json;
use axum::extract::State;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::wanted::{NewPartner, PartnerChange};

/// A partner.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Partner)]
pub(crate) struct PartnerView {
    /// The organisation's identifier.
    #[schema(value_type = Uuid)]
    id: OrganisationId,
    /// The organisation's name.
    name: String,
    /// Its deployments, as `cp_deployment_id` names them.
    deployments: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<&PartnerOfStaff> for PartnerView {
    fn from(of_staff: &PartnerOfStaff) -> Self {
        let PartnerOfStaff { partner, organisation } = of_staff;
        Self {
            id: organisation.id,
            name: organisation.name.clone(),
            deployments: partner.deployments.clone(),
            created_at: partner.created_at,
            updated_at: partner.updated_at,
        }
    }
}

/// A page of the partners.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartnerList {
    /// By the age of their organisations.
    partners: Vec<PartnerView>,
    /// The cursor of the next page; null on the last.
    #[schema(required)]
    next: Option<String>,
}

/// List the partners
#[utoipa::path(get, path = "/tpp/admin/partners", operation_id = "adminListPartners",
    tag = "marketplace admin", security(("user" = [])), params(ListQuery),
    responses((status = 200, description = "OK", body = PartnerList), StaffDenied,
        (status = 422, description = "Validation Error", body = HttpValidationError)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Limit { limit, after }: Limit<OrganisationId>,
) -> Result<Json<PartnerList>, Failure> {
    let page = app.store.staff_partners(&caller, after, limit).await?;
    let partners = page.partners.iter().map(PartnerView::from).collect();
    Ok(Json(PartnerList { partners, next: page.next.map(|id| id.to_string()) }))
}

/// Make a partner
///
/// Of an organisation that is there, or with a new one.
#[utoipa::path(post, path = "/tpp/admin/partners", operation_id = "adminCreatePartner",
    tag = "marketplace admin", security(("user" = [])), request_body = NewPartner,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "made", body = PartnerView), StaffDenied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    headers: HeaderMap,
    Body { value: new, raw }: Body<NewPartner, true>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], String), Failure> {
    let key = idempotency_key(&headers)?
        .map(|key| Idempotency::new(None, caller.user_id, "partners", key, &[&raw]));
    let planned = app.store.plan_partner(&caller, new.organisation_id, key.as_ref()).await?;
    let answer = match planned {
        Planned::Same(answer) => answer,
        Planned::New(plan) => {
            let (name, deployments) = (new.name.unwrap_or_default(), new.deployments);
            let deployments = deployments.unwrap_or_default().0;
            let key = key.as_ref();
            app.store.create_partner(plan, &name.0, deployments, key, json).await?
        }
    };
    Ok((StatusCode::CREATED, [(CONTENT_TYPE, "application/json")], answer))
}

fn json(made: &PartnerOfStaff) -> attesta_model::Result<String> {
    serde_json::to_string(&PartnerView::from(made)).map_err(Error::internal)
}

/// Read a partner
#[utoipa::path(get, path = "/tpp/admin/partners/{partner_id}", operation_id = "adminReadPartner",
    tag = "marketplace admin", security(("user" = [])), params(("partner_id" = String, Path)),
    responses((status = 200, description = "OK", body = PartnerView), StaffDenied,
        (status = 404, description = "Not found")))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
) -> Result<Json<PartnerView>, Failure> {
    let managed = app.store.managed_partner::<CanRead>(&caller, &id).await?;
    Ok(Json(managed.get().into()))
}

/// Change a partner
///
/// Its deployments; whatever one had that is left out is taken out.
#[utoipa::path(patch, path = "/tpp/admin/partners/{partner_id}", operation_id = "adminPatchPartner",
    tag = "marketplace admin", security(("user" = [])), params(("partner_id" = String, Path)),
    request_body = PartnerChange,
    responses((status = 200, description = "OK", body = PartnerView), StaffDenied, Refused,
        (status = 404, description = "Not found")))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
    Body { value: change, .. }: Body<PartnerChange, true>,
) -> Result<Json<PartnerView>, Failure> {
    let managed = app.store.managed_partner::<CanChange>(&caller, &id).await?;
    let changed = app.store.change_deployments(&managed, change.deployments.0).await?;
    Ok(Json((&changed).into()))
}

/// Delete a partner
///
/// Its keys count no more here and its deployments have nothing, at once. Its
/// organisation stays.
#[utoipa::path(delete, path = "/tpp/admin/partners/{partner_id}",
    operation_id = "adminDeletePartner", tag = "marketplace admin", security(("user" = [])),
    params(("partner_id" = String, Path)),
    responses((status = 204, description = "gone"), StaffDenied,
        (status = 404, description = "Not found")))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_partner::<CanChange>(&caller, &id).await?;
    let closed = app.store.close_partner(&managed).await?;
    app.store.delete_partner(closed).await?;
    Ok(StatusCode::NO_CONTENT)
}
