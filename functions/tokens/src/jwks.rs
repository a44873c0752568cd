//! `GET /.well-known/jwks.json`: the keys that our tokens can be checked with.

use std::sync::Arc;

use attesta_wire::provider::Failure;
use axum::Json;
use axum::extract::State;
use http::header::{CACHE_CONTROL, HeaderName};
use utoipa::ToSchema;

use crate::App;

/// A key set, as RFC 7517 has it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the answer, which another crate writes")]
struct KeySet {
    #[schema(value_type = Vec<Object>)]
    keys: (),
}

/// Public signing keys
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "readKeys", tag = "auth",
    security(()), responses((status = 200, description = "OK", body = KeySet)))]
pub(crate) async fn jwks(
    State(app): State<Arc<App>>,
) -> Result<([(HeaderName, &'static str); 1], Json<attesta_identity::PublicKeys>), Failure> {
    let keys = app.keys.get().await?;
    Ok(([(CACHE_CONTROL, "public, max-age=300")], Json(keys.public.clone())))
}
