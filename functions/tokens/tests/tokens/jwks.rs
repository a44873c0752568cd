//! `GET /.well-known/jwks.json`, and what a rotation of the secret does.

use attesta_identity::{SigningKey, TokenUse};
use attesta_testing::{World, call, json};
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Tokens, text};

const NEXT: &str = "the text after that, which the secret store made up when it was told to rotate";

fn public(text: &str) -> Value {
    let key = SigningKey::derive(text).expect("derivable").public();
    serde_json::to_value(key).expect("JSON")
}

async fn keys(tokens: &Tokens) -> Value {
    let answer =
        call(&tokens.router, json("GET", "/.well-known/jwks.json", "", &Value::Null)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    answer.body
}

#[tokio::test]
async fn anybody_reads_the_public_key_and_nothing_private() {
    let tokens = Tokens::start().await;
    let body = keys(&tokens).await;
    assert_eq!(body, json!({"keys": [public(&World::signing_text())]}));
    let key = body["keys"][0].as_object().expect("a key");
    assert!(!key.contains_key("d"));
    assert_eq!(
        (&key["alg"], &key["use"], &key["kty"]),
        (&json!("ES256"), &json!("sig"), &json!("EC"))
    );
}

#[tokio::test]
async fn a_rotation_is_noticed_after_five_minutes_and_the_key_before_stays() {
    let tokens = Tokens::start().await;
    let before = public(&World::signing_text());
    tokens.secrets.rotate(NEXT);
    tokens.world.clock.advance(SignedDuration::from_secs(299));
    assert_eq!(keys(&tokens).await, json!({"keys": [before]}));
    tokens.world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(keys(&tokens).await, json!({"keys": [public(NEXT), before]}));
}

/// The id of the key that a token is signed with.
fn signed_with(token: &str) -> Value {
    let header = token.split('.').next().expect("three parts");
    let header = URL_SAFE_NO_PAD.decode(header).expect("base 64");
    serde_json::from_slice::<Value>(&header).expect("JSON")["kid"].take()
}

#[tokio::test]
async fn a_rotation_leaves_no_moment_in_which_a_fresh_token_is_not_believed() {
    let tokens = Tokens::start().await;
    let gate = tokens.world.provider_gate();
    let believes = async |token: &str| {
        let now = tokens.world.store.ids().now();
        gate.provider(token, TokenUse::Access, now).await.map(|claims| claims.caller())
    };
    let (before, _) = tokens.pair().await;
    tokens.secrets.rotate(NEXT);
    tokens.world.clock.advance(SignedDuration::from_secs(5 * 60 - 1));
    // The gate asks for keys now, and not again for a minute.
    assert_eq!(believes(&before).await, Ok(tokens.world.provider));
    let mut keys_seen = Vec::new();
    for _ in 0..150 {
        tokens.world.clock.advance(SignedDuration::from_secs(1));
        let (fresh, _) = tokens.pair().await;
        assert_eq!(believes(&fresh).await, Ok(tokens.world.provider), "{}", keys_seen.len());
        keys_seen.push(signed_with(&fresh));
    }
    assert_eq!(believes(&before).await, Ok(tokens.world.provider), "the key before");
    let [before, after] =
        [public(&World::signing_text()), public(NEXT)].map(|key| key["kid"].clone());
    let expected = |at| if at < 120 { &before } else { &after };
    let is_as_expected = |(at, seen): (usize, &Value)| seen == expected(at);
    assert!(keys_seen.iter().enumerate().all(is_as_expected), "{keys_seen:?}");
}

#[tokio::test]
async fn an_instance_that_starts_after_a_rotation_signs_as_the_others_do() {
    let tokens = Tokens::start().await;
    let [before, after] =
        [public(&World::signing_text()), public(NEXT)].map(|key| key["kid"].clone());
    tokens.secrets.rotate(NEXT);
    tokens.world.clock.advance(SignedDuration::from_mins(5));
    tokens.pair().await;
    tokens.world.clock.advance(SignedDuration::from_secs(119));
    let other = tokens.another().await;
    assert_eq!(signed_with(&sign_in(&tokens, &other).await), before);
    tokens.world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(signed_with(&sign_in(&tokens, &other).await), after);
    let third = tokens.another().await;
    assert_eq!(signed_with(&sign_in(&tokens, &third).await), after, "by the table's time");
}

/// Signs the world's provider in at an instance; its access token.
async fn sign_in(tokens: &Tokens, instance: &Router) -> String {
    let World { provider, secret, .. } = &tokens.world;
    let body = json!({"role_id": provider.credential_id, "secret_id": secret.expose()});
    let answer = call(instance, json("POST", "/api/v2/auth/approle", "", &body)).await;
    text(&answer.body["token"]["access_token"])
}

#[tokio::test]
async fn a_fresh_installation_signs_at_once() {
    let tokens = Tokens::start().await;
    let (token, _) = tokens.pair().await;
    assert_eq!(signed_with(&token), public(&World::signing_text())["kid"]);
}

#[tokio::test]
async fn keys_are_published_once_and_not_with_every_look() {
    let tokens = Tokens::start().await;
    for _ in 0..3 {
        tokens.world.clock.advance(SignedDuration::from_mins(6));
        keys(&tokens).await;
    }
    assert_eq!(tokens.calls(), Vec::<&str>::new());
}

#[tokio::test]
async fn keys_that_are_held_outlast_a_secret_that_cant_be_read() {
    let tokens = Tokens::start().await;
    let before = keys(&tokens).await;
    tokens.secrets.lose();
    tokens.world.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(keys(&tokens).await, before);
    tokens.pair().await;
}
