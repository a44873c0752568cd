//! `GET /.well-known/jwks.json`, and what a rotation of the secret does.

use attesta_identity::{SigningKey, TokenUse};
use attesta_testing::{World, call, json};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Tokens;

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

#[tokio::test]
async fn a_provider_with_a_token_of_the_key_before_is_still_believed() {
    let tokens = Tokens::start().await;
    let gate = tokens.world.provider_gate();
    let (before, _) = tokens.pair().await;
    let check = async |token: &str| {
        let now = tokens.world.store.ids().now();
        gate.provider(token, TokenUse::Access, now).await.map(|claims| claims.caller())
    };
    assert_eq!(check(&before).await, Ok(tokens.world.provider));
    tokens.secrets.rotate(NEXT);
    tokens.world.clock.advance(SignedDuration::from_mins(5));
    let (after, _) = tokens.pair().await;
    assert_ne!(before.split('.').next(), after.split('.').next(), "another key");
    assert_eq!(check(&after).await, Ok(tokens.world.provider));
    assert_eq!(check(&before).await, Ok(tokens.world.provider));
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
