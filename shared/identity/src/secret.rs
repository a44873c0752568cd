//! Secrets that machines sign in with.
//!
//! A secret reads `<prefix>_<43 characters><6 characters>`: 32 random bytes and
//! a checksum over them, both in base 62, so that a scanner finds a leaked one
//! and a mistyped one is refused before anything is looked up. Only the
//! SHA-256 is kept: 256 random bits need no slow hash.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 43;
const CHECKSUM: usize = 6;

/// A secret in the clear. It shows itself to nobody unless asked.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The prefix of providers' secrets.
    pub const PROVIDER: &'static str = "atp";
    /// The prefix of machine clients' secrets.
    pub const CLIENT: &'static str = "atc";
    /// The prefix of the keys of the marketplace's listings.
    pub const LISTING: &'static str = "mk_live";

    /// A new secret from randomness.
    #[must_use]
    pub fn new(prefix: &str, random: &[u8; 32]) -> Self {
        let body = base62(random, BODY);
        let checksum = checksum(prefix, &body);
        Self(format!("{prefix}_{body}{checksum}").into())
    }

    /// Takes what a caller sent; `None` when it can't be a secret with this
    /// prefix, which saves the look-up.
    #[must_use]
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(prefix)?.strip_prefix('_')?;
        if rest.len() != BODY + CHECKSUM || !rest.is_ascii() {
            return None;
        }
        let (body, sum) = rest.split_at(BODY);
        (checksum(prefix, body) == sum).then(|| Self(text.to_owned().into()))
    }

    /// What may be kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let digest = Sha256::digest(self.0.expose_secret().as_bytes());
        SecretHash(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// What it is found by, where nothing else names it: the first 16 bytes of
    /// its hash, which tell nothing of the rest.
    #[must_use]
    pub fn lookup_id(&self) -> Uuid {
        let digest = Sha256::digest(self.0.expose_secret().as_bytes());
        let start = std::array::from_fn(|at| digest[at]);
        uuid::Builder::from_custom_bytes(start).into_uuid()
    }

    /// Its first signs, by which who knows it knows it again: the prefix and
    /// four more, which leaves over 230 random bits.
    #[must_use]
    pub fn beginning(&self) -> &str {
        let text = self.0.expose_secret();
        let prefix = text.rfind('_').unwrap_or_default();
        text.get(..prefix + 5).unwrap_or_default()
    }

    /// The text itself, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The SHA-256 of a secret, in hexadecimal.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// Whether this is the secret's hash, in a time that tells nothing.
    #[must_use]
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0.as_bytes().ct_eq(secret.hash().0.as_bytes()).into()
    }

    /// The hash itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A hash that no secret has, to compare with where there is none.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self("-".repeat(64))
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

fn checksum(prefix: &str, body: &str) -> String {
    let digest = Sha256::digest(format!("{prefix}_{body}").as_bytes());
    base62(&digest[..4], CHECKSUM)
}

/// The bytes as one big number in base 62, padded to a length.
fn base62(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![ALPHABET[0]; length];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            remainder = value % 62;
        }
        *digit = ALPHABET[usize::try_from(remainder).unwrap_or_default()];
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base62_of_known_numbers() {
        assert_eq!(base62(&[0], 3), "000");
        assert_eq!(base62(&[61], 3), "00z");
        assert_eq!(base62(&[1, 0], 3), "048");
        assert_eq!(base62(&[0xff; 32], BODY).len(), BODY);
    }

    #[test]
    fn nothing_matches_the_hash_of_nothing() {
        assert!(!SecretHash::of_nothing().matches(&Secret::new(Secret::PROVIDER, &[7; 32])));
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new(Secret::PROVIDER, &[7; 32]);
        let shown = format!("{secret:?} {:?}", secret.hash());
        assert!(!shown.contains(&secret.expose()[4..]));
        assert!(!shown.contains(&secret.hash().0));
    }

    #[test]
    fn a_secret_is_found_by_the_start_of_its_hash() {
        let secret = Secret::new("att", &[7; 32]);
        let again = Secret::parse("att", secret.expose()).expect("well formed");
        assert_eq!(secret.lookup_id(), again.lookup_id());
        assert_ne!(secret.lookup_id(), Secret::new("att", &[8; 32]).lookup_id());
        assert!(secret.hash().0.starts_with(&secret.lookup_id().simple().to_string()[..12]));
    }

    #[test]
    fn a_secret_is_known_again_by_its_beginning() {
        let secret = Secret::new(Secret::LISTING, &[7; 32]);
        let beginning = secret.beginning();
        assert_eq!(beginning.len(), "mk_live_ab12".len());
        assert!(beginning.starts_with("mk_live_") && secret.expose().starts_with(beginning));
        assert!(Secret::parse(Secret::LISTING, secret.expose()).is_some());
    }

    proptest! {
        #[test]
        fn a_secret_parses_and_matches_its_own_hash_alone(a: [u8; 32], b: [u8; 32]) {
            let secret = Secret::new(Secret::PROVIDER, &a);
            let parsed = Secret::parse(Secret::PROVIDER, secret.expose()).expect("well formed");
            prop_assert!(secret.hash().matches(&parsed));
            prop_assert_eq!(a == b, secret.hash().matches(&Secret::new(Secret::PROVIDER, &b)));
            prop_assert!(Secret::parse("att", secret.expose()).is_none());
        }

        #[test]
        fn a_mistyped_secret_is_refused(a: [u8; 32], at in 4_usize..50, letter in 0_usize..62) {
            let good = Secret::new(Secret::PROVIDER, &a).expose().to_owned();
            let mut bad = good.clone().into_bytes();
            bad[at] = ALPHABET[letter];
            let bad = String::from_utf8(bad).expect("ASCII");
            prop_assert_eq!(good == bad, Secret::parse(Secret::PROVIDER, &bad).is_some());
        }

        #[test]
        fn nonsense_is_refused(text: String) {
            prop_assert!(Secret::parse(Secret::PROVIDER, &text).is_none());
        }
    }
}
