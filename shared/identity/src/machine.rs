//! Machines: what they show, and the tokens that they get for it.

use std::fmt;

use attesta_model::{CredentialId, Machine, Scopes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{KeyRing, Secret, SigningKey, TokenError, TokenUse, Verifier};

/// How long a machine's access token lives.
pub const MACHINE_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// Longer headers are refused unread: a key has under a hundred characters, and
/// whatever is escaped in it three times as many.
const MAX_LENGTH: usize = 1024;

/// Both halves of a machine's credential, as it shows them. They may still be
/// nobody's.
#[derive(Clone)]
pub struct MachineKey {
    /// The public half.
    pub id: CredentialId,
    /// The secret half.
    pub secret: Secret,
}

/// Shows the public half alone.
impl fmt::Debug for MachineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MachineKey").field(&self.id).finish()
    }
}

impl MachineKey {
    /// The two halves; `None` where they can be none, which saves the look-up.
    #[must_use]
    pub fn new(id: &str, secret: &str) -> Option<Self> {
        let secret = [Secret::PROVIDER, Secret::CLIENT]
            .into_iter()
            .find_map(|prefix| Secret::parse(prefix, secret))?;
        Some(Self { id: id.parse().ok()?, secret })
    }

    /// What stands behind `Basic` in a header: both halves form-encoded, as RFC
    /// 6749 has it in section 2.3.1.
    #[must_use]
    pub fn from_basic(encoded: &str) -> Option<Self> {
        let within = Some(encoded).filter(|encoded| encoded.len() <= MAX_LENGTH)?;
        let text = String::from_utf8(STANDARD.decode(within).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Self::new(&form_decoded(id)?, &form_decoded(secret)?)
    }

    /// An API key: both halves with a full stop between.
    #[must_use]
    pub fn from_api_key(key: &str) -> Option<Self> {
        let (id, secret) = key.split_once('.').filter(|_| key.len() <= MAX_LENGTH)?;
        Self::new(id, secret)
    }

    /// The same as an API key, to be shown once.
    #[must_use]
    pub fn api_key(&self) -> String {
        format!("{}.{}", self.id, self.secret.expose())
    }
}

/// A form-encoded text that is one value and nothing else.
fn form_decoded(text: &str) -> Option<String> {
    let is_one = !text.contains(['&', '=']);
    let mut pairs = form_urlencoded::parse(text.as_bytes()).filter(|_| is_one);
    pairs.next().map(|(value, _)| value.into_owned())
}

/// A machine that calls. It says who it is, and not what it may do.
#[derive(Debug, Clone)]
pub enum MachineCaller {
    /// By a token of ours.
    Token {
        /// The credential that it was given for.
        credential_id: CredentialId,
        /// As what the machine acts.
        machine: Machine,
        /// What the token was asked for.
        scopes: Scopes,
    },
    /// By its key, which is still to be compared.
    Key(MachineKey),
}

impl MachineCaller {
    /// The credential that it calls by.
    #[must_use]
    pub const fn credential_id(&self) -> CredentialId {
        match self {
            Self::Token { credential_id, .. } => *credential_id,
            Self::Key(key) => key.id,
        }
    }
}

/// The claims of a machine's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineClaims {
    /// The issuer.
    pub iss: String,
    /// The client's identifier.
    pub sub: CredentialId,
    /// As what it acts: `kind`, and `organisation_id` if it is of one.
    #[serde(flatten)]
    pub machine: Machine,
    /// What it was given for.
    pub scope: Scopes,
    /// The credential that it was given for.
    pub credential: CredentialId,
    /// What it is good for: always access.
    pub token_use: TokenUse,
    /// When it was given, in seconds since 1970.
    pub iat: i64,
    /// Until when it is good, in seconds since 1970.
    pub exp: i64,
}

impl MachineClaims {
    /// The claims of a fresh token.
    #[must_use]
    pub fn new(
        issuer: &str,
        id: CredentialId,
        machine: Machine,
        scope: Scopes,
        now: Timestamp,
    ) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: id,
            machine,
            scope,
            credential: id,
            token_use: TokenUse::Access,
            iat: now.as_second(),
            exp: now.as_second() + MACHINE_LIFETIME.as_secs(),
        }
    }

    /// The signed token.
    ///
    /// # Errors
    /// [`TokenError::Key`] when the key can't sign.
    pub fn sign(&self, key: &SigningKey) -> Result<String, TokenError> {
        key.sign(self)
    }

    /// Who the token is about.
    #[must_use]
    pub fn caller(self) -> MachineCaller {
        let Self { machine, scope, credential, .. } = self;
        MachineCaller::Token { credential_id: credential, machine, scopes: scope }
    }
}

impl Verifier {
    /// The claims of a machine's token, if it is good now.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn machine(
        &self,
        token: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<MachineClaims, TokenError> {
        let claims: MachineClaims = self.signed_claims(token, keys, now)?;
        if claims.token_use != TokenUse::Access {
            return Err(TokenError::Invalid);
        }
        crate::token::in_time(claims.exp, now).map(|()| claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0197f0a0-0000-7000-8000-00000000000a";

    fn secret() -> Secret {
        Secret::new(Secret::CLIENT, &[7; 32])
    }

    fn basic(text: impl AsRef<[u8]>) -> Option<String> {
        MachineKey::from_basic(&STANDARD.encode(text)).map(|key| key.api_key())
    }

    #[test]
    fn a_key_is_read_in_both_its_forms() {
        let key = format!("{ID}.{}", secret().expose());
        let read = MachineKey::from_api_key(&key).expect("well formed");
        assert_eq!((read.id.to_string(), read.api_key()), (ID.to_owned(), key.clone()));
        assert_eq!(basic(format!("{ID}:{}", secret().expose())).as_ref(), Some(&key));
        let escaped = format!("{}:{}", ID.replace('-', "%2D"), secret().expose());
        assert_eq!(basic(escaped.replace('_', "%5f")), Some(key));
    }

    #[test]
    fn what_can_be_no_key_is_refused() {
        let whole = secret().expose().to_owned();
        for bad in [
            String::new(),
            ID.to_owned(),
            format!(":{whole}"),
            format!("{ID}:"),
            format!("{ID}:{whole}x"),
            format!("{ID}:a={whole}"),
            format!("{ID}:{whole}&{whole}"),
            format!("{ID}:{}", Secret::new("att", &[7; 32]).expose()),
            format!("{ID}:{whole}{}", " ".repeat(MAX_LENGTH)),
        ] {
            assert_eq!(basic(&bad), None, "{bad}");
            assert!(MachineKey::from_api_key(&bad.replace(':', ".")).is_none(), "{bad}");
        }
        assert_eq!(basic(b"\xff:\xff"), None);
        assert!(MachineKey::from_basic("!").is_none());
    }

    #[test]
    fn a_key_shows_its_secret_to_nobody() {
        let key = MachineKey { id: ID.parse().expect("an id"), secret: secret() };
        let shown = format!("{key:?} {:?}", MachineCaller::Key(key.clone()));
        assert!(shown.contains(ID) && !shown.contains(&secret().expose()[4..]), "{shown}");
    }

    proptest! {
        #[test]
        fn nonsense_is_no_key(text: String, bytes: Vec<u8>) {
            prop_assert!(MachineKey::from_api_key(&text).is_none());
            prop_assert!(MachineKey::from_basic(&text).is_none());
            prop_assert_eq!(basic(bytes), None);
        }
    }
}
