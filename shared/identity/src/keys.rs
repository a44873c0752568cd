//! Public keys that tokens are checked against.

use std::collections::HashMap;
use std::fmt;

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};

/// A published key set, in the form of RFC 7517.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKeys(pub JwkSet);

impl PublicKeys {
    /// No keys at all.
    #[must_use]
    pub const fn none() -> Self {
        Self(JwkSet { keys: Vec::new() })
    }
}

/// The keys of one issuer, ready for use.
#[derive(Clone, Default)]
pub struct KeyRing(HashMap<String, (Algorithm, DecodingKey)>);

impl KeyRing {
    /// Takes the keys that can sign tokens here: RSA for RS256 and P-256 for
    /// ES256, each with an identifier. The algorithm follows from the key, and
    /// never from a token, so that nobody passes a public key off as a shared
    /// secret.
    #[must_use]
    pub fn new(keys: &PublicKeys) -> Self {
        Self(keys.0.keys.iter().filter_map(usable).collect())
    }

    pub(crate) fn get(&self, id: &str) -> Option<&(Algorithm, DecodingKey)> {
        self.0.get(id)
    }
}

fn usable(key: &Jwk) -> Option<(String, (Algorithm, DecodingKey))> {
    let algorithm = match &key.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(_) => Algorithm::ES256,
        _ => return None,
    };
    let id = key.common.key_id.clone()?;
    Some((id, (algorithm, DecodingKey::from_jwk(key).ok()?)))
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
