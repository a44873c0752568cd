//! Who may call what.

use attesta_testing::{call, json};
use serde_json::{Value, json};

use crate::world::{Admin, CREDENTIALS, INSTRUMENTS, PROVIDER, PROVIDERS, provider};

/// Every operation that changes something, and a body that it takes.
fn changes(role: &str) -> Vec<(&'static str, String, Value)> {
    let instrument = json!({"name": "N", "acronym": "n", "queue": "n"});
    let one = format!("{INSTRUMENTS}5/");
    vec![
        ("POST", INSTRUMENTS.to_owned(), instrument.clone()),
        ("PUT", one.clone(), instrument),
        ("PATCH", one, json!({})),
        ("POST", PROVIDERS.to_owned(), provider("new")),
        ("PUT", PROVIDER.to_owned(), provider("new")),
        ("PATCH", PROVIDER.to_owned(), json!({})),
        ("DELETE", PROVIDER.to_owned(), Value::Null),
        ("POST", CREDENTIALS.to_owned(), json!({})),
        ("DELETE", format!("{CREDENTIALS}{role}/"), Value::Null),
    ]
}

fn looks() -> [String; 5] {
    [INSTRUMENTS, &format!("{INSTRUMENTS}5/"), PROVIDERS, PROVIDER, CREDENTIALS].map(str::to_owned)
}

#[tokio::test]
async fn a_stranger_is_asked_for_a_token_by_every_operation() {
    let api = Admin::start().await;
    let provider = api.world.provider_token(api.world.provider);
    let elsewhere = api.world.user_token_from(&api.world.staff, "https://elsewhere.example");
    let missing = "Authentication credentials were not provided.";
    let calls = changes("x").into_iter().map(|(method, uri, _)| (method, uri));
    for (method, uri) in calls.chain(looks().map(|uri| ("GET", uri))) {
        for (token, detail) in [
            ("", missing),
            ("bogus", "Invalid token."),
            (&provider, "Invalid token."),
            (&elsewhere, "Invalid token."),
        ] {
            let answer = call(&api.router, json(method, &uri, token, &Value::Null)).await;
            assert_eq!(answer.parts(), (401, &json!({"detail": detail})), "{method} {uri}");
            assert_eq!(answer.header("www-authenticate"), Some("JWT"), "{method} {uri}");
        }
    }
}

#[tokio::test]
async fn users_may_nothing_and_readers_may_look_alone() {
    let api = Admin::start().await;
    let role = api.world.provider.credential_id.to_string();
    let refusal = json!({"detail": "You do not have permission to perform this action."});
    let (user, reader) = (&api.world.user, &api.world.read_only_staff);
    for (method, uri, body) in changes(&role) {
        for caller in [user, reader] {
            let answer = api.call_as(caller, (method, &uri), &body).await;
            assert_eq!(answer.parts(), (403, &refusal), "{method} {uri}");
        }
    }
    for uri in looks() {
        let answer = api.call_as(user, ("GET", &uri), &Value::Null).await;
        assert_eq!(answer.parts(), (403, &refusal), "{uri}");
        assert_eq!(api.call_as(reader, ("GET", &uri), &Value::Null).await.status, 200, "{uri}");
    }
    assert!(api.world.aws.queues.made().is_empty());
    assert!(api.is_let_in(api.world.provider).await);
}

#[tokio::test]
async fn staff_find_nothing_where_nothing_is() {
    let api = Admin::start().await;
    let foreign = api.world.other_provider.credential_id;
    for (method, uri) in [
        ("GET", "/api/v2/admin/".to_owned()),
        ("GET", format!("{INSTRUMENTS}77/")),
        ("GET", format!("{INSTRUMENTS}x/")),
        ("PATCH", format!("{INSTRUMENTS}77/")),
        ("GET", format!("{INSTRUMENTS}77/provider/")),
        ("GET", format!("{INSTRUMENTS}x/provider/")),
        ("GET", format!("{PROVIDERS}77/")),
        ("GET", format!("{PROVIDERS}x/")),
        // A provider, but of another instrument.
        ("GET", format!("{PROVIDERS}2/")),
        ("PATCH", format!("{PROVIDERS}2/")),
        ("DELETE", format!("{PROVIDERS}2/")),
        ("GET", format!("{PROVIDERS}2/credentials/")),
        ("POST", format!("{PROVIDERS}2/credentials/")),
        ("DELETE", format!("{CREDENTIALS}{foreign}/")),
        ("DELETE", format!("{CREDENTIALS}x/")),
    ] {
        let body = if method == "GET" { Value::Null } else { json!({}) };
        let answer = api.call(method, &uri, &body).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{method} {uri}");
    }
    let answer = api.call("POST", &format!("{INSTRUMENTS}77/provider/"), &provider("new")).await;
    assert_eq!(answer.status, 404);
    assert!(api.world.aws.queues.made().is_empty());
}

#[tokio::test]
async fn paths_have_the_methods_that_they_have() {
    let api = Admin::start().await;
    let one = format!("{INSTRUMENTS}5/");
    let credential = format!("{CREDENTIALS}{}/", api.world.provider.credential_id);
    for (method, uri, allowed) in [
        ("DELETE", one.as_str(), "GET,HEAD,PUT,PATCH"),
        ("PUT", INSTRUMENTS, "GET,HEAD,POST"),
        ("PATCH", PROVIDERS, "GET,HEAD,POST"),
        ("POST", PROVIDER, "GET,HEAD,PUT,PATCH,DELETE"),
        ("DELETE", CREDENTIALS, "GET,HEAD,POST"),
        ("GET", &credential, "DELETE"),
    ] {
        let answer = api.call(method, uri, &Value::Null).await;
        let detail = format!("Method \"{method}\" not allowed.");
        assert_eq!(answer.parts(), (405, &json!({"detail": detail})), "{uri}");
        assert_eq!(answer.header("allow"), Some(allowed), "{uri}");
    }
}
