//! Machines' tokens; and which tokens nobody believes, whosever they say they
//! are.

use attesta_identity::{
    MachineCaller, MachineClaims, ProviderClaims, SigningKey, TokenError, TokenUse, Verifier,
};
use attesta_model::{CredentialId, Machine, MachineKind, OrganisationId, Scope, Scopes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::tokens::{ISSUER, SEED, caller, key, now, ring};

fn partner() -> Machine {
    let organisation = OrganisationId(Uuid::from_u128(9));
    Machine::new(MachineKind::Partner, Some(organisation)).expect("of an organisation")
}

fn claims() -> MachineClaims {
    let scopes = Scopes::from_iter([Scope::Marketplace]);
    MachineClaims::new(ISSUER, CredentialId(Uuid::from_u128(7)), partner(), scopes, now())
}

fn provider_claims() -> ProviderClaims {
    ProviderClaims::new(ISSUER, caller(1), TokenUse::Access, now())
}

fn machine_at(token: &str, now: Timestamp) -> Result<MachineClaims, TokenError> {
    Verifier::new(ISSUER).machine(token, &ring(&[&key()]), now)
}

fn provider_at(token: &str, now: Timestamp) -> Result<ProviderClaims, TokenError> {
    Verifier::new(ISSUER).provider(token, TokenUse::Access, &ring(&[&key()]), now)
}

/// What both checks say of a token now.
fn both(token: &str) -> [Result<(), TokenError>; 2] {
    [machine_at(token, now()).map(drop), provider_at(token, now()).map(drop)]
}

/// A machine's and a provider's claims, with changes.
fn changed(change: impl Fn(&mut Value)) -> [Value; 2] {
    let claims = [serde_json::to_value(claims()), serde_json::to_value(provider_claims())];
    claims.map(|claims| {
        let mut claims = claims.expect("JSON");
        change(&mut claims);
        claims
    })
}

/// The header and payload of a token with claims of ours and any algorithm.
fn unsigned(algorithm: &str, claims: &Value) -> String {
    let kid = key().public().common.key_id;
    let header = json!({"alg": algorithm, "typ": "JWT", "kid": kid});
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", part(&header), part(claims))
}

#[test]
fn a_machines_token_says_who_it_is_for_whom_and_what_it_was_given_for() {
    let token = claims().sign(&key()).expect("signed");
    let believed = machine_at(&token, now()).expect("believed");
    assert_eq!(
        serde_json::to_value(&believed).expect("JSON"),
        json!({
            "iss": ISSUER,
            "sub": "00000000-0000-0000-0000-000000000007",
            "kind": "partner",
            "organisation_id": "00000000-0000-0000-0000-000000000009",
            "scope": "marketplace",
            "credential": "00000000-0000-0000-0000-000000000007",
            "token_use": "access",
            "iat": now().as_second(),
            "exp": now().as_second() + 15 * 60,
        })
    );
    let MachineCaller::Token { credential_id, machine, scopes } = believed.caller() else {
        panic!("not by its key");
    };
    assert_eq!((credential_id, machine), (claims().sub, partner()));
    assert!(scopes.contains(Scope::Marketplace));
}

#[test]
fn a_token_is_believed_from_a_minute_before_it_was_given_to_a_minute_after_it_expired() {
    let token = claims().sign(&key()).expect("signed");
    for (second, expected) in [
        (-61, Err(TokenError::Invalid)),
        (-60, Ok(())),
        (15 * 60 + 59, Ok(())),
        (15 * 60 + 60, Err(TokenError::Expired)),
    ] {
        let at = now() + SignedDuration::from_secs(second);
        assert_eq!(machine_at(&token, at).map(drop), expected, "{second}");
    }
}

#[test]
fn a_token_of_another_sort_never_passes() {
    let machine = claims().sign(&key()).expect("signed");
    let provider = provider_claims().sign(&key()).expect("signed");
    assert_eq!(both(&machine), [Ok(()), Err(TokenError::Invalid)]);
    assert_eq!(both(&provider), [Err(TokenError::Invalid), Ok(())]);
    let old =
        Verifier::new(ISSUER).expired_provider(&machine, TokenUse::Access, &ring(&[&key()]), now());
    assert_eq!(old, Err(TokenError::Invalid));
}

#[test]
fn claims_of_another_issuer_use_or_time_are_not_believed_of_anybody() {
    let second = now().as_second();
    let changes: [(&str, Value, TokenError); 12] = [
        ("iss", json!("urn:attesta:other"), TokenError::Invalid),
        ("iss", Value::Null, TokenError::Invalid),
        ("token_use", json!("refresh"), TokenError::Invalid),
        ("token_use", json!("id"), TokenError::Invalid),
        ("exp", json!(second - 60), TokenError::Expired),
        ("exp", json!(0), TokenError::Expired),
        ("exp", json!("later"), TokenError::Invalid),
        ("exp", Value::Null, TokenError::Invalid),
        ("iat", json!(second + 61), TokenError::Invalid),
        ("iat", json!("now"), TokenError::Invalid),
        ("nbf", json!(second + 61), TokenError::Invalid),
        ("nbf", json!([second]), TokenError::Invalid),
    ];
    for (name, value, refusal) in changes {
        for claims in changed(|claims| claims[name] = value.clone()) {
            let token = key().sign(&claims).expect("signed");
            let told = both(&token);
            assert!(told.iter().all(Result::is_err), "{claims}: {told:?}");
            assert!(told.contains(&Err(refusal)), "{claims}: {told:?}");
        }
    }
    for claims in changed(|claims| claims["nbf"] = json!(second + 60)) {
        let token = key().sign(&claims).expect("signed");
        assert!(both(&token).contains(&Ok(())), "a clock may be off by a minute");
    }
}

#[test]
fn a_machine_that_is_none_or_asks_for_what_nobody_knows_is_not_believed() {
    for (name, value) in [
        ("kind", json!("provider")),
        ("kind", json!("admin")),
        ("scope", json!("everything")),
        ("scope", json!(["marketplace"])),
        ("organisation_id", json!("nobody")),
        ("credential", json!(7)),
        ("sub", Value::Null),
    ] {
        let [mut claims, _] = changed(|_| ());
        claims[name] = value;
        let token = key().sign(&claims).expect("signed");
        assert_eq!(machine_at(&token, now()), Err(TokenError::Invalid), "{claims}");
    }
}

#[test]
fn algorithm_tricks_and_oversized_tokens_fail_whosever_they_are() {
    let kid = key().public().common.key_id;
    let public = serde_json::to_vec(&key().public()).expect("JSON");
    let other = SigningKey::derive(&SEED.replace('a', "b")).expect("derivable");
    for claims in changed(|_| ()) {
        let header = Header { kid: kid.clone(), ..Header::new(Algorithm::HS256) };
        let shared = EncodingKey::from_secret(&public);
        let confused = jsonwebtoken::encode(&header, &claims, &shared).expect("signed");
        let others = other.sign(&claims).expect("signed");
        let signature = others.rsplit('.').next().expect("three parts");
        let mut large = claims.clone();
        large["pad"] = json!("0".repeat(8 * 1024));
        for token in [
            format!("{}.", unsigned("none", &claims)),
            unsigned("none", &claims),
            format!("{}.", unsigned("ES256", &claims)),
            format!("{}.{signature}", unsigned("ES256", &claims)),
            format!("{}.{signature}", unsigned("RS256", &claims)),
            format!("{}.{}", unsigned("ES256", &claims), URL_SAFE_NO_PAD.encode([0; 64])),
            confused,
            key().sign(&large).expect("signed"),
        ] {
            assert_eq!(both(&token), [Err(TokenError::Invalid); 2], "{token}");
        }
        assert_eq!(both(&others), [Err(TokenError::UnknownKey); 2]);
    }
}

proptest! {
    /// What `tests/fuzz` does for longer and with more cunning.
    #[test]
    fn arbitrary_tokens_never_pass(text: String, parts in prop::collection::vec("[A-Za-z0-9_-]{0,40}", 3)) {
        for token in [text, parts.join(".")] {
            prop_assert!(both(&token).iter().all(Result::is_err));
        }
    }

    #[test]
    fn claims_that_nobody_signed_never_pass(claims in r#"\{("[a-z]{1,9}":[0-9]{1,9},?){0,3}\}"#, signature: [u8; 32]) {
        let claims = serde_json::from_str(&claims).unwrap_or(json!({}));
        let signature = URL_SAFE_NO_PAD.encode([signature, signature].concat());
        let token = format!("{}.{signature}", unsigned("ES256", &claims));
        prop_assert!(both(&token).iter().all(Result::is_err));
    }

    #[test]
    fn a_good_token_with_something_changed_never_passes(at: prop::sample::Index, other in any::<char>(), of_provider: bool) {
        let good = if of_provider { provider_claims().sign(&key()) } else { claims().sign(&key()) };
        let mut letters: Vec<_> = good.expect("signed").chars().collect();
        let at = at.index(letters.len());
        prop_assume!(letters[at] != other);
        letters[at] = other;
        let changed: String = letters.into_iter().collect();
        prop_assert!(both(&changed).iter().all(Result::is_err));
    }
}
