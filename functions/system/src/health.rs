//! `GET /customers/system/health`: whether the platform is well.

use std::sync::Arc;

use attesta_wire::customer::{Failure, Failures};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// That all is well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `healthy`: whatever is not well is an error.
    status: &'static str,
    /// Which version of the platform this is.
    version: &'static str,
}

/// Read the platform's health
///
/// The table was reached just now; where it can't be, the answer is an error.
#[utoipa::path(get, path = "/customers/system/health", operation_id = "getSystemHealth",
    tag = "system", security(()),
    responses((status = 200, description = "OK", body = Health), Failures))]
pub(crate) async fn read(State(app): State<Arc<App>>) -> Result<Json<Health>, Failure> {
    app.store.system_settings().await?;
    Ok(Json(Health { status: "healthy", version: env!("CARGO_PKG_VERSION") }))
}
