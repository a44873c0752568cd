//! Tokens, secrets and keys: whatever a stranger sends, nothing is believed that
//! was not given out, and nothing panics.

#![no_main]

use std::sync::LazyLock;

use attesta_identity::{
    KeyRing, MachineClaims, MachineKey, ProviderCaller, ProviderClaims, PublicKeys, Secret,
    SigningKey, TokenUse, Verifier,
};
use attesta_model::{CredentialId, Machine, MachineKind, ProviderId, Scope, Scopes};
use jiff::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use libfuzzer_sys::fuzz_target;

const ISSUER: &str = "urn:attesta:fuzz";

/// What was given out, and the keys to check it with.
struct Known {
    tokens: [String; 2],
    keys: KeyRing,
    verifier: Verifier,
    now: Timestamp,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let key = SigningKey::derive(&"a seed of the fuzz target's own ".repeat(2)).unwrap();
    let now = Timestamp::from_second(1_763_797_200).unwrap();
    let id: CredentialId = "0197f0a0-0000-7000-8000-00000000000a".parse().unwrap();
    let machine = Machine::new(MachineKind::Service, None).unwrap();
    let scopes = Scopes::from_iter([Scope::CustomersRead]);
    let provider = ProviderCaller { provider_id: ProviderId::new(1).unwrap(), credential_id: id };
    let tokens = [
        MachineClaims::new(ISSUER, id, machine, scopes, now).sign(&key).unwrap(),
        ProviderClaims::new(ISSUER, provider, TokenUse::Access, now).sign(&key).unwrap(),
    ];
    let keys = KeyRing::new(&PublicKeys(JwkSet { keys: vec![key.public()] }));
    Known { tokens, keys, verifier: Verifier::new(ISSUER), now }
});

/// The input as it is, and in place of what stands somewhere in a good token.
fn candidates(text: &str, at: usize) -> Vec<String> {
    let good = KNOWN.tokens.iter().map(|token| {
        let at = at % token.len();
        let rest = token.get(at + text.len()..).unwrap_or_default();
        format!("{}{text}{rest}", &token[..at])
    });
    good.chain([text.to_owned()]).collect()
}

fuzz_target!(|input: (u16, &str)| {
    let (at, text) = input;
    let Known { tokens, keys, verifier, now } = &*KNOWN;
    for token in candidates(text, usize::from(at)) {
        let is_given = |nth: usize| token == tokens[nth];
        assert_eq!(verifier.machine(&token, keys, *now).is_ok(), is_given(0));
        let provider = verifier.provider(&token, TokenUse::Access, keys, *now);
        assert_eq!(provider.is_ok(), is_given(1));
        let expired = verifier.expired_provider(&token, TokenUse::Access, keys, *now);
        assert_eq!(expired.is_ok(), is_given(1));
        assert!(verifier.is_named_by(&token) || !tokens.contains(&token));
    }
    for prefix in [Secret::PROVIDER, Secret::CLIENT] {
        if let Some(secret) = Secret::parse(prefix, text) {
            assert_eq!(secret.expose(), text);
        }
    }
    for key in [MachineKey::from_basic(text), MachineKey::from_api_key(text)].into_iter().flatten()
    {
        let again = MachineKey::from_api_key(&key.api_key()).unwrap();
        assert_eq!((again.id, again.api_key()), (key.id, key.api_key()));
    }
});
