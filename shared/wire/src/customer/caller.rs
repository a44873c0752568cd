//! Who calls, where programs may call as well as people.

use std::sync::Arc;

use attesta_identity::Caller;
use axum::extract::FromRequestParts;
use http::request::Parts;

use super::Failure;
use crate::auth::{KnowsUsers, token, user_of};
use crate::machines::{AsMachine, KnowsMachines};

/// A user or a machine, by their token. Says who, not what they may do.
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
