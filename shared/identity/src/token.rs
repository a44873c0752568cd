//! Tokens: what they claim and whether to believe it.
//!
//! The checks follow RFC 8725: the algorithm is the key's, issuer and use are
//! compared, and a clock may be off by a minute.

use attesta_model::{CredentialId, ProviderId};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::Validation;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{KeyRing, ProviderCaller, SigningKey};

/// How long a provider's access token lives.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long a provider's refresh token lives.
pub const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_mins(120);
/// How far two clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// Longer tokens are refused unread: none of ours or Cognito's comes near.
const MAX_LENGTH: usize = 8 * 1024;

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is none, or not of this issuer, use or algorithm, or badly signed.
    #[error("invalid token")]
    Invalid,
    /// It was good once.
    #[error("expired token")]
    Expired,
    /// Its key is not on the ring; a newer ring may have it.
    #[error("unknown key")]
    UnknownKey,
    /// The signing key can't be used.
    #[error("unusable signing key")]
    Key,
}

/// What a token of ours is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenUse {
    /// Calling operations.
    Access,
    /// Getting another access token.
    Refresh,
}

/// The claims of a provider's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderClaims {
    /// The issuer.
    pub iss: String,
    /// The module: `provider_<number>`.
    pub sub: String,
    /// The kind of module: `provider`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The provider's number.
    pub pk: ProviderId,
    /// The credential that it was given for.
    pub credential: CredentialId,
    /// What it is good for.
    pub token_use: TokenUse,
    /// When it was given, in seconds since 1970.
    pub iat: i64,
    /// Until when it is good, in seconds since 1970.
    pub exp: i64,
    /// Fills the claims up to a length that needs no padding in base 64: the
    /// published TeSLA client decodes a token's middle with plain base 64.
    #[serde(default)]
    pub pad: String,
}

impl ProviderClaims {
    /// The claims of a fresh token for a provider.
    #[must_use]
    pub fn new(issuer: &str, caller: ProviderCaller, token_use: TokenUse, now: Timestamp) -> Self {
        let lifetime = match token_use {
            TokenUse::Access => ACCESS_LIFETIME,
            TokenUse::Refresh => REFRESH_LIFETIME,
        };
        Self {
            iss: issuer.to_owned(),
            sub: caller.provider_id.module(),
            kind: "provider".to_owned(),
            pk: caller.provider_id,
            credential: caller.credential_id,
            token_use,
            iat: now.as_second(),
            exp: now.as_second() + lifetime.as_secs(),
            pad: String::new(),
        }
    }

    /// The signed token.
    ///
    /// # Errors
    /// [`TokenError::Key`] when the key can't sign.
    pub fn sign(mut self, key: &SigningKey) -> Result<String, TokenError> {
        let length = serde_json::to_string(&self).map_err(|_| TokenError::Key)?.len();
        self.pad = "0".repeat((3 - length % 3) % 3);
        key.sign(&self)
    }

    /// Who the token is about.
    #[must_use]
    pub const fn caller(&self) -> ProviderCaller {
        ProviderCaller { provider_id: self.pk, credential_id: self.credential }
    }
}

/// Believes the tokens of one issuer.
#[derive(Debug, Clone)]
pub struct Verifier {
    issuer: String,
}

impl Verifier {
    /// A verifier for an issuer.
    #[must_use]
    pub fn new(issuer: impl Into<String>) -> Self {
        Self { issuer: issuer.into() }
    }

    /// Whether a token says that it is of this issuer; nothing is checked.
    #[must_use]
    pub fn is_named_by(&self, token: &str) -> bool {
        #[derive(Deserialize)]
        struct Issued {
            iss: String,
        }
        let issued = jsonwebtoken::dangerous::insecure_decode_claims::<Issued>(token);
        token.len() <= MAX_LENGTH && issued.is_ok_and(|issued| issued.iss == self.issuer)
    }

    /// The claims of a provider's token, if it is good now and for this use.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn provider(
        &self,
        token: &str,
        token_use: TokenUse,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<ProviderClaims, TokenError> {
        let claims = self.expired_provider(token, token_use, keys, now)?;
        in_time(claims.exp, now).map(|()| claims)
    }

    /// The same, but the token may have expired.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn expired_provider(
        &self,
        token: &str,
        token_use: TokenUse,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<ProviderClaims, TokenError> {
        let claims: ProviderClaims = self.signed_claims(token, keys, now)?;
        let fits = claims.token_use == token_use && claims.kind == "provider";
        fits.then_some(claims).ok_or(TokenError::Invalid)
    }

    /// The claims of a token that is signed by one of the keys, of this issuer
    /// and not of a time to come.
    pub(crate) fn signed_claims<C: DeserializeOwned>(
        &self,
        token: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<C, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let id = header.kid.ok_or(TokenError::Invalid)?;
        let (algorithm, key) = keys.get(&id).ok_or(TokenError::UnknownKey)?;
        let mut validation = Validation::new(*algorithm);
        // Times are compared with the injected clock, here and in `in_time`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "iss"]);
        validation.set_issuer(&[&self.issuer]);
        let claims: Value = jsonwebtoken::decode(token, key, &validation)
            .map(|data| data.claims)
            .map_err(|_| TokenError::Invalid)?;
        let begins = Begins::deserialize(&claims).map_err(|_| TokenError::Invalid)?;
        if !begins.has_begun(now) {
            return Err(TokenError::Invalid);
        }
        serde_json::from_value(claims).map_err(|_| TokenError::Invalid)
    }
}

/// When a token was given, and from when on it is good, if it says so.
#[derive(Debug, Deserialize)]
struct Begins {
    iat: Option<i64>,
    nbf: Option<i64>,
}

impl Begins {
    fn has_begun(&self, now: Timestamp) -> bool {
        let latest = now.as_second() + LEEWAY.as_secs();
        [self.iat, self.nbf].into_iter().flatten().all(|begins| begins <= latest)
    }
}

pub(crate) fn in_time(exp: i64, now: Timestamp) -> Result<(), TokenError> {
    if now.as_second() < exp.saturating_add(LEEWAY.as_secs()) {
        Ok(())
    } else {
        Err(TokenError::Expired)
    }
}
