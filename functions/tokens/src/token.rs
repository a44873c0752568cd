//! `POST /oauth2/token`: a machine client gets an access token.

use std::sync::Arc;

use attesta_identity::{MACHINE_LIFETIME, MachineClaims};
use attesta_model::Error;
use attesta_store::access::SignedInClient;
use attesta_wire::Source;
use axum::Json;
use axum::extract::State;
use http::header::{CACHE_CONTROL, HeaderName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::grant::{Grant, Refusal, Refusals};

/// A client's request for a token; it may show who it is in a `Basic` header
/// instead.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the form, which `Grant` reads")]
struct TokenRequest {
    /// Always `client_credentials`.
    grant_type: String,
    #[schema(nullable = false)]
    client_id: Option<String>,
    #[schema(nullable = false, format = Password)]
    client_secret: Option<String>,
    /// Scopes with spaces between, of those that the client has; all unless said.
    #[schema(nullable = false)]
    scope: Option<String>,
}

/// An access token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IssuedToken {
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// In seconds.
    expires_in: i64,
    /// What it is good for: scopes with spaces between.
    scope: String,
}

/// Get an access token
///
/// The client credentials grant of RFC 6749.
#[utoipa::path(post, path = "/oauth2/token", operation_id = "issueToken", tag = "oauth2",
    security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "OK", body = IssuedToken), Refusals))]
pub(crate) async fn issue(
    State(app): State<Arc<App>>,
    source: Source,
    grant: Grant,
) -> Result<([(HeaderName, &'static str); 1], Json<IssuedToken>), Refusal> {
    let client = app.store.sign_in_client(&grant.key, &source.0).await?;
    let SignedInClient { id, machine, scopes } = client;
    let scopes = grant.scopes(scopes)?;
    let scope = scopes.to_string();
    let keys = app.keys.get().await?;
    let now = app.store.ids().now();
    let claims = MachineClaims::new(&app.issuer, id, machine, scopes, now);
    let issued = IssuedToken {
        access_token: claims.sign(keys.signing(now)).map_err(Error::internal)?,
        token_type: "Bearer",
        expires_in: MACHINE_LIFETIME.as_secs(),
        scope,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(issued)))
}
