//! `/v1/Providers/Instances`: what a tenant sells of providers; it looks after
//! them itself, or staff do, and its resellers see them.

use std::sync::Arc;

use attesta_model::{Kind, ProviderId, ProviderInstance, Reason};
use attesta_store::NewProviderInstance as New;
use attesta_wire::instances::{
    Body, Failure, Failures, OfTenant, Page, PageQuery, Paging, Path, TenantHeaders, Told,
};
use attesta_wire::{Field, Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, repeatable};

/// A provider instance that is to be.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewProviderInstance {
    #[schema(max_length = 200)]
    name: String,
    /// `microsoft`, in any case, or another; stays as it is.
    #[schema(max_length = 100)]
    provider_type: String,
    /// The provider itself, where the platform knows it.
    provider_id: Option<u64>,
}

/// A provider's number.
#[derive(Debug, Clone, Copy)]
struct Known(ProviderId);

impl Field for Known {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let id = value.as_u64().and_then(ProviderId::new);
        id.map(Self).ok_or(Reason::NotA(Kind::Integer))
    }
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(New);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required::<Text<200>>("name");
        let provider_type = fields.required::<Text<100>>("providerType");
        let provider_id = fields.nullable("providerId").flatten().map(|Known(id)| id);
        Some(Self(New { name: name?.0, provider_type: provider_type?.0, provider_id }))
    }
}

/// What is to be other about a provider instance.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `Changed` reads")]
pub(crate) struct ChangeProviderInstance {
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Null takes it away.
    provider_id: Option<u64>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Changed {
    name: Option<String>,
    provider_id: Option<Option<ProviderId>>,
}

impl FromFields for Changed {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional::<Text<200>>("name").map(|text| text.0);
        let provider_id = fields.nullable::<Known>("providerId");
        Some(Self { name, provider_id: provider_id.map(|known| known.map(|Known(id)| id)) })
    }
}

/// A provider instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProviderInstance)]
pub(crate) struct InstanceView {
    id: Uuid,
    name: String,
    provider_type: String,
    /// The provider itself, where the platform knows it.
    #[schema(value_type = Option<u64>, required)]
    provider_id: Option<ProviderId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<ProviderInstance> for InstanceView {
    fn from(instance: ProviderInstance) -> Self {
        let ProviderInstance { id, name, provider_type, provider_id, created_at, .. } = instance;
        Self { id: id.0, name, provider_type, provider_id, created_at }
    }
}

/// Make a provider instance
#[utoipa::path(post, path = "/v1/Providers/Instances", operation_id = "createProviderInstance",
    tag = "instances", params(TenantHeaders, ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewProviderInstance,
    responses((status = 201, description = "made; its id", body = Uuid,
        content_type = "application/json"), Failures, Told))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    headers: HeaderMap,
    body: Body<Wanted>,
) -> Result<(StatusCode, Json<String>), Failure> {
    let call = [at.domain.as_bytes(), &body.raw];
    let key = repeatable(&headers, &at.caller, "provider-instances", &call)?;
    let id = app.store.create_provider_instance(&at, &body.value.0, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(id)))
}

/// List provider instances
#[utoipa::path(get, path = "/v1/Providers/Instances", operation_id = "listProviderInstances",
    tag = "instances", params(PageQuery, TenantHeaders),
    responses((status = 200, description = "OK", body = Page<InstanceView>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    paging: Paging,
) -> Result<Json<Page<InstanceView>>, Failure> {
    let sliced = app.store.provider_instances(&at, &paging.slice()).await?;
    Ok(Json(paging.page(sliced, InstanceView::from)))
}

/// Read a provider instance
#[utoipa::path(get, path = "/v1/Providers/Instances/{providerInstanceId}",
    operation_id = "readProviderInstance", tag = "instances",
    params(("providerInstanceId" = Uuid, Path), TenantHeaders),
    responses((status = 200, description = "OK", body = InstanceView), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
) -> Result<Json<InstanceView>, Failure> {
    Ok(Json(app.store.provider_instance(&at, &id).await?.into()))
}

/// Change a provider instance
#[utoipa::path(patch, path = "/v1/Providers/Instances/{providerInstanceId}",
    operation_id = "changeProviderInstance", tag = "instances",
    params(("providerInstanceId" = Uuid, Path), TenantHeaders),
    request_body = ChangeProviderInstance,
    responses((status = 204, description = "changed"), Failures, Told))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
    body: Body<Changed>,
) -> Result<StatusCode, Failure> {
    let Changed { name, provider_id } = body.value;
    app.store.change_provider_instance(&at, &id, name, provider_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a provider instance
///
/// No customer gets it any more; who has it keeps it.
#[utoipa::path(delete, path = "/v1/Providers/Instances/{providerInstanceId}",
    operation_id = "removeProviderInstance", tag = "instances",
    params(("providerInstanceId" = Uuid, Path), TenantHeaders),
    responses((status = 204, description = "removed"), Failures))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    app.store.delete_provider_instance(&at, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
