//! `GET /customers/users/{id}/export`: everything that is kept of a user.

use std::sync::Arc;

use attesta_model::Connection;
use attesta_store::{ApiToken, UserExport};
use attesta_wire::customer::{
    AsUser, BuyerPreferenceSetting, Failure, Failures, Missing, Path, User,
};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Everything that is kept of a user; no secret is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Export {
    user: User,
    #[serde(rename = "createdAtUTC")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Whether they sign in with a second factor.
    second_factor: bool,
    /// What they would like to buy, and whether it counts.
    preferences: Vec<BuyerPreferenceSetting>,
    /// What programs sign in with in their name.
    #[schema(inline)]
    api_tokens: Vec<ExportedToken>,
    /// The organisations to which they are known.
    #[schema(inline)]
    connections: Vec<KnownTo>,
    /// Since when they are being erased.
    #[serde(rename = "erasingAtUTC")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    erasing_at: Option<Timestamp>,
    /// Since when nothing is kept of them but this.
    #[serde(rename = "erasedAtUTC")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    erased_at: Option<Timestamp>,
}

/// What a program signs in with in a user's name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedToken {
    id: String,
    /// The roles that it has, where its user has them.
    roles: Vec<String>,
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

/// An organisation to which a user is known.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KnownTo {
    organisation_id: String,
    /// What the user's organisation is to it.
    relationship: Vec<&'static str>,
    /// Whether the user may act in it.
    connected: bool,
}

impl From<&UserExport> for Export {
    fn from(export: &UserExport) -> Self {
        let user = &export.user.person().user;
        let known = |connection: &Connection| KnownTo {
            organisation_id: connection.organisation_id.to_string(),
            relationship: connection.relationships.iter().map(|one| one.name()).collect(),
            connected: connection.connected.contains(&user.id),
        };
        Self {
            user: (&export.user).into(),
            created_at: user.created_at,
            second_factor: user.second_factor,
            preferences: user.preferences.iter().map(Into::into).collect(),
            api_tokens: export.api_tokens.iter().map(ExportedToken::from).collect(),
            connections: export.connections.iter().map(known).collect(),
            erasing_at: user.erasing_at,
            erased_at: user.erased_at,
        }
    }
}

impl From<&ApiToken> for ExportedToken {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            roles: token.roles.clone(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Export User
///
/// Everything that is kept of a user, for themselves and for staff.
#[utoipa::path(get, path = "/customers/users/{id}/export", operation_id = "exportUser",
    tag = "users", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = Export), Failures, Missing))]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<Export>, Failure> {
    let export = app.store.user_export(&caller, &id).await?;
    Ok(Json((&export).into()))
}
