//! The key that our own tokens are signed with.

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin, EcPublicKeyUncompressedBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters,
    EllipticCurveKeyType, Jwk, KeyAlgorithm, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::token::TokenError;

/// An ES256 key that is derived from a secret text.
///
/// The secret store makes the text by itself, so that no key has to be made and
/// carried there by hand, and a rotation is nothing but a new text; the same
/// text gives the same key wherever it is read.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    key: EncodingKey,
    public: Jwk,
}

impl SigningKey {
    /// Derives the key from a text that holds at least 256 random bits.
    ///
    /// # Errors
    /// [`TokenError::Key`] when the text is too short to be such a secret, or
    /// the cryptography library refuses the key.
    pub fn derive(text: &str) -> Result<Self, TokenError> {
        if text.len() < 43 {
            return Err(TokenError::Key);
        }
        let scalar = scalar(text)?;
        let point = uncompressed(&scalar)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            scalar_bytes(&scalar)?.as_ref(),
            &point,
        )
        .map_err(|_| TokenError::Key)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| TokenError::Key)?;
        let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(&point)[..12]);
        let public = jwk(&id, &point);
        Ok(Self { id, key: EncodingKey::from_ec_der(pkcs8.as_ref()), public })
    }

    /// The public half, for the key set.
    #[must_use]
    pub fn public(&self) -> Jwk {
        self.public.clone()
    }

    /// Signs claims.
    ///
    /// # Errors
    /// [`TokenError::Key`] when the cryptography library fails.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, TokenError> {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.key).map_err(|_| TokenError::Key)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.id).finish()
    }
}

/// The private scalar: a hash of the text, hashed again with a counter in the
/// one case of 2^32 in which it is no scalar of the curve.
fn scalar(text: &str) -> Result<PrivateKey, TokenError> {
    (0_u8..4)
        .find_map(|counter| {
            let mut hash = Sha256::new_with_prefix(b"attesta signing key, ES256\0");
            hash.update([counter]);
            hash.update(text.as_bytes());
            PrivateKey::from_private_key(&ECDH_P256, &hash.finalize()).ok()
        })
        .ok_or(TokenError::Key)
}

fn scalar_bytes(key: &PrivateKey) -> Result<EcPrivateKeyBin<'_>, TokenError> {
    key.as_be_bytes().map_err(|_| TokenError::Key)
}

fn uncompressed(key: &PrivateKey) -> Result<Vec<u8>, TokenError> {
    let public = key.compute_public_key().map_err(|_| TokenError::Key)?;
    let point: EcPublicKeyUncompressedBin<'_> =
        public.as_be_bytes().map_err(|_| TokenError::Key)?;
    Ok(point.as_ref().to_vec())
}

fn jwk(id: &str, point: &[u8]) -> Jwk {
    let (x, y) = point[1..].split_at(32);
    Jwk {
        common: CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(KeyAlgorithm::ES256),
            key_id: Some(id.to_owned()),
            ..CommonParameters::default()
        },
        algorithm: AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve: EllipticCurve::P256,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        }),
    }
}
