//! `POST /api/v2/auth/token/refresh`: another access token for a provider
//! whose old one may have expired.

use std::sync::Arc;

use attesta_identity::{ProviderClaims, TokenUse};
use attesta_model::{Error, Reason, Result};
use attesta_wire::auth::token;
use attesta_wire::provider::{Body, Detail, Failure, Invalid};
use attesta_wire::{Field, Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::approle::Tokens;

/// The access token to be replaced; the refresh token is in the header.
#[derive(Debug, ToSchema)]
pub(crate) struct Refresh {
    #[schema(value_type = String)]
    token: AccessToken,
}

impl FromFields for Refresh {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("token").map(|token| Self { token })
    }
}

/// A text, or the pair that was answered before.
#[derive(Debug)]
struct AccessToken(String);

impl Field for AccessToken {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let inner = match value {
            Value::Object(mut pair) => pair.remove("access_token").ok_or(Reason::Required)?,
            other => other,
        };
        Text::<8192>::from_value(inner).map(|text| Self(text.0))
    }
}

/// Fresh tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refreshed {
    token: Tokens,
}

/// Refresh an access token
#[utoipa::path(post, path = "/api/v2/auth/token/refresh", operation_id = "refreshToken",
    tag = "auth", security(("jwt" = [])), request_body = Refresh,
    responses((status = 200, description = "OK", body = Refreshed),
        (status = 400, description = "invalid", body = Invalid),
        (status = 403, description = "not a pair of tokens that count", body = Detail),
        (status = 413, description = "body over 1 MiB", body = Detail),
        (status = 415, description = "body is not JSON", body = Detail)))]
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body<Refresh>,
) -> Result<Json<Refreshed>, Failure> {
    let refreshed =
        renew(&app, &headers, &body.value.token.0).await.map_err(|error| match error {
            Error::Unauthenticated(text) => Error::Forbidden(text),
            other => other,
        })?;
    Ok(Json(Refreshed { token: refreshed }))
}

/// Checks the pair and the credential behind it. The refresh token stays the
/// same, so that a session ends after two hours unless its holder signs in.
async fn renew(app: &App, headers: &HeaderMap, access: &str) -> Result<Tokens> {
    let now = app.store.ids().now();
    let refresh = token(headers, &["JWT", "Bearer"])?;
    let holder = app.gate.provider(refresh, TokenUse::Refresh, now).await?.caller();
    if app.gate.expired_provider(access, now).await?.caller() != holder {
        return Err(Error::Forbidden("Invalid token."));
    }
    app.store.own_provider(&holder, &holder.provider_id.to_string()).await?;
    let keys = app.keys.get().await?;
    let claims = ProviderClaims::new(&app.issuer, holder, TokenUse::Access, now);
    let access_token = claims.sign(keys.signing(now)).map_err(Error::internal)?;
    Ok(Tokens { access_token, refresh_token: refresh.to_owned() })
}
