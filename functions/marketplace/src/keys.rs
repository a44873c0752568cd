//! `/tpp/admin/partners/{partner_id}/keys`: keys for partners, which are
//! machine clients like others and looked after at `/oauth2/clients`.

use std::sync::Arc;

use attesta_identity::MachineKey;
use attesta_model::{Error, Machine, MachineKind, Reason};
use attesta_store::access::CanChange;
use attesta_store::{Idempotency, NewClient};
use attesta_wire::marketplace::{
    AsStaff, Body, Failure, Path, Refused, StaffDenied, idempotency_key,
};
use axum::Json;
use axum::extract::State;
use http::header::HeaderName;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::listings::NOT_KEPT;
use crate::wanted::NewKey;

/// A partner's key, which is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartnerKey {
    /// The machine client that it is of.
    client_id: String,
    /// What goes into `X-API-Key`.
    api_key: String,
}

/// Give a partner a key
///
/// It is in the answer and never again: the same call with the same
/// `Idempotency-Key` is a conflict that names the client.
#[utoipa::path(post, path = "/tpp/admin/partners/{partner_id}/keys",
    operation_id = "adminCreatePartnerKey", tag = "marketplace admin", security(("user" = [])),
    params(("partner_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewKey,
    responses((status = 201, description = "made", body = PartnerKey), StaffDenied, Refused,
        (status = 404, description = "Not found")))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsStaff(caller): AsStaff,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value: NewKey { name, expires_at }, raw }: Body<NewKey, true>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<PartnerKey>), Failure> {
    if expires_at.is_some_and(|at| at <= app.store.ids().now()) {
        let rule = Reason::Rule("must be in the future".to_owned());
        return Err(Error::field("expires_at", rule).into());
    }
    let partner = app.store.managed_partner::<CanChange>(&caller, &id).await?;
    let of = Some(partner.get().organisation.id);
    let machine = Machine::new(MachineKind::Partner, of).ok_or_else(Error::not_found)?;
    let call: &[&[u8]] = &[id.as_bytes(), &raw];
    let key = idempotency_key(&headers)?
        .map(|key| Idempotency::new(None, caller.user_id, "partner-keys", key, call));
    let plan = app.store.plan_client(&caller, machine, key.as_ref()).await?;
    let scopes = MachineKind::Partner.scopes().iter().copied().collect();
    let new = NewClient { name: name.0, scopes, expires_at };
    let (credential, secret) = app.store.create_client(&plan, new, key.as_ref()).await?;
    let api_key = MachineKey { id: credential.id, secret }.api_key();
    let made = PartnerKey { client_id: credential.id.to_string(), api_key };
    Ok((StatusCode::CREATED, NOT_KEPT, Json(made)))
}
