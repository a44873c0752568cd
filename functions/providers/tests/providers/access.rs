//! Who may call what.

use attesta_identity::{ProviderCaller, TokenUse};
use attesta_testing::{ISSUER, World, call, json, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::enrolment::{A, NOBODY};
use crate::world::{Providers, path};

/// A body that every operation can read.
fn body() -> Value {
    json!({"status": 6, "learner_id": NOBODY, "task_id": A, "token": A})
}

/// Every operation, for a request that is there.
fn operations(request: &str) -> [(&'static str, String); 18] {
    let model = format!("/api/v2/provider/1/enrolment/{NOBODY}/");
    [
        ("GET", "/api/v2/provider/".to_owned()),
        ("GET", "/api/v2/provider/1/".to_owned()),
        ("GET", "/api/v2/provider/1/request/".to_owned()),
        ("GET", request.to_owned()),
        ("PUT", request.to_owned()),
        ("PATCH", request.to_owned()),
        ("POST", format!("{request}status/")),
        ("GET", "/api/v2/provider/1/enrolment/".to_owned()),
        ("POST", "/api/v2/provider/1/enrolment/".to_owned()),
        ("GET", model.clone()),
        ("PUT", model.clone()),
        ("PATCH", model.clone()),
        ("DELETE", model.clone()),
        ("POST", format!("{model}unlock/")),
        ("GET", format!("{model}available_samples/")),
        ("GET", format!("{model}used_samples/")),
        ("GET", format!("{model}sample/")),
        ("GET", format!("{model}sample/7/")),
    ]
}

#[tokio::test]
async fn a_stranger_is_asked_for_a_token_by_every_operation() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let world = &api.world;
    let none = "Authentication credentials were not provided.";
    let refresh = world.provider_token_for(world.provider, TokenUse::Refresh, ISSUER);
    let elsewhere = world.provider_token_for(world.provider, TokenUse::Access, "urn:elsewhere");
    let user = world.user_token(&world.user);
    for (token, detail) in [
        ("", none),
        ("bogus", "Invalid token."),
        (&refresh, "Invalid token."),
        (&elsewhere, "Invalid token."),
        (&user, "Invalid token."),
    ] {
        for (at, (method, uri)) in operations(&request).into_iter().enumerate() {
            let answer = call(&api.router, json(method, &uri, token, &Value::Null)).await;
            if token == user && at < 2 {
                // Staff may read providers, and so users are told that they may not.
                assert_eq!(answer.status, 403, "{method} {uri}");
                continue;
            }
            let refusal = json!({"detail": detail});
            assert_eq!(answer.parts(), (401, &refusal), "{method} {uri} {token}");
            assert_eq!(answer.header("www-authenticate"), Some("JWT"), "{method} {uri}");
        }
    }
}

#[tokio::test]
async fn a_provider_may_use_either_scheme_and_no_other() {
    let api = Providers::start().await;
    for (scheme, status) in [("JWT", 200), ("Bearer", 200), ("jwt", 200), ("Basic", 401)] {
        let request = json("GET", "/api/v2/provider/", "", &Value::Null);
        let request = with_header(request, "authorization", &format!("{scheme} {}", api.token));
        assert_eq!(call(&api.router, request).await.status, status, "{scheme}");
    }
}

#[tokio::test]
async fn a_provider_whose_token_expired_is_told_so() {
    let api = Providers::start().await;
    api.world.clock.advance(SignedDuration::from_mins(16));
    let answer = api.get("/api/v2/provider/").await;
    assert_eq!(answer.parts(), (401, &json!({"detail": "Invalid token: expired."})));
}

#[tokio::test]
async fn a_provider_may_not_reach_anothers_things() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let foreign = api.world.provider_token(api.world.other_provider);
    let detail = "You do not have permission to perform this action.";
    for (method, uri) in &operations(&request)[1..] {
        let answer = call(&api.router, json(method, uri, &foreign, &body())).await;
        assert_eq!(answer.parts(), (403, &json!({"detail": detail})), "{method} {uri}");
    }
    assert_eq!(api.get(&request).await.body["status"], 0);
}

#[tokio::test]
async fn a_provider_with_anothers_credential_in_its_token_is_not_believed() {
    let api = Providers::start().await;
    let world = &api.world;
    let mixed =
        ProviderCaller { credential_id: world.other_provider.credential_id, ..world.provider };
    let token = world.provider_token(mixed);
    let answer = call(&api.router, json("GET", "/api/v2/provider/1/", &token, &Value::Null)).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_revoked_provider_is_out_on_its_next_call() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    assert_eq!(api.get(&request).await.status, 200);
    api.world.revoke(api.world.provider).await;
    for (method, uri) in operations(&request) {
        let answer = api.call(method, &uri, &body()).await;
        let detail = "Invalid token: revoked credentials.";
        assert_eq!(answer.parts(), (401, &json!({"detail": detail})), "{method} {uri}");
        assert_eq!(answer.header("www-authenticate"), Some("JWT"));
    }
}

#[tokio::test]
async fn a_provider_finds_nothing_where_nothing_is() {
    let api = Providers::start().await;
    let foreign = path(api.world.submit(&[World::INTEGRITY]).await);
    for uri in [
        "/api/v2/provider/x/",
        "/api/v2/provider/-1/",
        "/api/v2/provider/1.0/",
        "/api/v2/provider/9007199254740992/",
        "/api/v2/provider/%FF/",
        "/api/v2/provider/x/request/",
        "/api/v2/provider/1/request/7/",
        "/api/v2/provider/1/request/x/",
        "/api/v2/provider/1/request/%FF/",
        "/api/v2/provider/1/request/9007199254740992/",
        "/api/v2/provider/1/nothing/",
        "/api/v2/",
        &foreign,
    ] {
        let answer = api.get(uri).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{uri}");
    }
}

#[tokio::test]
async fn a_provider_neither_makes_nor_deletes_requests() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let list = "/api/v2/provider/1/request/";
    let status = format!("{request}status/");
    for (method, uri, allowed) in [
        ("POST", request.as_str(), "GET,HEAD,PUT,PATCH"),
        ("DELETE", &request, "GET,HEAD,PUT,PATCH"),
        ("POST", list, "GET,HEAD"),
        ("DELETE", "/api/v2/provider/1/", "GET,HEAD"),
        ("GET", &status, "POST"),
    ] {
        let answer = api.call(method, uri, &Value::Null).await;
        let detail = format!("Method \"{method}\" not allowed.");
        assert_eq!(answer.parts(), (405, &json!({"detail": detail})), "{uri}");
        assert_eq!(answer.header("allow"), Some(allowed), "{uri}");
    }
}
