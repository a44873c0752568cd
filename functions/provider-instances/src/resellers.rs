//! `/v1/Resellers`: a tenant looks after its resellers, or staff do.

use std::sync::Arc;

use attesta_model::{OrganisationId, Reason, Reseller};
use attesta_store::NewReseller as New;
use attesta_wire::instances::{
    Body, Failure, Failures, OfTenant, Page, PageQuery, Paging, Path, TenantHeaders, Told,
};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, repeatable};

/// A reseller that is to be.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewReseller {
    /// Required unless an organisation is given, whose name it is else.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// An organisation that is there; staff alone may name one. A new one is
    /// made else.
    organisation_id: Option<Uuid>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(New);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (name, organisation_id) = name_and_organisation(fields);
        Some(Self(New { organisation_id, name }))
    }
}

/// A name, the organisation that has one already, or both.
pub(crate) fn name_and_organisation(
    fields: &mut Fields,
) -> (Option<String>, Option<OrganisationId>) {
    let organisation = fields.nullable::<Uuid>("organisationId").flatten().map(OrganisationId);
    let has_name = fields.has("name");
    let name = fields.nullable::<Text<200>>("name").flatten().map(|text| text.0);
    if organisation.is_none() && !has_name {
        fields.problem("name", Reason::Required);
    }
    (name, organisation)
}

/// What is to be other about a reseller.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangeReseller {
    #[schema(value_type = String, max_length = 200)]
    name: Text<200>,
}

impl FromFields for ChangeReseller {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { name: fields.required("name")? })
    }
}

/// A reseller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reseller)]
pub(crate) struct ResellerView {
    /// Also the organisation's.
    id: Uuid,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Reseller> for ResellerView {
    fn from(reseller: Reseller) -> Self {
        let Reseller { organisation_id, name, created_at, .. } = reseller;
        Self { id: organisation_id.0, name, created_at }
    }
}

/// Make a reseller
#[utoipa::path(post, path = "/v1/Resellers", operation_id = "createReseller", tag = "resellers",
    params(TenantHeaders, ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewReseller,
    responses((status = 201, description = "made; its id", body = Uuid,
        content_type = "application/json"), Failures, Told))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    headers: HeaderMap,
    body: Body<Wanted>,
) -> Result<(StatusCode, Json<String>), Failure> {
    let call = [at.domain.as_bytes(), &body.raw];
    let key = repeatable(&headers, &at.caller, "resellers", &call)?;
    let id = app.store.create_reseller(&at, &body.value.0, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(id)))
}

/// List resellers
#[utoipa::path(get, path = "/v1/Resellers", operation_id = "listResellers", tag = "resellers",
    params(PageQuery, TenantHeaders),
    responses((status = 200, description = "OK", body = Page<ResellerView>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    paging: Paging,
) -> Result<Json<Page<ResellerView>>, Failure> {
    let sliced = app.store.resellers(&at, &paging.slice()).await?;
    Ok(Json(paging.page(sliced, ResellerView::from)))
}

/// Read a reseller
#[utoipa::path(get, path = "/v1/Resellers/{resellerId}", operation_id = "readReseller",
    tag = "resellers", params(("resellerId" = Uuid, Path), TenantHeaders),
    responses((status = 200, description = "OK", body = ResellerView), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
) -> Result<Json<ResellerView>, Failure> {
    Ok(Json(app.store.reseller(&at, &id).await?.into()))
}

/// Change a reseller
#[utoipa::path(patch, path = "/v1/Resellers/{resellerId}", operation_id = "changeReseller",
    tag = "resellers", params(("resellerId" = Uuid, Path), TenantHeaders),
    request_body = ChangeReseller,
    responses((status = 204, description = "changed"), Failures, Told))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
    body: Body<ChangeReseller>,
) -> Result<StatusCode, Failure> {
    app.store.rename_reseller(&at, &id, body.value.name.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a reseller
///
/// The organisation stays, without the role; what it sold stays with the
/// customers.
#[utoipa::path(delete, path = "/v1/Resellers/{resellerId}", operation_id = "removeReseller",
    tag = "resellers", params(("resellerId" = Uuid, Path), TenantHeaders),
    responses((status = 204, description = "removed"), Failures))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    app.store.delete_reseller(&at, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
