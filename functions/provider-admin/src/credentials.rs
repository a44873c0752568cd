//! `…/provider/{provider_id}/credentials/`: what a provider signs in with.

use std::sync::Arc;

use attesta_identity::Secret;
use attesta_store::Credential;
use attesta_store::access::{CanChange, CanRead};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Body, Denied, Failure, Listing, Page, PageRequest, Path, Refused};
use attesta_wire::{Fields, FromFields, Overlap};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// A credential, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Credentials {
    role_id: String,
    secret_id: String,
}

impl Credentials {
    pub(crate) fn new(credential: &Credential, secret: &Secret) -> Self {
        Self { role_id: credential.id.to_string(), secret_id: secret.expose().to_owned() }
    }
}

/// A credential without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credential)]
pub(crate) struct CredentialView {
    role_id: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From when on it counts no more by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was taken back.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<&Credential> for CredentialView {
    fn from(credential: &Credential) -> Self {
        Self {
            role_id: credential.id.to_string(),
            created_at: credential.created_at,
            expires_at: credential.expires_at,
            revoked_at: credential.revoked_at,
        }
    }
}

/// How to change over to another credential.
#[derive(Debug, ToSchema)]
pub(crate) struct Rotation {
    /// How long the credentials before still count.
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 10080, default = 60)]
    overlap_minutes: Option<Overlap>,
}

impl FromFields for Rotation {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { overlap_minutes: fields.optional("overlap_minutes") })
    }
}

/// A new credential, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewCredential {
    role_id: String,
    secret_id: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// List a provider's credentials
///
/// Oldest first, whatever order is asked for. Of those that count no more, the
/// oldest fall off the list.
#[utoipa::path(get, path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/credentials/",
    operation_id = "adminListCredentials", tag = "admin",
    params(("id" = i64, Path), ("provider_id" = i64, Path), Listing),
    responses((status = 200, description = "OK", body = Page<CredentialView>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id)): Path<(String, String)>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<CredentialView>>, Failure> {
    let managed = app.store.managed_credentials::<CanRead>(&caller, &instrument, &id).await?;
    let rows = managed.get().credentials.iter().map(CredentialView::from).collect();
    let page = PageRequest::from(listing).page_of_all(rows, (&app.base, &headers, &uri));
    Ok(Json(page))
}

/// Change over to another credential
///
/// Makes one, shown here and never again; those before run out with the overlap.
#[utoipa::path(post, path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/credentials/",
    operation_id = "adminRotateCredential", tag = "admin", request_body = Rotation,
    params(("id" = i64, Path), ("provider_id" = i64, Path)),
    responses((status = 201, description = "made", body = NewCredential), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id)): Path<(String, String)>,
    body: Body<Rotation>,
) -> Result<(StatusCode, Json<NewCredential>), Failure> {
    let Overlap(overlap) = body.value.overlap_minutes.unwrap_or_default();
    let managed = app.store.managed_credentials::<CanChange>(&caller, &instrument, &id).await?;
    let (credential, secret) = app.store.rotate_credential(&managed, overlap).await?;
    let Credentials { role_id, secret_id } = Credentials::new(&credential, &secret);
    let new = NewCredential { role_id, secret_id, created_at: credential.created_at };
    Ok((StatusCode::CREATED, Json(new)))
}

/// Take a credential back
///
/// It counts no more from the next request on, its tokens neither. Taken back
/// before, it stays as it is.
#[utoipa::path(delete, tag = "admin", operation_id = "adminRevokeCredential",
    path = "/api/v2/admin/instrument/{id}/provider/{provider_id}/credentials/{role_id}/",
    params(("id" = i64, Path), ("provider_id" = i64, Path), ("role_id" = String, Path)),
    responses((status = 204, description = "taken back"), Denied))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((instrument, id, role)): Path<(String, String, String)>,
) -> Result<StatusCode, Failure> {
    let path = (instrument.as_str(), id.as_str());
    let managed = app.store.managed_credential::<CanChange>(&caller, path, &role).await?;
    app.store.revoke_credential(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}
