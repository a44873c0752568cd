//! `POST /customers/auth/refresh`: new tokens for a person who is in.

use std::sync::Arc;

use attesta_model::Error;
use attesta_wire::customer::{Body, Failure, Failures};
use attesta_wire::{Fields, FromFields, Hidden};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use utoipa::ToSchema;

use crate::App;
use crate::fields::Name;
use crate::tokens::{LoginResult, RefreshToken};

/// What gets new tokens.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Refresh {
    #[schema(value_type = String)]
    refresh_token: SecretString,
    /// Not needed: the token tells.
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "declared, and not needed")]
    username: Option<String>,
}

impl FromFields for Refresh {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let refresh_token = fields.required::<Hidden<8192>>("refreshToken");
        let username = fields.nullable::<Name>("username").flatten();
        Some(Self { refresh_token: refresh_token?.0, username: username.map(|name| name.0) })
    }
}

/// Refresh tokens
///
/// The refresh token itself goes on counting.
#[utoipa::path(post, path = "/customers/auth/refresh", operation_id = "refreshTokens",
    tag = "auth", security(()), request_body = Refresh,
    responses((status = 200, description = "OK", body = LoginResult), Failures))]
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    Body(body): Body<Refresh>,
) -> Result<Json<LoginResult>, Failure> {
    const UNKNOWN: Error = Error::Unauthenticated("The refresh token does not count any more.");
    let RefreshToken { user, token } = RefreshToken::read(&body.refresh_token).ok_or(UNKNOWN)?;
    let tokens = app.pool.refresh(&user.to_string(), &token).await?;
    Ok(Json(tokens.try_into()?))
}
