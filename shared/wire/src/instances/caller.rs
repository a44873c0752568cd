//! Who calls, and the tenant that they mean.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_model::{Error, Reason};
use attesta_store::access::AtTenant;
use axum::extract::FromRequestParts;
use http::request::Parts;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Failure;
use crate::auth::{KnowsUsers, token, user_of};
use crate::machines::{AsMachine, KnowsMachines};

/// A machine or a user, by their token. Says who, not what they may do.
#[derive(Debug, Clone)]
pub struct AsCaller(pub Caller);

impl<S: KnowsMachines + KnowsUsers> FromRequestParts<Arc<S>> for AsCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        if token(&parts.headers, &["Bearer"]).is_ok_and(|token| state.user_gate().is_for(token)) {
            return Ok(Self(Caller::User(user_of(parts, state.as_ref()).await?.caller)));
        }
        let machine = AsMachine::<Failure>::from_request_parts(parts, state).await?;
        Ok(Self(Caller::Machine(machine.caller)))
    }
}

/// The same with the tenant's domain.
#[derive(Debug, Clone)]
pub struct OfTenant(pub AtTenant);

impl<S: KnowsMachines + KnowsUsers> FromRequestParts<Arc<S>> for OfTenant {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        let AsCaller(caller) = AsCaller::from_request_parts(parts, state).await?;
        let header = parts.headers.get("x-tenant").filter(|value| !value.is_empty());
        let missing = || Error::field("X-Tenant", Reason::Required);
        // What can't even be read is nobody's domain.
        let domain = header.ok_or_else(missing)?.to_str().unwrap_or_default().trim().to_owned();
        Ok(Self(AtTenant { caller, domain }))
    }
}

/// How documents name the headers.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the shape of the headers, which `OfTenant` reads")]
pub struct TenantHeaders {
    /// Which tenant is meant: a domain of it.
    #[param(rename = "X-Tenant")]
    tenant: String,
    /// Names what the request belongs to, in the answer and the log; made where
    /// there is none.
    #[param(rename = "X-Correlation-Id", required = false)]
    correlation_id: Uuid,
}
