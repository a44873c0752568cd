//! `/member/sub-tpps`: a member makes, reads and deletes a sub-TPP.

use std::sync::Arc;

use attesta_identity::MachineCaller;
use attesta_model::{Error, Logo, Result};
use attesta_store::{Idempotency, NewSubTpp, Planned};
use attesta_wire::idempotency_key;
use attesta_wire::machines::AsMachine;
use attesta_wire::sub_tpps::{Body, BodyFailures, Failure, Failures};
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{CreateSubTpp, PathOf, WantedSubTpp};
use crate::view::{SubTppAnswer, SubTppView};

/// A sub-TPP that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Created {
    sub_tpp_id: String,
}

/// Nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Empty {}

/// Create a sub-TPP
///
/// It is in use at once, unless the member's have to be approved. The same call
/// with the same `Idempotency-Key` makes one.
#[utoipa::path(post, path = "/member/sub-tpps", operation_id = "createSubTpp",
    tag = "sub-tpps", request_body = CreateSubTpp,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = Created), Failures, BodyFailures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    machine: AsMachine<Failure>,
    headers: HeaderMap,
    Body(wanted): Body<WantedSubTpp>,
) -> Result<Json<Created>, Failure> {
    let key = repeatable(&headers, &machine.caller, &wanted)?;
    let WantedSubTpp { domain, name, merchant, logo, parent } = wanted;
    let planned = app.store.plan_sub_tpp(&machine.caller, domain, parent.as_deref(), key.as_ref());
    let plan = match planned.await? {
        Planned::Same(sub_tpp_id) => return Ok(Json(Created { sub_tpp_id })),
        Planned::New(plan) => plan,
    };
    let logo_key = match logo {
        Some(logo) => Some(app.objects.put_logo(plan.member_id(), logo).await?),
        None => None,
    };
    let new = NewSubTpp { name, merchant, logo_key: logo_key.clone() };
    let made = app.store.create_sub_tpp(&plan, new, key.as_ref()).await;
    let is_unused = match &made {
        Ok(made) => !made.is_new,
        // Whether it was made is not known then.
        Err(Error::Internal(_)) => false,
        Err(_) => true,
    };
    if let Some(unused) = logo_key.filter(|_| is_unused) {
        app.objects.discard(&unused).await;
    }
    Ok(Json(Created { sub_tpp_id: made?.id.to_string() }))
}

/// The caller's `Idempotency-Key`, if they gave one, with all that makes it the
/// same call.
fn repeatable(
    headers: &HeaderMap,
    caller: &MachineCaller,
    wanted: &WantedSubTpp,
) -> Result<Option<Idempotency>> {
    let Some(key) = idempotency_key(headers)? else { return Ok(None) };
    let WantedSubTpp { domain, name, merchant, logo, parent } = wanted;
    let said = serde_json::to_vec(&(domain, name, merchant, parent)).map_err(Error::internal)?;
    let logo = logo.as_ref().map(Logo::as_bytes).unwrap_or_default();
    Ok(Some(Idempotency::of_machine(caller.credential_id(), "sub-tpps", key, &[&said, logo])))
}

/// Get sub-TPP information
#[utoipa::path(get, path = "/member/sub-tpps/{subTppId}", operation_id = "getSubTpp",
    tag = "sub-tpps", params(("subTppId" = String, Path)),
    responses((status = 200, description = "OK", body = SubTppAnswer), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    machine: AsMachine<Failure>,
    PathOf(id): PathOf<String>,
) -> Result<Json<SubTppAnswer>, Failure> {
    let own = app.store.own_sub_tpp(&machine.caller, &id).await?;
    let sub_tpp = own.get().clone();
    let logo = match &sub_tpp.logo_key {
        Some(key) => app.objects.logo(key).await?,
        None => None,
    };
    let sub_tpp = SubTppView::from(sub_tpp).with_logo(logo);
    Ok(Json(SubTppAnswer { sub_tpp }))
}

/// Delete a sub-TPP
///
/// One that has children can't be deleted before them. Its domain may then be
/// another's.
#[utoipa::path(delete, path = "/member/sub-tpps/{subTppId}", operation_id = "deleteSubTpp",
    tag = "sub-tpps", params(("subTppId" = String, Path)),
    responses((status = 200, description = "OK", body = Empty), Failures,
        (status = 409, description = "it kept changing; try again",
            body = attesta_wire::sub_tpps::ErrorBody)))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    machine: AsMachine<Failure>,
    PathOf(id): PathOf<String>,
) -> Result<Json<Empty>, Failure> {
    let own = app.store.own_sub_tpp(&machine.caller, &id).await?;
    let deleted = app.store.delete_sub_tpp(own).await?;
    if let Some(logo) = deleted.logo_key {
        app.objects.discard(&logo).await;
    }
    Ok(Json(Empty {}))
}
