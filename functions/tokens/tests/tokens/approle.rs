//! `POST /api/v2/auth/approle`.

use attesta_identity::Secret;
use attesta_testing::{ISSUER, call, json, raw, with_header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{Tokens, text};

const PATH: &str = "/api/v2/auth/approle";

/// The claims, read as the published worker reads them.
fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&STANDARD.decode(middle).expect("plain base 64")).expect("JSON")
}

#[tokio::test]
async fn a_provider_signs_in_and_learns_all_that_its_worker_needs() {
    let tokens = Tokens::start().await;
    let credential = tokens.world.provider.credential_id.to_string();
    let answer = tokens.sign_in(&credential, tokens.world.secret.expose()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);

    let mut body = answer.body;
    let token = body["token"].take();
    let mut provider = body["provider"].take();
    let instrument = provider["instrument"].take();
    let url = tokens.world.aws.queues.url("queue_1");
    assert_eq!(
        body,
        json!({
            "module": "provider_001",
            "type": "provider",
            "pk": 1,
            "provider_id": 1,
            "provider_acronym": "p1",
            "provider_queue": "queue_1",
            "provider": null,
            "config": {
                "CELERY_BROKER_URL": "sqs://localhost:4566",
                "CELERY_BROKER_TRANSPORT_OPTIONS": {
                    "region": "eu-west-1",
                    "is_secure": false,
                    "wait_time_seconds": 20,
                    "polling_interval": 0,
                    "visibility_timeout": 900,
                    "predefined_queues": {"queue_1": {"url": url, "region": "eu-west-1"}},
                },
                "CELERY_TASK_ACKS_LATE": true,
                "CELERY_TASK_DEFAULT_QUEUE": "queue_1",
                "CELERY_WORKER_ENABLE_REMOTE_CONTROL": false,
                "CELERY_TASK_IGNORE_RESULT": true,
            },
            "services": {},
            "token": null,
        })
    );
    assert_eq!(provider["credentials"], Value::Null);
    assert_eq!((&provider["id"], &provider["alert_below"]), (&json!(1), &json!(0.5)));
    assert_eq!((&instrument["id"], &instrument["requires_enrolment"]), (&json!(5), &json!(false)));

    for (name, token_use, minutes) in
        [("access_token", "access", 15), ("refresh_token", "refresh", 120)]
    {
        let claims = claims(&text(&token[name]));
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!((&claims["type"], &claims["pk"]), (&json!("provider"), &json!(1)));
        assert_eq!(
            (&claims["sub"], &claims["token_use"]),
            (&json!("provider_001"), &json!(token_use))
        );
        let second = |name: &str| claims[name].as_i64().expect("a second");
        assert_eq!(second("exp") - second("iat"), minutes * 60);
    }
}

#[tokio::test]
async fn a_wrong_secret_an_unknown_role_and_a_revoked_credential_look_the_same() {
    let tokens = Tokens::start().await;
    let role = tokens.world.provider.credential_id;
    let right = tokens.world.secret.expose();
    let wrong = Secret::new(Secret::PROVIDER, &[7; 32]);
    let unknown = tokens.world.other_user.user_id.to_string();
    let mut seen = Vec::new();
    let answer = tokens.sign_in(&role.to_string(), wrong.expose()).await;
    seen.push((answer.status.as_u16(), answer.body, tokens.calls()));
    let answer = tokens.sign_in(&unknown, right).await;
    seen.push((answer.status.as_u16(), answer.body, tokens.calls()));
    tokens.world.revoke(tokens.world.provider).await;
    let _ = tokens.calls();
    let answer = tokens.sign_in(&role.to_string(), right).await;
    seen.push((answer.status.as_u16(), answer.body, tokens.calls()));
    for refusal in seen {
        assert_eq!(refusal, (401, json!("Invalid credentials"), vec!["BatchGetItem"]));
    }
}

#[tokio::test]
async fn what_can_be_no_credential_is_refused_in_the_same_words() {
    let tokens = Tokens::start().await;
    let role = tokens.world.provider.credential_id.to_string();
    for (role, secret) in
        [(role.as_str(), "nonsense"), ("nonsense", tokens.world.secret.expose()), ("é", "é")]
    {
        let answer = tokens.sign_in(role, secret).await;
        assert_eq!(answer.parts(), (401, &json!("Invalid credentials")), "{role}");
    }
}

#[tokio::test]
async fn every_missing_or_wrong_field_is_named() {
    let tokens = Tokens::start().await;
    let required = json!(["This field is required."]);
    for (body, refusal) in [
        (json!({}), json!({"role_id": required, "secret_id": required})),
        (json!({"role_id": "r"}), json!({"secret_id": required})),
        (
            json!({"role_id": 1, "secret_id": ""}),
            json!({"role_id": ["Not a valid string."], "secret_id": ["This field may not be blank."]}),
        ),
        (
            json!({"role_id": null, "secret_id": "s".repeat(201)}),
            json!({
                "role_id": ["This field may not be null."],
                "secret_id": ["Ensure this field has no more than 200 characters."],
            }),
        ),
    ] {
        let answer = call(&tokens.router, json("POST", PATH, "", &body)).await;
        assert_eq!(answer.parts(), (400, &refusal));
    }
}

#[tokio::test]
async fn a_stranger_with_a_body_that_is_none_is_refused_in_the_dialect() {
    let tokens = Tokens::start().await;
    let router = &tokens.router;
    for broken in ["{", "[]", "\"text\"", "{\"role_id\": }", "\u{0}"] {
        let answer = call(router, raw("POST", PATH, "", broken)).await;
        assert_eq!(answer.status, 400, "{broken}");
        assert!(text(&answer.body["detail"]).starts_with("JSON parse error - "), "{broken}");
    }
    let large = "x".repeat(1024 * 1024 + 1);
    let answer = call(router, raw("POST", PATH, "", large)).await;
    assert_eq!(answer.parts(), (413, &json!({"detail": "Request body too large."})));
    let form = with_header(raw("POST", PATH, "", "a=b"), "content-type", "text/plain");
    assert_eq!(call(router, form).await.status, 415);
    let answer = call(router, json("GET", PATH, "", &Value::Null)).await;
    assert_eq!(answer.parts(), (405, &json!({"detail": "Method \"GET\" not allowed."})));
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = call(router, json("POST", "/api/v2/auth/nothing", "", &Value::Null)).await;
    assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
}
