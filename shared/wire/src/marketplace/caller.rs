//! Who calls: partners by their keys, staff by their tokens.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::Error;
use attesta_store::Store;
use attesta_store::access::PartnerCaller;
use axum::extract::FromRequestParts;
use http::request::Parts;

use super::Failure;
use super::error::NO_KEY;
use crate::auth::{KnowsUsers, user_of};
use crate::machines::{API_KEY, api_key};

/// State that can tell partners by their keys.
pub trait KnowsPartners: Send + Sync + 'static {
    /// The table, which holds the keys.
    fn store(&self) -> &Store;
}

/// A partner that calls, by a key that is good. Says for whom, not what they
/// may do.
#[derive(Debug, Clone, Copy)]
pub struct AsPartner(pub PartnerCaller);

impl<S: KnowsPartners> FromRequestParts<Arc<S>> for AsPartner {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        const NONE: Error = Error::Forbidden("API key unknown, revoked or not allowed here.");
        let mut shown = parts.headers.get_all(API_KEY).iter();
        let first = shown.next().ok_or(Error::Unauthenticated(NO_KEY))?;
        let key = api_key(first).filter(|_| shown.next().is_none()).ok_or(NONE)?;
        Ok(Self(state.store().partner_caller(&key).await?))
    }
}

/// A user who calls, by their access or ID token. Says who, not whether they
/// are staff.
#[derive(Debug, Clone)]
pub struct AsStaff(pub UserCaller);

impl<S: KnowsUsers> FromRequestParts<Arc<S>> for AsStaff {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        Ok(Self(user_of(parts, state.as_ref()).await?.caller))
    }
}
