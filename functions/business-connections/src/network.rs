//! `POST /customers/business-connections/check-network`: whether another
//! organisation deals with the caller's.

use std::sync::Arc;

use attesta_model::OrganisationId;
use attesta_wire::customer::{AsUser, Body, Failure, Failures};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Which organisation is meant.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkCheck {
    organisation_id: String,
}

impl FromFields for NetworkCheck {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { organisation_id: fields.required::<Text<200>>("organisationId")?.0 })
    }
}

/// Whether it deals with the caller's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InNetwork {
    is_in_network: bool,
}

/// Check In Network
#[utoipa::path(post, path = "/customers/business-connections/check-network",
    operation_id = "checkInNetwork", tag = "business-connections", request_body = NetworkCheck,
    responses((status = 200, description = "OK", body = InNetwork), Failures))]
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(NetworkCheck { organisation_id }): Body<NetworkCheck>,
) -> Result<Json<InNetwork>, Failure> {
    let home = app.home(&caller).await?;
    let is_in_network = match organisation_id.parse::<OrganisationId>() {
        Ok(other) => app.store.is_in_network(&home, other).await?,
        Err(_) => false,
    };
    Ok(Json(InNetwork { is_in_network }))
}
