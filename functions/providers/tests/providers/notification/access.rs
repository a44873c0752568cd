//! Who may call what.

use attesta_testing::{call, json};
use serde_json::{Value, json};

use super::{LIST, body, path};
use crate::world::Providers;

/// Every operation, for a notification that is there.
fn operations(row: &Value) -> [(&'static str, String); 6] {
    [
        ("GET", LIST.to_owned()),
        ("POST", LIST.to_owned()),
        ("GET", path(row)),
        ("PUT", path(row)),
        ("PATCH", path(row)),
        ("DELETE", path(row)),
    ]
}

#[tokio::test]
async fn a_stranger_is_asked_for_a_token_by_every_operation() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    let user = api.world.user_token(&api.world.user);
    for token in ["", "bogus", &user] {
        for (method, uri) in operations(&row) {
            let answer = call(&api.router, json(method, &uri, token, &body("key"))).await;
            assert_eq!(answer.status, 401, "{method} {uri}");
            assert_eq!(answer.header("www-authenticate"), Some("JWT"), "{method} {uri}");
        }
    }
    assert_eq!(api.get(&path(&row)).await.body, row);
}

#[tokio::test]
async fn a_provider_may_not_reach_anothers_notifications() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    let foreign = api.world.provider_token(api.world.other_provider);
    let detail = json!({"detail": "You do not have permission to perform this action."});
    for (method, uri) in operations(&row) {
        let answer = call(&api.router, json(method, &uri, &foreign, &body("key"))).await;
        assert_eq!(answer.parts(), (403, &detail), "{method} {uri}");
        let own = uri.replace("provider/1/", "provider/2/");
        let answer = call(&api.router, json(method, &own, &foreign, &body("key"))).await;
        let status = if own.ends_with("notification/") { answer.status.as_u16() } else { 404 };
        assert_eq!(answer.status, status, "{method} {own}");
    }
    assert_eq!(api.get(&path(&row)).await.body, row);
    assert_eq!(api.tally().await, [2, 2, 2, 1], "the other made one of its own of the same key");
}

#[tokio::test]
async fn a_revoked_provider_is_out_on_its_next_call() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    api.world.revoke(api.world.provider).await;
    for (method, uri) in operations(&row) {
        let answer = api.call(method, &uri, &body("key")).await;
        let detail = json!({"detail": "Invalid token: revoked credentials."});
        assert_eq!(answer.parts(), (401, &detail), "{method} {uri}");
    }
}

#[tokio::test]
async fn a_provider_finds_nothing_where_nothing_is() {
    let api = Providers::start().await;
    for id in ["7", "x", "-1", "%FF", "9007199254740992", "1.0"] {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let answer = api.call(method, &format!("{LIST}{id}/"), &body("key")).await;
            assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{method} {id}");
        }
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let api = Providers::start().await;
    let row = path(&api.notification("key").await);
    for (method, uri, allowed) in [
        ("PUT", LIST, "GET,HEAD,POST"),
        ("DELETE", LIST, "GET,HEAD,POST"),
        ("POST", &row, "GET,HEAD,PUT,PATCH,DELETE"),
    ] {
        let answer = api.call(method, uri, &Value::Null).await;
        let detail = format!("Method \"{method}\" not allowed.");
        assert_eq!(answer.parts(), (405, &json!({"detail": detail})), "{uri}");
        assert_eq!(answer.header("allow"), Some(allowed), "{uri}");
    }
}
