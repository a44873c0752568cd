//! `/customers/auth/api-tokens`: staff look after what programs sign in with in
//! a user's name.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{Error, Reason, Result, UserId};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{ApiToken, Idempotency};
use attesta_wire::customer::{Acknowledgement, AsUser, Body, Failure, Failures, Missing, Path};
use attesta_wire::{Field, Fields, FromFields, Number, Text, idempotency_key};
use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use http::HeaderMap;
use http::header::{HeaderName, LINK, LOCATION};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::App;

const PATH: &str = "/customers/auth/api-tokens";

/// An API token that is to be.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewApiToken {
    /// Whom it is to stand for.
    user_id: String,
    /// How long it counts, from one hour to a year.
    #[schema(value_type = f64)]
    hours: Hours,
    /// The roles that it has, of those that its user has.
    roles: Vec<String>,
}

/// A number of hours from one to a year's.
#[derive(Debug, Clone, Copy)]
struct Hours(SignedDuration);

impl Field for Hours {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let Number(hours) = Number::from_value(value)?;
        let rule = || Reason::Rule("must be 1 to 8760".to_owned());
        let length = SignedDuration::try_from_secs_f64(hours * 3600.0).map_err(|_| rule())?;
        (1.0..=8760.0).contains(&hours).then_some(Self(length)).ok_or_else(rule)
    }
}

impl FromFields for NewApiToken {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user_id = fields.required::<Text<128>>("userId");
        let hours = fields.required("hours");
        let roles = fields.required::<Vec<Text<100>>>("roles");
        Some(Self {
            user_id: user_id?.0,
            hours: hours?,
            roles: roles?.into_iter().map(|role| role.0).collect(),
        })
    }
}

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiToken)]
pub(crate) struct ApiTokenView {
    id: String,
    /// Whom it stands for.
    user_id: String,
    /// The roles that it has, where its user has them.
    roles: Vec<String>,
    /// Who of the staff made it.
    created_by: String,
    #[serde(rename = "createdAtUTC")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From when on it counts no more by itself.
    #[serde(rename = "expiresAtUTC")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// When it was taken back.
    #[serde(rename = "revokedAtUTC")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    revoked_at: Option<Timestamp>,
}

impl From<&ApiToken> for ApiTokenView {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            user_id: token.user_id.to_string(),
            roles: token.roles.clone(),
            created_by: token.created_by.to_string(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Which API tokens are asked for.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Those of this user.
    #[param(rename = "userId")]
    user_id: Option<String>,
    /// From where: what the `Link` of the page before says.
    cursor: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let mut wanted = Self::default();
        for (name, value) in pairs.map(|pairs| pairs.0).unwrap_or_default() {
            match name.as_str() {
                "userId" => wanted.user_id = Some(value),
                "cursor" => wanted.cursor = Some(value),
                _ => {}
            }
        }
        Ok(wanted)
    }
}

impl Wanted {
    /// Where the page after this one is, as a `Link` header.
    fn link(&self, next: &str) -> String {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let user = self.user_id.as_deref().map(|id| format!("userId={}&", encoded(id)));
        format!("<{PATH}?{}cursor={}>; rel=\"next\"", user.unwrap_or_default(), encoded(next))
    }
}

/// What a new token is answered with: where it is, and itself, once.
type Made = ([(HeaderName, String); 1], Json<Acknowledgement>);

/// Generate an API token for a user
///
/// The token is the `message`, and is shown here and never again: the same call
/// with the same `Idempotency-Key` is a conflict that names it. `Location` says
/// where it is looked after.
#[utoipa::path(post, path = "/customers/auth/api-tokens", operation_id = "authGenerateApiToken",
    tag = "auth", request_body = NewApiToken,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn auth_generate(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    Body(new): Body<NewApiToken>,
) -> Result<Made, Failure> {
    Ok(app.make_api_token(&caller, &headers, new).await?)
}

/// Generate an API token for a user
///
/// The same as `authGenerateApiToken`.
#[utoipa::path(post, path = "/customers/users/api-tokens", operation_id = "generateApiToken",
    tag = "users", request_body = NewApiToken,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn generate(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    Body(new): Body<NewApiToken>,
) -> Result<Made, Failure> {
    Ok(app.make_api_token(&caller, &headers, new).await?)
}

impl App {
    async fn make_api_token(
        &self,
        caller: &UserCaller,
        headers: &HeaderMap,
        new: NewApiToken,
    ) -> Result<Made> {
        let NewApiToken { user_id, hours: Hours(lifetime), roles } = new;
        let call = serde_json::to_vec(&(&user_id, lifetime.as_secs(), &roles));
        let call = call.map_err(Error::internal)?;
        let key = idempotency_key(headers)?
            .map(|key| Idempotency::new(None, caller.user_id, "api-tokens", key, &[&call]));
        let subject = self.store.token_subject(caller, &user_id, key.as_ref()).await?;
        let roles = roles.into_iter().collect();
        let made =
            self.store.create_api_token(&subject, caller.user_id, roles, lifetime, key.as_ref());
        let (token, secret) = made.await?;
        let place = (LOCATION, format!("{PATH}/{}", token.id));
        Ok(([place], Json(Acknowledgement::new(secret.expose()))))
    }
}

/// List API tokens
///
/// By user, then by age, with those that count no more. The next page is where
/// the `Link` header says.
#[utoipa::path(get, path = "/customers/auth/api-tokens", operation_id = "listApiTokens",
    tag = "auth", params(Wanted),
    responses((status = 200, description = "OK", body = Vec<ApiTokenView>,
        headers(("Link" = Option<String>, description = "the next page"))), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    wanted: Wanted,
) -> Result<(HeaderMap, Json<Vec<ApiTokenView>>), Failure> {
    let of = wanted.user_id.as_deref().map(|id| id.parse().unwrap_or(UserId(Uuid::nil())));
    let page = app.store.api_tokens(&caller, of, wanted.cursor.as_deref()).await?;
    let mut headers = HeaderMap::new();
    if let Some(next) = &page.next {
        headers.insert(LINK, wanted.link(next).parse().map_err(Error::internal)?);
    }
    Ok((headers, Json(page.tokens.iter().map(ApiTokenView::from).collect())))
}

/// Read an API token
#[utoipa::path(get, path = "/customers/auth/api-tokens/{id}", operation_id = "getApiToken",
    tag = "auth", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = ApiTokenView), Failures, Missing))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<ApiTokenView>, Failure> {
    let managed = app.store.managed_api_token::<CanRead>(&caller, &id).await?;
    Ok(Json(managed.get().into()))
}

/// Take an API token back
///
/// It counts no more from the next request on, and neither do the tokens that it
/// was exchanged for. Taken back before, it stays as it is.
#[utoipa::path(delete, path = "/customers/auth/api-tokens/{id}", operation_id = "revokeApiToken",
    tag = "auth", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<Acknowledgement>, Failure> {
    let managed = app.store.managed_api_token::<CanChange>(&caller, &id).await?;
    app.store.revoke_api_token(&managed).await?;
    Ok(Json(Acknowledgement::new("The API token counts no more.")))
}
