//! `POST /api/v2/auth/token/refresh`.

use attesta_identity::TokenUse;
use attesta_testing::{Answer, ISSUER, call, json, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Tokens, text};

const PATH: &str = "/api/v2/auth/token/refresh";

async fn refresh(tokens: &Tokens, header: &str, body: &Value) -> Answer {
    call(&tokens.router, json("POST", PATH, header, body)).await
}

#[tokio::test]
async fn a_provider_gets_another_access_token_for_one_that_expired() {
    let tokens = Tokens::start().await;
    let (access, refresh_token) = tokens.pair().await;
    tokens.world.clock.advance(SignedDuration::from_mins(100));
    let request = json("POST", PATH, "", &json!({"token": access}));
    let request = with_header(request, "authorization", &format!("JWT {refresh_token}"));
    let answer = call(&tokens.router, request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(text(&answer.body["token"]["refresh_token"]), refresh_token);
    let fresh = text(&answer.body["token"]["access_token"]);
    let now = tokens.world.store.ids().now();
    let claims = tokens.world.provider_gate().provider(&fresh, TokenUse::Access, now).await;
    assert_eq!(claims.expect("believed").caller(), tokens.world.provider);
}

#[tokio::test]
async fn a_provider_may_give_the_pair_that_it_got() {
    let tokens = Tokens::start().await;
    let (access, refresh_token) = tokens.pair().await;
    let body = json!({"token": {"access_token": access, "refresh_token": refresh_token}});
    assert_eq!(refresh(&tokens, &refresh_token, &body).await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_that_expired_is_refused() {
    let tokens = Tokens::start().await;
    let (access, refresh_token) = tokens.pair().await;
    tokens.world.clock.advance(SignedDuration::from_mins(122));
    let answer = refresh(&tokens, &refresh_token, &json!({"token": access})).await;
    assert_eq!(answer.parts(), (403, &json!({"detail": "Invalid token: expired."})));
}

#[tokio::test]
async fn tokens_that_are_no_pair_are_refused() {
    let tokens = Tokens::start().await;
    let (access, refresh_token) = tokens.pair().await;
    let world = &tokens.world;
    let foreign = world.provider_token(world.other_provider);
    let elsewhere = world.provider_token_for(world.provider, TokenUse::Access, "urn:elsewhere");
    let foreign_refresh = world.provider_token_for(world.other_provider, TokenUse::Refresh, ISSUER);
    for (header, body) in [
        (&refresh_token, &foreign),
        (&foreign_refresh, &access),
        (&refresh_token, &elsewhere),
        (&refresh_token, &refresh_token),
        (&access, &access),
        (&access, &refresh_token),
    ] {
        let answer = refresh(&tokens, header, &json!({"token": body})).await;
        assert_eq!(answer.parts(), (403, &json!({"detail": "Invalid token."})));
    }
    let answer = refresh(&tokens, &refresh_token, &json!({"token": "nonsense"})).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_stranger_without_a_refresh_token_is_refused() {
    let tokens = Tokens::start().await;
    let (access, _) = tokens.pair().await;
    let answer = refresh(&tokens, "", &json!({"token": access})).await;
    let detail = "Authentication credentials were not provided.";
    assert_eq!(answer.parts(), (403, &json!({"detail": detail})));
    let answer = refresh(&tokens, "nonsense", &json!({"token": access})).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_revoked_provider_gets_no_other_token() {
    let tokens = Tokens::start().await;
    let (access, refresh_token) = tokens.pair().await;
    tokens.world.revoke(tokens.world.provider).await;
    let answer = refresh(&tokens, &refresh_token, &json!({"token": access})).await;
    let detail = "Invalid token: revoked credentials.";
    assert_eq!(answer.parts(), (403, &json!({"detail": detail})));
}

#[tokio::test]
async fn a_body_without_a_token_is_refused_by_field() {
    let tokens = Tokens::start().await;
    let (_, refresh_token) = tokens.pair().await;
    for (body, refusal) in [
        (json!({}), "This field is required."),
        (json!({"token": {}}), "This field is required."),
        (json!({"token": null}), "This field may not be null."),
        (json!({"token": 5}), "Not a valid string."),
    ] {
        let answer = refresh(&tokens, &refresh_token, &body).await;
        assert_eq!(answer.parts(), (400, &json!({"token": [refusal]})), "{body}");
    }
    let answer = call(&tokens.router, json("PUT", PATH, "", &Value::Null)).await;
    assert_eq!(answer.parts(), (405, &json!({"detail": "Method \"PUT\" not allowed."})));
}
