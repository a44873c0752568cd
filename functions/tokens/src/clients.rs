//! `/oauth2/clients`: staff look after machine clients.

use std::sync::Arc;

use attesta_identity::{MachineKey, Secret};
use attesta_model::{Error, Machine, OrganisationId, Reason, Result, Scope, Scopes, UserId};
use attesta_store::access::{CanChange, CanRead};
use attesta_store::{Credential, Idempotency, NewClient as New};
use attesta_wire::customer::{AsUser, Body, ErrorBody, Failure, Failures};
use attesta_wire::{Fields, FromFields, Overlap, idempotency_key};
use axum::Json;
use axum::extract::State;
use http::header::{CACHE_CONTROL, HeaderName};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::wanted::{ClientId, ClientQuery, NewClient, WantedClient, WantedPage};

/// What holds a secret is kept nowhere on its way.
const NOT_KEPT: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "no-store")];

/// A machine client, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Client)]
pub(crate) struct ClientView {
    #[schema(value_type = Uuid)]
    client_id: String,
    name: String,
    /// `csp`, `member`, `partner`, `reseller` or `service`.
    kind: &'static str,
    /// The organisation that it acts for; null for a service.
    #[schema(value_type = Option<Uuid>, required)]
    organisation_id: Option<OrganisationId>,
    /// What it may do.
    scopes: Vec<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From when on it counts no more by itself.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Timestamp>,
    /// When it was taken back.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    revoked_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Timestamp>,
    /// Until when the secret before counts too.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    former_secret_until: Option<Timestamp>,
}

impl ClientView {
    fn new(credential: &Credential, now: Timestamp) -> Result<Self> {
        let machine = credential.machine();
        let machine = machine.ok_or_else(|| Error::internal("a provider among the clients"))?;
        Ok(Self {
            client_id: credential.id.to_string(),
            name: credential.name.clone(),
            kind: machine.kind().name(),
            organisation_id: machine.organisation_id(),
            scopes: credential.scopes.iter().map(Scope::name).collect(),
            created_at: credential.created_at,
            expires_at: credential.expires_at,
            revoked_at: credential.revoked_at,
            last_used_at: credential.last_used_at,
            former_secret_until: credential.former_at(now).map(|former| former.until),
        })
    }
}

/// A machine client with a secret, which is shown once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientWithSecret {
    #[serde(flatten)]
    client: ClientView,
    client_secret: String,
    /// Identifier and secret in one, for `X-API-Key`.
    api_key: String,
}

impl ClientWithSecret {
    fn new(credential: &Credential, secret: Secret, now: Timestamp) -> Result<Self> {
        let client = ClientView::new(credential, now)?;
        let client_secret = secret.expose().to_owned();
        let api_key = MachineKey { id: credential.id, secret }.api_key();
        Ok(Self { client, client_secret, api_key })
    }
}

/// A page of machine clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientList {
    /// By kind, then by organisation, then by age.
    clients: Vec<ClientView>,
    /// The cursor of the next page; null on the last.
    #[schema(required)]
    next: Option<String>,
}

/// How to change over to another secret.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SecretRotation {
    /// How long the secret before still counts.
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 10080, default = 60)]
    overlap_minutes: Option<Overlap>,
}

impl FromFields for SecretRotation {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { overlap_minutes: fields.nullable("overlapMinutes").flatten() })
    }
}

/// List machine clients
///
/// Providers' credentials are not among them.
#[utoipa::path(get, path = "/oauth2/clients", operation_id = "listClients", tag = "oauth2",
    security(("user" = [])), params(ClientQuery),
    responses((status = 200, description = "OK", body = ClientList), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    wanted: WantedPage,
) -> Result<Json<ClientList>, Failure> {
    let WantedPage { filter, limit, after } = wanted;
    let page = app.store.clients(&caller, filter, after, limit).await?;
    let now = app.store.ids().now();
    let clients = page.clients.iter().map(|client| ClientView::new(client, now));
    let clients = clients.collect::<Result<_>>()?;
    Ok(Json(ClientList { clients, next: page.next.map(|place| place.to_string()) }))
}

/// Make a machine client
///
/// Its secret is in the answer and never again: the same call with the same
/// `Idempotency-Key` is a conflict that names the client.
#[utoipa::path(post, path = "/oauth2/clients", operation_id = "createClient", tag = "oauth2",
    security(("user" = [])), request_body = NewClient,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "made", body = ClientWithSecret), Failures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    Body(wanted): Body<WantedClient>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<ClientWithSecret>), Failure> {
    let now = app.store.ids().now();
    let WantedClient { name, machine, scopes, expires_at } = wanted;
    if expires_at.is_some_and(|at| at <= now) {
        let rule = Reason::Rule("must be in the future".to_owned());
        return Err(Error::field("expiresAt", rule).into());
    }
    let new = New { name, scopes: Scopes::from_iter(scopes), expires_at };
    let key = repeatable(&headers, caller.user_id, machine, &new)?;
    let plan = app.store.plan_client(&caller, machine, key.as_ref()).await?;
    let (credential, secret) = app.store.create_client(&plan, new, key.as_ref()).await?;
    let made = ClientWithSecret::new(&credential, secret, now)?;
    Ok((StatusCode::CREATED, NOT_KEPT, Json(made)))
}

/// The caller's `Idempotency-Key`, if they gave one, with all that makes it the
/// same call.
fn repeatable(
    headers: &HeaderMap,
    user: UserId,
    machine: Machine,
    new: &New,
) -> Result<Option<Idempotency>> {
    let Some(key) = idempotency_key(headers)? else { return Ok(None) };
    let call = serde_json::to_vec(&(machine, &new.name, &new.scopes, new.expires_at));
    let call = call.map_err(Error::internal)?;
    Ok(Some(Idempotency::new(None, user, "clients", key, &[&call])))
}

/// Read a machine client
#[utoipa::path(get, path = "/oauth2/clients/{client_id}", operation_id = "readClient",
    tag = "oauth2", security(("user" = [])), params(("client_id" = Uuid, Path)),
    responses((status = 200, description = "OK", body = ClientView), Failures,
        (status = 404, description = "not found", body = ErrorBody)))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    ClientId(id): ClientId,
) -> Result<Json<ClientView>, Failure> {
    let managed = app.store.managed_client::<CanRead>(&caller, &id).await?;
    Ok(Json(ClientView::new(managed.get(), app.store.ids().now())?))
}

/// Take a machine client back
///
/// It counts no more from the next request on, its tokens neither. Taken back
/// before, it stays as it is.
#[utoipa::path(delete, path = "/oauth2/clients/{client_id}", operation_id = "revokeClient",
    tag = "oauth2", security(("user" = [])), params(("client_id" = Uuid, Path)),
    responses((status = 204, description = "taken back"), Failures,
        (status = 404, description = "not found", body = ErrorBody)))]
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    ClientId(id): ClientId,
) -> Result<StatusCode, Failure> {
    let managed = app.store.managed_client::<CanChange>(&caller, &id).await?;
    app.store.revoke_credential(&managed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a machine client another secret
///
/// It is shown here and never again; the one before still counts for the
/// overlap, and any before that no more.
#[utoipa::path(post, path = "/oauth2/clients/{client_id}/secret",
    operation_id = "rotateClientSecret", tag = "oauth2", security(("user" = [])),
    params(("client_id" = Uuid, Path)), request_body = SecretRotation,
    responses((status = 200, description = "OK", body = ClientWithSecret), Failures,
        (status = 404, description = "not found", body = ErrorBody)))]
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    ClientId(id): ClientId,
    Body(rotation): Body<SecretRotation>,
) -> Result<([(HeaderName, &'static str); 1], Json<ClientWithSecret>), Failure> {
    let Overlap(overlap) = rotation.overlap_minutes.unwrap_or_default();
    let managed = app.store.managed_client::<CanChange>(&caller, &id).await?;
    let (credential, secret) = app.store.rotate_client_secret(&managed, overlap).await?;
    let rotated = ClientWithSecret::new(&credential, secret, app.store.ids().now())?;
    Ok((NOT_KEPT, Json(rotated)))
}
