//! `/v1/Tenants`: staff look after tenants. They are of no tenant themselves, so
//! that no header names one.

use std::collections::BTreeSet;
use std::sync::Arc;

use attesta_identity::{Caller, UserCaller};
use attesta_model::{Domain, Error, Reason, Tenant};
use attesta_store::NewTenant as New;
use attesta_store::access::{CanChange, CanRead};
use attesta_wire::instances::{
    AsCaller, Body, CorrelationHeader, Failure, Failures, Page, PageQuery, Paging, Path, Told,
};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::resellers::name_and_organisation;
use crate::{App, repeatable};

/// So many domains a tenant has at most.
const MOST_DOMAINS: usize = 20;

/// A tenant that is to be.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewTenant {
    /// Required unless an organisation is given, whose name it is else.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// An organisation that is there; a new one is made else.
    organisation_id: Option<Uuid>,
    /// None of them another tenant's.
    #[schema(min_items = 1, max_items = 20)]
    domains: Vec<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(New);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["domains"]);
        let (name, organisation_id) = name_and_organisation(fields);
        Some(Self(New { organisation_id, name, domains: domains(fields)? }))
    }
}

/// One to [`MOST_DOMAINS`] domains, each once.
fn domains(fields: &mut Fields) -> Option<Vec<Domain>> {
    const NAME: &str = "domains";
    let texts = fields.optional::<Vec<String>>(NAME)?;
    let mut domains = BTreeSet::new();
    for text in &texts {
        match text.parse::<Domain>() {
            Ok(domain) => drop(domains.insert(domain)),
            Err(_) => fields.problem(NAME, Reason::Rule(format!("{text:?} is no domain"))),
        }
    }
    match domains.len() {
        0 if texts.is_empty() => fields.problem(NAME, Reason::Blank),
        0..=MOST_DOMAINS => {}
        _ => fields.problem(NAME, Reason::TooLong(MOST_DOMAINS)),
    }
    Some(domains.into_iter().collect())
}

/// What is to be other about a tenant.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, which `Changed` reads")]
pub(crate) struct ChangeTenant {
    #[schema(max_length = 200)]
    name: Option<String>,
    /// All of them: what is not among them is free.
    #[schema(min_items = 1, max_items = 20)]
    domains: Option<Vec<String>>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Changed {
    name: Option<String>,
    domains: Option<Vec<Domain>>,
}

impl FromFields for Changed {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional::<Text<200>>("name").map(|text| text.0);
        Some(Self { name, domains: domains(fields) })
    }
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tenant)]
pub(crate) struct TenantView {
    /// Also the organisation's.
    id: Uuid,
    name: String,
    #[schema(value_type = Vec<String>)]
    domains: Vec<Domain>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Tenant> for TenantView {
    fn from(tenant: Tenant) -> Self {
        let Tenant { organisation_id, name, domains, created_at, .. } = tenant;
        Self { id: organisation_id.0, name, domains, created_at }
    }
}

/// A user, who alone can be staff.
fn user(caller: &Caller) -> Result<&UserCaller, Error> {
    match caller {
        Caller::User(user) => Ok(user),
        Caller::Machine(_) => Err(Error::forbidden()),
    }
}

/// Make a tenant
#[utoipa::path(post, path = "/v1/Tenants", operation_id = "createTenant", tag = "tenants",
    params(CorrelationHeader, ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewTenant,
    responses((status = 201, description = "made; its id", body = Uuid,
        content_type = "application/json"), Failures, Told))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    headers: HeaderMap,
    body: Body<Wanted>,
) -> Result<(StatusCode, Json<String>), Failure> {
    let key = repeatable(&headers, &caller, "tenants", &[&body.raw])?;
    let id = app.store.create_tenant(user(&caller)?, &body.value.0, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(id)))
}

/// List tenants
#[utoipa::path(get, path = "/v1/Tenants", operation_id = "listTenants", tag = "tenants",
    params(PageQuery, CorrelationHeader),
    responses((status = 200, description = "OK", body = Page<TenantView>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    paging: Paging,
) -> Result<Json<Page<TenantView>>, Failure> {
    let sliced = app.store.tenants(user(&caller)?, &paging.slice()).await?;
    Ok(Json(paging.page(sliced, TenantView::from)))
}

/// Read a tenant
#[utoipa::path(get, path = "/v1/Tenants/{tenantId}", operation_id = "readTenant", tag = "tenants",
    params(("tenantId" = Uuid, Path), CorrelationHeader),
    responses((status = 200, description = "OK", body = TenantView), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Path(id): Path<String>,
) -> Result<Json<TenantView>, Failure> {
    let managed = app.store.managed_tenant::<CanRead>(user(&caller)?, &id).await?;
    Ok(Json(managed.get().clone().into()))
}

/// Change a tenant
#[utoipa::path(patch, path = "/v1/Tenants/{tenantId}", operation_id = "changeTenant",
    tag = "tenants", params(("tenantId" = Uuid, Path), CorrelationHeader),
    request_body = ChangeTenant,
    responses((status = 204, description = "changed"), Failures, Told))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Path(id): Path<String>,
    body: Body<Changed>,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_tenant::<CanChange>(user(&caller)?, &id).await?;
    let Changed { name, domains } = body.value;
    app.store.change_tenant(&managed, name, domains).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a tenant
///
/// The organisation stays, without the role, and its domains are free. What it
/// had is there again once it is a tenant again.
#[utoipa::path(delete, path = "/v1/Tenants/{tenantId}", operation_id = "removeTenant",
    tag = "tenants", params(("tenantId" = Uuid, Path), CorrelationHeader),
    responses((status = 204, description = "removed"), Failures))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_tenant::<CanChange>(user(&caller)?, &id).await?;
    app.store.delete_tenant(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}
