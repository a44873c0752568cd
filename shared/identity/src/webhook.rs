//! Signing what is posted to webhooks, as the Standard Webhooks specification
//! has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`), so that
//! receivers can check it with a library of their choice.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// What an organisation and we alone know: `whsec_` and 32 random bytes in base
/// 64. Unlike other secrets it is kept as it is, since it must sign.
#[derive(Clone)]
pub struct WebhookSecret(SecretString);

impl WebhookSecret {
    /// A new secret from randomness.
    #[must_use]
    pub fn new(random: &[u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", STANDARD.encode(random)).into())
    }

    /// The text itself, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The signature of a message: `v1,` and its HMAC-SHA256 in base 64.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let key = self.expose().strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let signed = format!("{id}.{}.{body}", at.as_second());
        // HMAC takes keys of any length.
        let mac = Hmac::<Sha256>::new_from_slice(&key.unwrap_or_default())
            .map(|mac| mac.chain_update(signed.as_bytes()).finalize().into_bytes());
        format!("v1,{}", STANDARD.encode(mac.unwrap_or_default()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

impl Serialize for WebhookSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.expose().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WebhookSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let secret: WebhookSecret =
            serde_json::from_str(r#""whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw""#).expect("a text");
        let at = Timestamp::from_second(1_614_265_330).expect("in range");
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let secret = WebhookSecret::new(&[7; 32]);
        assert!(secret.expose().starts_with("whsec_"));
        assert_eq!(format!("{secret:?}"), "WebhookSecret");
    }
}
