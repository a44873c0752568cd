//! `POST /customers/auth/login`.

use attesta_testing::{call, json, raw};
use serde_json::{Value, json};

use crate::world::{Auth, PATH};

/// What Cognito says to somebody who signs in with a password made for them.
fn challenge(required_attributes: &str) -> Value {
    json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "session",
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": "0197f0a0-0000-7000-8000-00000000000a",
            "requiredAttributes": required_attributes,
            "userAttributes": "{\"email\":\"somebody@example.com\"}",
        },
    })
}

fn refusal() -> Value {
    json!({
        "message": "The user name or the password is wrong.",
        "status": "error",
        "code": "unauthenticated",
    })
}

#[tokio::test]
async fn a_user_signs_in() {
    let auth = Auth::start().await;
    auth.pool.set("AdminInitiateAuth", auth.tokens());
    let answer =
        auth.login(&json!({"username": "somebody@example.com", "password": "right"})).await;
    let expected = json!({
        "tokens": {
            "id": "id",
            "access": auth.token,
            "refresh": format!("{}.refresh", auth.world.user.user_id),
            "expiresIn": 3600,
        },
        "challenge": null,
    });
    assert_eq!(answer.parts(), (200, &expected));
    let calls = auth.pool.take_calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].0, "AdminInitiateAuth");
    assert_eq!(calls[0].1["AuthParameters"]["USERNAME"], "somebody@example.com");
}

#[tokio::test]
async fn a_user_with_a_password_made_for_them_is_asked_for_another() {
    let auth = Auth::start().await;
    auth.pool.set("AdminInitiateAuth", challenge("[\"userAttributes.name\"]"));
    let answer = auth.login(&json!({"username": "somebody", "password": "made"})).await;
    let expected = json!({
        "tokens": null,
        "challenge": {
            "session": "session",
            "challengeName": "NEW_PASSWORD_REQUIRED",
            "challengeParameters": {
                "missingAttributes": ["name"],
                "authPlatformId": "0197f0a0-0000-7000-8000-00000000000a",
            },
        },
    });
    assert_eq!(answer.parts(), (200, &expected));
}

#[tokio::test]
async fn a_user_who_brings_another_password_along_is_in_at_once() {
    let auth = Auth::start().await;
    auth.pool.set("AdminInitiateAuth", challenge("[]"));
    auth.pool.set("AdminRespondToAuthChallenge", auth.tokens());
    let body = json!({"username": "somebody", "password": "made", "newPassword": "own"});
    let answer = auth.login(&body).await;
    let access = json!(auth.token);
    assert_eq!((answer.status.as_u16(), &answer.body["tokens"]["access"]), (200, &access));
    let calls: Vec<_> = auth.pool.take_calls().into_iter().map(|(name, _)| name).collect();
    assert_eq!(calls, ["AdminInitiateAuth", "AdminRespondToAuthChallenge"]);
}

#[tokio::test]
async fn whoever_can_not_sign_in_learns_nothing_of_why() {
    let auth = Auth::start().await;
    for reason in [
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    ] {
        auth.pool.refuse("AdminInitiateAuth", reason);
        let _ = auth.world.store.meter().take();
        let body = json!({"username": reason, "password": "secret", "newPassword": "own"});
        let answer = auth.login(&body).await;
        assert_eq!(answer.parts(), (401, &refusal()), "{reason}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        let calls: Vec<_> = auth.pool.take_calls().into_iter().map(|(name, _)| name).collect();
        assert_eq!(calls, ["AdminInitiateAuth"], "{reason}");
        assert_eq!(auth.asked(), ["UpdateItem"; 3], "{reason}");
    }
}

#[tokio::test]
async fn a_new_password_that_is_too_weak_is_told_by_field() {
    let auth = Auth::start().await;
    auth.pool.set("AdminInitiateAuth", challenge("[]"));
    auth.pool.refuse("AdminRespondToAuthChallenge", "InvalidPasswordException");
    let body = json!({"username": "somebody", "password": "made", "newPassword": "weak"});
    let answer = auth.login(&body).await;
    let expected = json!({
        "message": "The request is not valid.",
        "status": "error",
        "code": "invalid_request",
        "validation": [
            {"field": "newPassword", "message": "does not meet the password policy"},
        ],
    });
    assert_eq!(answer.parts(), (400, &expected));
}

#[tokio::test]
async fn a_challenge_that_expired_meanwhile_is_an_ordinary_refusal() {
    let auth = Auth::start().await;
    auth.pool.set("AdminInitiateAuth", challenge("[]"));
    auth.pool.refuse("AdminRespondToAuthChallenge", "ExpiredCodeException");
    let body = json!({"username": "somebody", "password": "made", "newPassword": "own"});
    assert_eq!(auth.login(&body).await.parts(), (401, &refusal()));
}

#[tokio::test]
async fn what_goes_wrong_with_us_is_not_told() {
    let auth = Auth::start().await;
    for reason in
        ["InternalErrorException", "ResourceNotFoundException", "UnexpectedLambdaException"]
    {
        auth.pool.refuse("AdminInitiateAuth", reason);
        let answer = auth.login(&json!({"username": "somebody", "password": "secret"})).await;
        let expected = json!({
            "message": "Something went wrong with us.",
            "status": "error",
            "code": "internal",
        });
        assert_eq!(answer.parts(), (500, &expected), "{reason}");
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_and_no_password_is_repeated() {
    let auth = Auth::start().await;
    let password = "hunter2-hunter2";
    let long = password.repeat(20);
    for (body, expected) in [
        (json!({}), vec![("username", "is required"), ("password", "is required")]),
        (
            json!({"username": "u", "password": password, "code": password}),
            vec![("code", "is not known here")],
        ),
        (json!({"username": "u", "password": [password]}), vec![("password", "must be a text")]),
        (
            json!({"username": "u", "password": long, "newPassword": long}),
            vec![
                ("password", "must not be longer than 256"),
                ("newPassword", "must not be longer than 256"),
            ],
        ),
        (
            json!({"username": "", "password": "", "newPassword": {"text": password}}),
            vec![
                ("username", "must not be empty"),
                ("password", "must not be empty"),
                ("newPassword", "must be a text"),
            ],
        ),
        (
            json!({"username": "u".repeat(129), "password": null}),
            vec![("username", "must not be longer than 128"), ("password", "must not be null")],
        ),
    ] {
        let answer = auth.login(&body).await;
        let problem = |(field, message)| json!({"field": field, "message": message});
        let validation: Vec<_> = expected.into_iter().map(problem).collect();
        assert_eq!(answer.status, 400);
        assert_eq!(answer.body["code"], "invalid_request");
        assert_eq!(answer.body["validation"], json!(validation));
        assert!(!answer.body.to_string().contains("hunter2"), "{}", answer.body);
    }
    assert_eq!(auth.pool.take_calls(), []);
}

#[tokio::test]
async fn null_for_a_new_password_is_none() {
    let auth = Auth::start().await;
    auth.pool.set("AdminInitiateAuth", auth.tokens());
    let body = json!({"username": "u", "password": "p", "newPassword": null});
    assert_eq!(auth.login(&body).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_none_is_refused_in_the_dialect() {
    let auth = Auth::start().await;
    for broken in ["{\"password\": \"hunter2", "[\"hunter2\"]", "hunter2"] {
        let answer = call(&auth.router, raw("POST", PATH, "", broken)).await;
        assert_eq!(answer.status, 400, "{broken}");
        assert_eq!(
            (&answer.body["status"], &answer.body["code"]),
            (&json!("error"), &json!("malformed_json"))
        );
        assert!(!answer.body.to_string().contains("hunter2"), "{}", answer.body);
    }
    let answer = call(&auth.router, raw("POST", PATH, "", "x".repeat(1024 * 1024 + 1))).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (413, &json!("too_large")));
    let answer = call(&auth.router, json("GET", PATH, "", &Value::Null)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (405, &json!("method_not_allowed")));
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer =
        call(&auth.router, json("POST", "/customers/auth/nothing", "", &Value::Null)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (404, &json!("not_found")));
    assert_eq!(auth.pool.take_calls(), []);
}
