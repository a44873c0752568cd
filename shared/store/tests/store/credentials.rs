//! Machines sign in, and public keys are made known.

use attesta_identity::{ProviderCaller, PublicKeys, Secret, SigningKey};
use attesta_model::{CredentialId, Error, Source};
use attesta_testing::World;
use jiff::SignedDuration;
use jsonwebtoken::jwk::JwkSet;

fn operations(world: &World) -> Vec<&'static str> {
    world.store.meter().take().iter().map(|call| call.operation).collect()
}

#[tokio::test]
async fn a_provider_signs_in_with_its_secret() {
    let world = World::start().await;
    let role = world.provider.credential_id.to_string();
    let signed_in = world.store.sign_in_provider(&role, world.secret.expose()).await.expect("in");
    assert_eq!(signed_in.caller, world.provider);
    assert_eq!(signed_in.provider.id, world.provider.provider_id);
    assert_eq!(signed_in.instrument.id.get(), World::PLAGIARISM);
}

#[tokio::test]
async fn an_unknown_role_costs_and_says_what_a_wrong_secret_does() {
    let world = World::start().await;
    let wrong = Secret::new(Secret::PROVIDER, &[7; 32]);
    let known = world.provider.credential_id.to_string();
    let unknown = CredentialId(world.store.ids().uuid().expect("random")).to_string();
    let mut seen = Vec::new();
    for role in [known, unknown] {
        let refused = world.store.sign_in_provider(&role, wrong.expose()).await;
        seen.push((refused.map(|in_| in_.caller), operations(&world)));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0, Err(Error::Unauthenticated("Invalid credentials")));
    assert_eq!(seen[0].1, ["BatchGetItem"]);
}

#[tokio::test]
async fn nonsense_is_refused_without_a_look_at_the_table() {
    let world = World::start().await;
    let role = world.provider.credential_id.to_string();
    for (role, secret) in [(role.as_str(), "nonsense"), ("nonsense", world.secret.expose())] {
        let refused = world.store.sign_in_provider(role, secret).await.map(|in_| in_.caller);
        assert_eq!(refused, Err(Error::Unauthenticated("Invalid credentials")));
    }
    assert!(operations(&world).is_empty());
}

#[tokio::test]
async fn a_revoked_credential_counts_no_more_at_once() {
    let world = World::start().await;
    let (role, own) = (world.provider.credential_id, world.provider.provider_id.to_string());
    world.store.own_provider(&world.provider, &own).await.expect("its own");
    world.revoke(world.provider).await;
    let refused = world.store.own_provider(&world.provider, &own).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))));
    let refused = world.store.own_result(&world.provider, &own, "1").await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))));
    let refused = world.store.sign_in_provider(&role.to_string(), world.secret.expose()).await;
    assert!(matches!(refused, Err(Error::Unauthenticated("Invalid credentials"))));
}

#[tokio::test]
async fn a_provider_reaches_itself_alone() {
    let world = World::start().await;
    let other = world.other_provider.provider_id.to_string();
    let refused = world.store.own_provider(&world.provider, &other).await;
    assert_eq!(refused.expect_err("another's"), Error::forbidden());
    let refused = world.store.own_provider(&world.provider, "nonsense").await;
    assert_eq!(refused.expect_err("nobody's"), Error::not_found());
    // A token can't join one provider's number to another's credential.
    let mixed = ProviderCaller { provider_id: world.other_provider.provider_id, ..world.provider };
    let refused = world.store.own_provider(&mixed, &other).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))));
}

fn published(text: &str) -> PublicKeys {
    let key = SigningKey::derive(&format!("{text}{}", World::signing_text())).expect("derivable");
    PublicKeys(JwkSet { keys: vec![key.public()] })
}

#[tokio::test]
async fn published_keys_are_read_until_a_month_after_they_were_last_published() {
    let world = World::start().await;
    let (old, new) = (published("old"), published("new"));
    let known = world.store.published_keys().await.expect("readable").0.keys.len();
    world.store.publish_keys(&old).await.expect("published");
    world.clock.advance(SignedDuration::from_hours(24));
    world.store.publish_keys(&new).await.expect("published");
    world.store.publish_keys(&new).await.expect("published");
    let keys = world.store.published_keys().await.expect("readable").0.keys;
    assert_eq!(keys.len(), known + 2);
    assert!(keys.contains(&old.0.keys[0]) && keys.contains(&new.0.keys[0]));
    world.clock.advance(SignedDuration::from_hours(29 * 24));
    assert_eq!(world.store.published_keys().await, Ok(new));
}

#[tokio::test]
async fn a_key_is_known_since_it_was_first_published() {
    let world = World::start().await;
    let (old, new) = (published("old"), published("new"));
    let first = world.clock.now();
    assert_eq!(world.store.publish_keys(&old).await, Ok(vec![first]));
    world.clock.advance(SignedDuration::from_mins(1));
    let both = PublicKeys(JwkSet { keys: [new.0.keys, old.0.keys].concat() });
    let since = vec![world.clock.now(), first];
    assert_eq!(world.store.publish_keys(&both).await, Ok(since.clone()));
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(world.store.publish_keys(&both).await, Ok(since));
}

#[tokio::test]
async fn attempts_count_by_person_and_window() {
    let world = World::start().await;
    let minute = SignedDuration::from_mins(1);
    let count = |who: &'static str| world.store.count_attempt("login", who, minute);
    assert_eq!([count("a").await, count("a").await, count("b").await], [Ok(1), Ok(2), Ok(1)]);
    world.clock.advance(minute);
    assert_eq!(count("a").await, Ok(1));
}
