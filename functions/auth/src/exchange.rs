//! `…/api-tokens/authenticate`: a program signs in, in a user's name.

use std::sync::Arc;

use attesta_cognito::Tokens;
use attesta_identity::Secret;
use attesta_model::{Error, Result};
use attesta_store::{ApiToken, OwnProfile};
use attesta_wire::customer::{AuthenticatedProfile, Body, Failure, Failures};
use attesta_wire::{Fields, FromFields, Hidden, Source};
use axum::Json;
use axum::extract::State;
use secrecy::{ExposeSecret, SecretString};
use utoipa::ToSchema;

use crate::App;
use crate::throttle::API_TOKEN;
use crate::tokens::handed_out;

/// Whatever is wrong with a token, this is all that is told.
const REFUSED: Error = Error::Unauthenticated("The API token does not count.");

/// An API token.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShownToken {
    #[schema(value_type = String)]
    token: SecretString,
}

impl FromFields for ShownToken {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { token: fields.required::<Hidden<1024>>("token")?.0 })
    }
}

/// Authenticate a user based on an API token
///
/// The tokens have the API token's roles alone, and there is none to refresh
/// them by: the API token is. Unknown, expired and revoked ones get the same
/// answer.
#[utoipa::path(post, path = "/customers/auth/api-tokens/authenticate",
    operation_id = "authAuthenticateApiToken", tag = "auth", security(()),
    request_body = ShownToken,
    responses((status = 200, description = "OK", body = AuthenticatedProfile), Failures))]
pub(crate) async fn auth_authenticate(
    State(app): State<Arc<App>>,
    source: Source,
    Body(shown): Body<ShownToken>,
) -> Result<Json<AuthenticatedProfile>, Failure> {
    Ok(Json(app.sign_in_by_api_token(&source, &shown.token).await?))
}

/// Authenticate a user based on an API token
///
/// The same as `authAuthenticateApiToken`.
#[utoipa::path(post, path = "/customers/users/api-tokens/authenticate",
    operation_id = "authenticateApiToken", tag = "users", security(()),
    request_body = ShownToken,
    responses((status = 200, description = "OK", body = AuthenticatedProfile), Failures))]
pub(crate) async fn authenticate(
    State(app): State<Arc<App>>,
    source: Source,
    Body(shown): Body<ShownToken>,
) -> Result<Json<AuthenticatedProfile>, Failure> {
    Ok(Json(app.sign_in_by_api_token(&source, &shown.token).await?))
}

impl App {
    async fn sign_in_by_api_token(
        &self,
        source: &Source,
        shown: &SecretString,
    ) -> Result<AuthenticatedProfile> {
        API_TOKEN.count(&self.store, source).await?;
        let (token, own) = self.api_token(shown).await?;
        let tokens = self.exchange(&token, shown).await?;
        Ok(AuthenticatedProfile::new(&own, Some(handed_out(tokens)?)))
    }

    /// The API token that was shown, and the profile that it gives, if both count.
    async fn api_token(&self, shown: &SecretString) -> Result<(ApiToken, OwnProfile)> {
        let secret = Secret::parse(ApiToken::PREFIX, shown.expose_secret()).ok_or(REFUSED)?;
        let token = self.store.api_token(&secret).await?.ok_or(REFUSED)?;
        let own = self.store.profile_by_api_token(&token).await?.ok_or(REFUSED)?;
        Ok((token, own))
    }

    /// The user pool asks our own trigger whether the token counts.
    async fn exchange(&self, token: &ApiToken, shown: &SecretString) -> Result<Tokens> {
        let (user, id) = (token.user_id.to_string(), token.id.to_string());
        let metadata = [("api_token_id", id.as_str())];
        match self.api_pool.sign_in_by_secret(&user, shown, &metadata).await {
            Err(Error::Unauthenticated(_)) => Err(REFUSED),
            // The app client gives none; whatever the pool does, none gets out.
            outcome => outcome.map(|tokens| Tokens { refresh: None, ..tokens }),
        }
    }
}
