//! `/tpp/enable`: what a partner's deployments have.

use std::sync::Arc;

use attesta_wire::marketplace::{AsPartner, BadKey, Body, Failure, Refused};
use attesta_wire::{Fields, FromFields};
use axum::extract::State;
use http::StatusCode;
use utoipa::ToSchema;

use crate::App;

/// What to put into a deployment, or to take out.
#[derive(Debug, ToSchema)]
pub(crate) struct Enabling {
    /// The provider; needed, whatever its place here says.
    #[schema(value_type = String, required = false)]
    tpp_id: String,
    /// One of the partner's deployments.
    cp_deployment_id: String,
    /// Whether it is put in; else it is taken out.
    enable: bool,
    /// One of the product types that the provider offers.
    product_type: String,
}

impl FromFields for Enabling {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let tpp_id = fields.required("tpp_id");
        let cp_deployment_id = fields.required("cp_deployment_id");
        let enable = fields.required("enable");
        let product_type = fields.required("product_type");
        Some(Self {
            tpp_id: tpp_id?,
            cp_deployment_id: cp_deployment_id?,
            enable: enable?,
            product_type: product_type?,
        })
    }
}

/// Enable Provider
///
/// Puts a product type of a provider into a deployment, or takes it out. The
/// provider must first be pre-approved. Done before, it stays done. A provider
/// that points at one of the provider API works for the partner's organisation
/// while some deployment has it.
#[utoipa::path(post, path = "/tpp/enable", operation_id = "enableProvider", tag = "marketplace",
    request_body = Enabling,
    responses((status = 200, description = "OK"), BadKey, Refused,
        (status = 404, description = "Not found")))]
pub(crate) async fn enable(
    State(app): State<Arc<App>>,
    AsPartner(caller): AsPartner,
    Body { value, .. }: Body<Enabling>,
) -> Result<StatusCode, Failure> {
    let Enabling { tpp_id, cp_deployment_id, enable, product_type } = value;
    let approved = app.store.approved_listing(&caller, &tpp_id).await?;
    app.store.set_enabled(&approved, &cp_deployment_id, &product_type, enable).await?;
    Ok(StatusCode::OK)
}
