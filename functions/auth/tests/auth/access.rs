//! Who may call what.

use attesta_identity::UserCaller;
use attesta_model::ApiTokenId;
use attesta_testing::{call, json};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Auth, ONE, STRONG, error};

/// What anybody may call.
const PUBLIC: [&str; 7] = [
    "auth/login",
    "auth/challenge",
    "auth/refresh",
    "auth/forgotten-password",
    "auth/reset-password",
    "auth/confirm-signup",
    "auth/resend",
];

/// What users call with their access token.
fn of_users() -> [(&'static str, Value); 4] {
    let change = json!({
        "oldPassword": "old",
        "newPassword": STRONG,
        "confirmNewPassword": STRONG,
    });
    [
        ("auth/logout", Value::Null),
        ("auth/change-password", change),
        ("auth/totp", Value::Null),
        ("auth/totp/verify", json!({"code": "123456"})),
    ]
}

/// What staff call who may change things.
fn of_staff() -> [(&'static str, Value); 4] {
    let new = json!({
        "email": "new@example.com",
        "password": STRONG,
        "givenName": "N",
        "familyName": "N",
        "readonly": false,
    });
    [
        ("auth/admin/reset-password", json!({"username": ONE})),
        ("auth/admin/set-password", json!({"username": ONE, "password": STRONG})),
        ("auth/admin/reset-totp", json!({"username": ONE})),
        ("admin", new),
    ]
}

/// Whoever may not call gets this far and no further.
fn assert_untouched(auth: &Auth) {
    assert_eq!(auth.called(), [""; 0]);
    assert!(auth.asked().iter().all(|call| *call == "BatchGetItem"));
}

#[tokio::test]
async fn a_stranger_may_call_what_is_public_and_is_asked_for_a_token_by_the_rest() {
    let auth = Auth::start().await;
    for path in PUBLIC {
        assert_eq!(auth.post(path, "", &json!({})).await.status, 400, "{path}");
    }
    let elsewhere = auth.world.user_token_from(&auth.world.staff, "https://elsewhere.example");
    let provider = auth.world.provider_token(auth.world.provider);
    let missing = "Authentication credentials were not provided.";
    for (path, body) in of_users().into_iter().chain(of_staff()) {
        for (token, message) in [
            ("", missing),
            ("bogus", "Invalid token."),
            (&elsewhere, "Invalid token."),
            (&provider, "Invalid token."),
        ] {
            let answer = auth.post(path, token, &body).await;
            assert_eq!(answer.parts(), (401, &error("unauthenticated", message)), "{path}");
        }
    }
    assert_untouched(&auth);
}

#[tokio::test]
async fn only_the_access_token_of_who_signed_in_themselves_will_do() {
    let auth = Auth::start().await;
    let id = auth.world.id_token(&auth.world.user);
    let program =
        UserCaller { api_token: Some(ApiTokenId(Uuid::max())), ..auth.world.user.clone() };
    let program = auth.world.user_token(&program);
    for (path, body) in of_users() {
        assert_eq!(auth.post(path, &id, &body).await.body["code"], "access_token_required");
        assert_eq!(auth.post(path, &program, &body).await.status, 403, "{path}");
    }
    assert_untouched(&auth);
}

#[tokio::test]
async fn staff_who_may_change_things_alone_look_after_people() {
    let auth = Auth::start().await;
    let refusal = error("forbidden", "You do not have permission to perform this action.");
    for (path, body) in of_staff() {
        for caller in [&auth.world.user, &auth.world.read_only_staff] {
            let token = auth.world.user_token(caller);
            assert_eq!(auth.post(path, &token, &body).await.parts(), (403, &refusal), "{path}");
        }
    }
    assert_untouched(&auth);
}

#[tokio::test]
async fn whoever_signed_out_may_call_nothing_with_their_old_tokens() {
    let auth = Auth::start().await;
    for user in [&auth.world.user, &auth.world.staff] {
        auth.world.store.end_sessions(user.user_id).await.expect("ended");
    }
    let _ = auth.asked();
    let refusal = error("unauthenticated", "Invalid token: signed out.");
    for (path, body) in of_users() {
        assert_eq!(auth.post_as_user(path, &body).await.parts(), (401, &refusal), "{path}");
    }
    for (path, body) in of_staff() {
        assert_eq!(auth.post_as_staff(path, &body).await.parts(), (401, &refusal), "{path}");
    }
    assert_untouched(&auth);
}

#[tokio::test]
async fn no_answer_is_kept_by_anything_on_its_way() {
    let auth = Auth::start().await;
    for request in [
        json("POST", "/customers/auth/login", "", &json!({})),
        json("GET", "/customers/auth/login", "", &Value::Null),
        json("POST", "/customers/auth/nothing", "", &Value::Null),
    ] {
        let answer = call(&auth.router, request).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}
