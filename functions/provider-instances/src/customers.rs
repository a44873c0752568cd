//! `/v1/Customers`: a tenant looks after its customers, or staff do; its
//! resellers see those whom they are shown.

use std::sync::Arc;

use attesta_model::Customer;
use attesta_store::NewCustomer as New;
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

/// A customer that is to be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewCustomer {
    #[schema(max_length = 200)]
    name: String,
    /// What the tenant calls them in its own books.
    #[schema(max_length = 100)]
    reference: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(New);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required::<Text<200>>("name");
        let reference = fields.nullable::<Text<100>>("reference").flatten();
        Some(Self(New { name: name?.0, reference: reference.map(|text| text.0) }))
    }
}

/// What is to be other about a customer.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, which `Changed` reads")]
pub(crate) struct ChangeCustomer {
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Null takes it away.
    #[schema(max_length = 100)]
    reference: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Changed {
    name: Option<String>,
    reference: Option<Option<String>>,
}

impl FromFields for Changed {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional::<Text<200>>("name").map(|text| text.0);
        let reference = fields.nullable::<Text<100>>("reference");
        Some(Self { name, reference: reference.map(|text| text.map(|text| text.0)) })
    }
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Customer)]
pub(crate) struct CustomerView {
    id: Uuid,
    name: String,
    /// What the tenant calls them in its own books.
    #[schema(required)]
    reference: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        let Customer { id, name, reference, created_at, .. } = customer;
        Self { id: id.0, name, reference, created_at }
    }
}

/// Make a customer
#[utoipa::path(post, path = "/v1/Customers", operation_id = "createCustomer", tag = "customers",
    params(TenantHeaders, ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewCustomer,
    responses((status = 201, description = "made; its id", body = Uuid,
        content_type = "application/json"), Failures, Told))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    headers: HeaderMap,
    body: Body<Wanted>,
) -> Result<(StatusCode, Json<String>), Failure> {
    let call = [at.domain.as_bytes(), &body.raw];
    let key = repeatable(&headers, &at.caller, "customers", &call)?;
    let id = app.store.create_customer(&at, &body.value.0, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(id)))
}

/// List customers
///
/// Oldest first; a reseller's are those whom it sees.
#[utoipa::path(get, path = "/v1/Customers", operation_id = "listCustomers", tag = "customers",
    params(PageQuery, TenantHeaders),
    responses((status = 200, description = "OK", body = Page<CustomerView>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    paging: Paging,
) -> Result<Json<Page<CustomerView>>, Failure> {
    let sliced = app.store.customers(&at, &paging.slice()).await?;
    Ok(Json(paging.page(sliced, CustomerView::from)))
}

/// Read a customer
#[utoipa::path(get, path = "/v1/Customers/{customerId}", operation_id = "readCustomer",
    tag = "customers", params(("customerId" = Uuid, Path), TenantHeaders),
    responses((status = 200, description = "OK", body = CustomerView), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
) -> Result<Json<CustomerView>, Failure> {
    Ok(Json(app.store.customer(&at, &id).await?.into()))
}

/// Change a customer
#[utoipa::path(patch, path = "/v1/Customers/{customerId}", operation_id = "changeCustomer",
    tag = "customers", params(("customerId" = Uuid, Path), TenantHeaders),
    request_body = ChangeCustomer,
    responses((status = 204, description = "changed"), Failures, Told))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
    body: Body<Changed>,
) -> Result<StatusCode, Failure> {
    let Changed { name, reference } = body.value;
    app.store.change_customer(&at, &id, name, reference).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a customer
///
/// Who has provider instances, or is seen by a reseller, is not removed.
#[utoipa::path(delete, path = "/v1/Customers/{customerId}", operation_id = "removeCustomer",
    tag = "customers", params(("customerId" = Uuid, Path), TenantHeaders),
    responses((status = 204, description = "removed"), Failures))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    app.store.delete_customer(&at, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a reseller see a customer
#[utoipa::path(put, path = "/v1/Customers/{customerId}/Resellers/{resellerId}",
    operation_id = "showCustomer", tag = "customers",
    params(("customerId" = Uuid, Path), ("resellerId" = Uuid, Path), TenantHeaders),
    responses((status = 204, description = "seen"), Failures))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path((id, reseller)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    app.store.show_customer(&at, &id, &reseller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a reseller see a customer no more
///
/// What it sold them stays theirs.
#[utoipa::path(delete, path = "/v1/Customers/{customerId}/Resellers/{resellerId}",
    operation_id = "hideCustomer", tag = "customers",
    params(("customerId" = Uuid, Path), ("resellerId" = Uuid, Path), TenantHeaders),
    responses((status = 204, description = "seen no more"), Failures))]
pub(crate) async fn hide(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path((id, reseller)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    app.store.hide_customer(&at, &id, &reseller).await?;
    Ok(StatusCode::NO_CONTENT)
}
