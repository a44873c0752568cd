//! Which tokens are believed, and which are not.

use attesta_identity::{
    KeyRing, ProviderCaller, ProviderClaims, PublicKeys, SigningKey, TokenError, TokenUse, Verifier,
};
use attesta_model::{CredentialId, ProviderId};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use serde_json::json;

pub(crate) const SEED: &str = "aSeedOfSixtyFourCharactersThatTheSecretStoreMakesUpByItself01234";
pub(crate) const ISSUER: &str = "urn:attesta:test";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_763_797_200).expect("in range")
}

pub(crate) fn key() -> SigningKey {
    SigningKey::derive(SEED).expect("derivable")
}

pub(crate) fn ring(keys: &[&SigningKey]) -> KeyRing {
    let keys = keys.iter().map(|key| key.public()).collect();
    KeyRing::new(&PublicKeys(JwkSet { keys }))
}

pub(crate) fn caller(provider: u64) -> ProviderCaller {
    ProviderCaller {
        provider_id: ProviderId::new(provider).expect("in range"),
        credential_id: CredentialId(uuid::Uuid::from_u128(7)),
    }
}

pub(crate) fn claims() -> ProviderClaims {
    ProviderClaims::new(ISSUER, caller(1), TokenUse::Access, now())
}

fn check(token: &str) -> Result<ProviderClaims, TokenError> {
    Verifier::new(ISSUER).provider(token, TokenUse::Access, &ring(&[&key()]), now())
}

#[test]
fn a_good_token_is_believed() {
    let token = claims().sign(&key()).expect("signed");
    assert_eq!(check(&token).map(|claims| claims.caller()), Ok(caller(1)));
}

#[test]
fn the_same_text_gives_the_same_key_and_another_gives_another() {
    assert_eq!(key().public(), key().public());
    let other = SigningKey::derive(&SEED.replace('a', "b")).expect("derivable");
    assert_ne!(key().public(), other.public());
    assert_eq!(SigningKey::derive("short").err(), Some(TokenError::Key));
}

#[test]
fn expiry_allows_a_minute_between_two_clocks() {
    let token = claims().sign(&key()).expect("signed");
    let at = |seconds| {
        let now = now() + SignedDuration::from_secs(seconds);
        Verifier::new(ISSUER)
            .provider(&token, TokenUse::Access, &ring(&[&key()]), now)
            .map(|claims| claims.pk.get())
    };
    assert_eq!(at(15 * 60 + 59), Ok(1));
    assert_eq!(at(15 * 60 + 60), Err(TokenError::Expired));
    let keys = ring(&[&key()]);
    let long_after = now() + SignedDuration::from_hours(24);
    let expired =
        Verifier::new(ISSUER).expired_provider(&token, TokenUse::Access, &keys, long_after);
    assert!(expired.is_ok());
}

#[test]
fn a_token_of_another_use_issuer_or_kind_is_not() {
    let refresh = ProviderClaims::new(ISSUER, caller(1), TokenUse::Refresh, now());
    let foreign = ProviderClaims { iss: "urn:attesta:other".to_owned(), ..claims() };
    let kind = ProviderClaims { kind: "learner".to_owned(), ..claims() };
    for claims in [refresh, foreign, kind] {
        let token = claims.clone().sign(&key()).expect("signed");
        assert_eq!(check(&token), Err(TokenError::Invalid), "{claims:?}");
    }
}

#[test]
fn an_unknown_key_is_told_apart_so_that_newer_keys_can_be_fetched() {
    let other = SigningKey::derive(&SEED.replace('a', "b")).expect("derivable");
    let token = claims().sign(&other).expect("signed");
    assert_eq!(check(&token), Err(TokenError::UnknownKey));
    let both = ring(&[&key(), &other]);
    let result = Verifier::new(ISSUER).provider(&token, TokenUse::Access, &both, now());
    assert!(result.is_ok());
}

#[test]
fn algorithm_tricks_fail() {
    let good = claims().sign(&key()).expect("signed");
    let kid = jsonwebtoken::decode_header(&good).expect("header").kid.expect("kid");
    let payload = good.split('.').nth(1).expect("three parts");
    let none = format!(
        "{}.{payload}.",
        URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "JWT", "kid": kid}).to_string())
    );
    // The public key as a shared secret, in the forms a careless check would take.
    let public = serde_json::to_vec(&key().public()).expect("JSON");
    let header = Header { kid: Some(kid), ..Header::new(Algorithm::HS256) };
    let confused = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&public))
        .expect("signed");
    let without_kid = jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &EncodingKey::from_secret(b"x"),
    )
    .expect("signed");
    for token in [none, confused, without_kid, String::new(), ".".repeat(9_000), "a.b.c".to_owned()]
    {
        assert_eq!(check(&token), Err(TokenError::Invalid), "{token}");
    }
}

#[test]
fn a_changed_token_is_not_believed() {
    let token = claims().sign(&key()).expect("signed");
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let changed = serde_json::to_string(&ProviderClaims { pk: caller(2).provider_id, ..claims() });
    parts[1] = URL_SAFE_NO_PAD.encode(changed.expect("JSON"));
    assert_eq!(check(&parts.join(".")), Err(TokenError::Invalid));
}

proptest! {
    /// The published client decodes the middle with plain, padded base 64.
    #[test]
    fn plain_base64_decodes_every_providers_token(provider in 0_u64..(1 << 53), second in 0_i64..4_000_000_000) {
        let now = Timestamp::from_second(second).expect("in range");
        let claims = ProviderClaims::new(ISSUER, caller(provider), TokenUse::Access, now);
        let token = claims.sign(&key()).expect("signed");
        let middle = token.split('.').nth(1).expect("three parts");
        prop_assert!(STANDARD.decode(middle).is_ok());
    }

    #[test]
    fn nonsense_is_refused_without_a_fuss(token: String) {
        prop_assert!(check(&token).is_err());
    }
}
