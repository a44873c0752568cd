//! `/v1/Customers/{customerId}/provider-instances`: what a customer has.

use std::collections::BTreeMap;
use std::sync::Arc;

use attesta_model::margin::Margins;
use attesta_model::{CustomerInstance, OrganisationId};
use attesta_store::{InstanceOfCustomer, NewCustomerInstance};
use attesta_wire::instances::{
    Body, Failure, Failures, OfTenant, Page, PageQuery, Paging, Path, Query, TenantHeaders, Told,
};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::margins::{MarginBody, MarginView, MarginsByOfferType, margin, offer_type_margins};
use crate::{App, repeatable};

/// So many characters at most are kept of what a provider has to know.
const MOST_DATA: usize = 16_384;

/// A provider instance that a customer is to get.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `Added` reads")]
pub(crate) struct AddProviderInstance {
    provider_instance_id: Uuid,
    /// What the provider has to know of the customer: JSON, as a text.
    #[schema(required)]
    provider_customer_data: Option<String>,
    margin: MarginBody,
    /// By offer type; may be wrapped in `Value`.
    offer_type_margins: Option<MarginsByOfferType>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Added {
    instance: Uuid,
    new: NewCustomerInstance,
}

impl FromFields for Added {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["providerCustomerData"]);
        let instance = fields.required("providerInstanceId");
        let data = fields.nullable::<Text<MOST_DATA>>("providerCustomerData").flatten();
        let margin = margin(fields, "margin");
        let offer_types = offer_type_margins(fields).flatten().unwrap_or_default();
        let margins = Margins { instance: margin?, offer_types };
        let provider_customer_data = data.map(|text| text.0);
        let new = NewCustomerInstance { provider_customer_data, margins };
        Some(Self { instance: instance?, new })
    }
}

/// The reseller whom a tenant means; a reseller itself names none.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Seller {
    /// The id of the reseller. Should not be passed if a reseller performs the request.
    #[param(rename = "resellerId", value_type = Option<Uuid>)]
    pub(crate) reseller_id: Option<OrganisationId>,
}

impl<S: Sync> FromRequestParts<S> for Seller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let read = |query: &mut Query| Some(Self { reseller_id: query.id("resellerId") });
        Ok(Query::read(&parts.uri, read)?)
    }
}

/// A provider instance that a customer has, without what its provider has to know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Had {
    provider_instance_id: Uuid,
    customer_id: Uuid,
    /// From whom; null for the tenant itself.
    #[schema(required)]
    reseller_id: Option<Uuid>,
    margin: MarginView,
    /// By offer type; those override the other.
    #[schema(value_type = Object)]
    offer_type_margins: BTreeMap<&'static str, MarginView>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<&CustomerInstance> for Had {
    fn from(row: &CustomerInstance) -> Self {
        let offer_types = row.margins.offer_types.iter();
        Self {
            provider_instance_id: row.provider_instance_id.0,
            customer_id: row.customer_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            margin: row.margins.instance.into(),
            offer_type_margins: offer_types
                .map(|(kind, margin)| (kind.name(), (*margin).into()))
                .collect(),
            created_at: row.created_at,
        }
    }
}

/// A provider instance that a customer has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HadWithData {
    #[serde(flatten)]
    had: Had,
    /// What the provider has to know of the customer: JSON, as a text.
    #[schema(required)]
    provider_customer_data: Option<String>,
}

/// Add provider instance to customer.
///
/// The answer is the id by which the customer has it: the provider instance's.
/// A reseller whom a tenant names sees the customer from then on.
#[utoipa::path(post, path = "/v1/Customers/{customerId}/provider-instances",
    operation_id = "addProviderInstance", tag = "provider-instances",
    params(("customerId" = Uuid, Path), Seller, TenantHeaders,
        ("Idempotency-Key" = Option<String>, Header)),
    request_body = AddProviderInstance,
    responses((status = 201, description = "Created", body = Uuid,
        content_type = "application/json"), Failures, Told))]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(customer): Path<String>,
    Seller { reseller_id }: Seller,
    headers: HeaderMap,
    body: Body<Added>,
) -> Result<(StatusCode, Json<String>), Failure> {
    let instance = body.value.instance.to_string();
    let which =
        InstanceOfCustomer { customer: &customer, instance: &instance, reseller: reseller_id };
    let seller = reseller_id.map(|id| id.to_string()).unwrap_or_default();
    let call = [at.domain.as_bytes(), customer.as_bytes(), seller.as_bytes(), &body.raw];
    let key = repeatable(&headers, &at.caller, "customer-instances", &call)?;
    let id = app.store.add_customer_instance(&at, which, &body.value.new, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(id)))
}

/// List a customer's provider instances
///
/// By who sells them, the tenant itself first. A reseller sees its own; a tenant
/// all, or those of the reseller whom it names.
#[utoipa::path(get, path = "/v1/Customers/{customerId}/provider-instances",
    operation_id = "listCustomerProviderInstances", tag = "provider-instances",
    params(("customerId" = Uuid, Path), Seller, PageQuery, TenantHeaders),
    responses((status = 200, description = "OK", body = Page<Had>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(customer): Path<String>,
    Seller { reseller_id }: Seller,
    paging: Paging,
) -> Result<Json<Page<Had>>, Failure> {
    let of = (customer.as_str(), reseller_id);
    let sliced = app.store.customer_instances(&at, of, &paging.slice()).await?;
    Ok(Json(paging.page(sliced, |row| Had::from(&row))))
}

/// Read a customer's provider instance
#[utoipa::path(get, path = "/v1/Customers/{customerId}/provider-instances/{providerInstanceId}",
    operation_id = "readCustomerProviderInstance", tag = "provider-instances",
    params(("customerId" = Uuid, Path), ("providerInstanceId" = Uuid, Path), Seller, TenantHeaders),
    responses((status = 200, description = "OK", body = HadWithData), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path((customer, instance)): Path<(String, String)>,
    Seller { reseller_id }: Seller,
) -> Result<Json<HadWithData>, Failure> {
    let which =
        InstanceOfCustomer { customer: &customer, instance: &instance, reseller: reseller_id };
    let own = app.store.customer_instance(&at, which).await?;
    let provider_customer_data = own.row().provider_customer_data.clone();
    Ok(Json(HadWithData { had: own.row().into(), provider_customer_data }))
}

/// Take a provider instance from a customer
#[utoipa::path(delete, path = "/v1/Customers/{customerId}/provider-instances/{providerInstanceId}",
    operation_id = "removeCustomerProviderInstance", tag = "provider-instances",
    params(("customerId" = Uuid, Path), ("providerInstanceId" = Uuid, Path), Seller, TenantHeaders),
    responses((status = 204, description = "taken"), Failures))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path((customer, instance)): Path<(String, String)>,
    Seller { reseller_id }: Seller,
) -> Result<StatusCode, Failure> {
    let which =
        InstanceOfCustomer { customer: &customer, instance: &instance, reseller: reseller_id };
    let own = app.store.customer_instance(&at, which).await?;
    app.store.delete_customer_instance(&own).await?;
    Ok(StatusCode::NO_CONTENT)
}
