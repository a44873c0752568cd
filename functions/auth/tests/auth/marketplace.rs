//! `POST /customers/auth/swap-pool` and `…/marketplace/change-password`.

use attesta_model::{Status, User};
use attesta_store::Seed;
use attesta_testing::{Answer, Cognito, call, json};
use serde_json::{Value, json};

use crate::world::Auth;

const SWAP: &str = "/customers/auth/swap-pool";
const CHANGE: &str = "/customers/auth/marketplace/change-password";
const OLD: &str = "Correct-1-Horse";
const NEW: &str = "Battery-2-Staple";

/// A user as a pool has them.
fn user(name: &str, status: &str) -> Value {
    json!({
        "Username": name,
        "Enabled": true,
        "UserStatus": status,
        "UserAttributes": [
            {"Name": "sub", "Value": "5f2c0f52-7a5e-4a4e-9f2e-0f5d3a1b2c3d"},
            {"Name": "email", "Value": "una@example.com"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "given_name", "Value": "Una"},
        ],
    })
}

fn made(status: &str) -> Value {
    let mut made = user("somebody", status);
    made["Attributes"] = made["UserAttributes"].take();
    json!({"User": made})
}

fn names(pool: &Cognito) -> Vec<String> {
    pool.take_calls().into_iter().map(|(name, _)| name).collect()
}

fn not_found() -> Value {
    json!({"status": "not-found", "authenticated": false, "id": null})
}

impl Auth {
    /// Una is in the marketplace pool, and nobody in the main one.
    async fn with_una() -> Self {
        let auth = Self::start().await;
        auth.marketplace.set("AdminInitiateAuth", auth.tokens());
        auth.marketplace.set("AdminGetUser", user("una", "CONFIRMED"));
        auth.pool.refuse("AdminInitiateAuth", "NotAuthorizedException");
        auth.pool.set("AdminCreateUser", made("FORCE_CHANGE_PASSWORD"));
        auth.pool.set("AdminSetUserPassword", json!({}));
        auth
    }

    async fn swap(&self) -> Answer {
        let body = json!({"username": "una@example.com", "password": OLD});
        call(&self.router, json("POST", SWAP, "", &body)).await
    }

    async fn una(&self) -> Option<User> {
        self.world.store.user_by_name("una@example.com").await.expect("read")
    }

    async fn change(&self, body: &Value) -> Answer {
        call(&self.router, json("POST", CHANGE, "", body)).await
    }
}

fn change() -> Value {
    json!({
        "email": "una@example.com",
        "oldPassword": OLD,
        "newPassword": NEW,
        "confirmNewPassword": NEW,
    })
}

#[tokio::test]
async fn whoever_proves_their_password_moves_with_it() {
    let auth = Auth::with_una().await;
    let answer = auth.swap().await;
    let una = auth.una().await.expect("somebody");
    let expected = json!({"status": "migrated", "authenticated": true, "id": una.id});
    assert_eq!(answer.parts(), (200, &expected));
    assert_eq!(
        una.subject.map(|sub| sub.to_string()).as_deref(),
        Some("5f2c0f52-7a5e-4a4e-9f2e-0f5d3a1b2c3d")
    );
    let calls = auth.pool.take_calls();
    assert_eq!(calls[0].0, "AdminCreateUser");
    assert_eq!(calls[0].1["Username"], una.id.to_string());
    assert_eq!(calls[0].1["MessageAction"], "SUPPRESS");
    assert_eq!(calls[1].0, "AdminSetUserPassword");
    assert_eq!(calls[1].1["Password"], OLD);
    assert_eq!(calls[1].1["Permanent"], true);
    assert_eq!(names(&auth.marketplace), ["AdminInitiateAuth", "AdminGetUser"]);
}

#[tokio::test]
async fn a_move_that_broke_off_is_finished_by_the_next_call() {
    let auth = Auth::with_una().await;
    auth.pool.refuse("AdminSetUserPassword", "InternalErrorException");
    assert_eq!(auth.swap().await.parts(), (200, &not_found()));
    let una = auth.una().await.expect("begun");
    auth.pool.refuse("AdminCreateUser", "UsernameExistsException");
    auth.pool.set("AdminGetUser", user("una", "FORCE_CHANGE_PASSWORD"));
    auth.pool.set("AdminSetUserPassword", json!({}));
    let expected = json!({"status": "migrated", "authenticated": true, "id": una.id});
    assert_eq!(auth.swap().await.parts(), (200, &expected));
}

#[tokio::test]
async fn whoever_moved_before_keeps_the_password_that_they_have() {
    let auth = Auth::with_una().await;
    auth.swap().await;
    let una = auth.una().await.expect("moved");
    let _ = auth.pool.take_calls();
    auth.pool.refuse("AdminCreateUser", "UsernameExistsException");
    auth.pool.set("AdminGetUser", user("una", "CONFIRMED"));
    let expected = json!({"status": "already-migrated", "authenticated": true, "id": una.id});
    assert_eq!(auth.swap().await.parts(), (200, &expected));
    assert_eq!(names(&auth.pool), ["AdminCreateUser", "AdminGetUser"]);
}

#[tokio::test]
async fn whoever_has_that_password_in_the_main_pool_alone_has_moved_already() {
    let auth = Auth::with_una().await;
    auth.marketplace.refuse("AdminInitiateAuth", "NotAuthorizedException");
    auth.pool.set("AdminInitiateAuth", auth.tokens());
    let id = auth.world.user.user_id;
    let expected = json!({"status": "already-migrated", "authenticated": true, "id": id});
    assert_eq!(auth.swap().await.parts(), (200, &expected));
}

#[tokio::test]
async fn a_wrong_password_tells_nothing_of_who_is_where() {
    let auth = Auth::with_una().await;
    for (marketplace, main) in [
        ("NotAuthorizedException", "NotAuthorizedException"),
        ("NotAuthorizedException", "UserNotFoundException"),
        ("UserNotFoundException", "NotAuthorizedException"),
        ("UserNotFoundException", "UserNotFoundException"),
        ("UserNotConfirmedException", "UserLambdaValidationException"),
    ] {
        auth.marketplace.refuse("AdminInitiateAuth", marketplace);
        auth.pool.refuse("AdminInitiateAuth", main);
        let _ = auth.world.store.meter().take();
        assert_eq!(auth.swap().await.parts(), (200, &not_found()), "{marketplace} {main}");
        assert_eq!(names(&auth.marketplace), ["AdminInitiateAuth"], "{marketplace} {main}");
        assert_eq!(names(&auth.pool), ["AdminInitiateAuth"], "{marketplace} {main}");
        assert_eq!(auth.world.store.meter().take().len(), 3, "{marketplace} {main}");
    }
    assert!(auth.una().await.is_none());
}

#[tokio::test]
async fn whatever_fails_the_answer_is_the_same() {
    let auth = Auth::with_una().await;
    auth.marketplace.refuse("AdminGetUser", "InternalErrorException");
    assert_eq!(auth.swap().await.parts(), (200, &not_found()));
    auth.marketplace.set("AdminGetUser", user("una", "CONFIRMED"));
    auth.pool.refuse("AdminCreateUser", "AliasExistsException");
    assert_eq!(auth.swap().await.parts(), (200, &not_found()));
    let user = auth.una().await.expect("begun");
    let seed = Seed(&auth.world.store);
    seed.user(&User { status: Status::Inactive, ..user }).await.expect("written");
    assert_eq!(auth.swap().await.parts(), (200, &not_found()));
    for challenge in ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"] {
        let asked = json!({"ChallengeName": challenge, "Session": "s", "ChallengeParameters": {}});
        auth.marketplace.set("AdminInitiateAuth", asked);
        assert_eq!(auth.swap().await.parts(), (200, &not_found()), "{challenge}");
    }
    let without = json!({"username": "una@example.com"});
    let answer = call(&auth.router, json("POST", SWAP, "", &without)).await;
    assert_eq!(answer.parts(), (200, &not_found()));
}

#[tokio::test]
async fn tries_to_move_count_as_tries_to_sign_in() {
    let auth = Auth::with_una().await;
    auth.marketplace.refuse("AdminInitiateAuth", "NotAuthorizedException");
    for _ in 0..10 {
        assert_eq!(auth.swap().await.status, 200);
    }
    assert_eq!(auth.swap().await.status, 429);
    assert_eq!(auth.change(&change()).await.status, 429);
}

#[tokio::test]
async fn a_password_in_the_marketplace_pool_becomes_another() {
    let auth = Auth::with_una().await;
    auth.marketplace.set("ChangePassword", json!({}));
    auth.marketplace.set("AdminUserGlobalSignOut", json!({}));
    let answer = auth.change(&change()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["challenge"]), (200, &Value::Null));
    assert_eq!(answer.body["tokens"]["id"], "id");
    let calls = auth.marketplace.take_calls();
    let names: Vec<_> = calls.iter().map(|(name, _)| name.as_str()).collect();
    let expected =
        ["AdminInitiateAuth", "ChangePassword", "AdminUserGlobalSignOut", "AdminInitiateAuth"];
    assert_eq!(names, expected);
    assert_eq!(calls[0].1["AuthParameters"]["PASSWORD"], OLD);
    assert_eq!(calls[1].1["ProposedPassword"], NEW);
    assert_eq!(calls[3].1["AuthParameters"]["PASSWORD"], NEW);
    assert!(auth.pool.take_calls().is_empty());
}

#[tokio::test]
async fn whoever_has_yet_to_choose_a_password_there_chooses_this_one() {
    let auth = Auth::with_una().await;
    let asked = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "session",
        "ChallengeParameters": {"USER_ID_FOR_SRP": "una", "requiredAttributes": "[]"},
    });
    auth.marketplace.set("AdminInitiateAuth", asked);
    auth.marketplace.set("AdminRespondToAuthChallenge", auth.tokens());
    let answer = auth.change(&change()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["tokens"]["id"]), (200, &json!("id")));
    let last = auth.marketplace.take_calls().pop().expect("a call");
    assert_eq!(last.1["ChallengeResponses"]["NEW_PASSWORD"], NEW);
}

#[tokio::test]
async fn a_second_factor_there_is_asked_for() {
    let auth = Auth::with_una().await;
    let asked =
        json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s", "ChallengeParameters": {}});
    auth.marketplace.set("AdminInitiateAuth", asked);
    let answer = auth.change(&change()).await;
    assert_eq!(answer.body["challenge"]["challengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn a_wrong_old_password_and_nobody_get_the_same_answer() {
    let auth = Auth::with_una().await;
    let expected = json!({
        "message": "The user name or the password is wrong.",
        "status": "error",
        "code": "unauthenticated",
    });
    for refusal in ["NotAuthorizedException", "UserNotFoundException"] {
        auth.marketplace.refuse("AdminInitiateAuth", refusal);
        assert_eq!(auth.change(&change()).await.parts(), (401, &expected), "{refusal}");
        assert_eq!(names(&auth.marketplace), ["AdminInitiateAuth"], "{refusal}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_body_is_told_by_field() {
    let auth = Auth::with_una().await;
    let mut null = change();
    null["email"] = Value::Null;
    let mut absent = change();
    absent.as_object_mut().expect("an object").remove("email");
    let mut different = change();
    different["confirmNewPassword"] = json!("Battery-3-Staple");
    let mut weak = change();
    weak["newPassword"] = json!("weak");
    weak["confirmNewPassword"] = json!("weak");
    for (body, field, message) in [
        (null, "email", "must not be null"),
        (absent, "email", "is required"),
        (different, "confirmNewPassword", "must be the same as newPassword"),
        (weak, "newPassword", "does not meet the password policy"),
    ] {
        let answer = auth.change(&body).await;
        let problem = json!([{"field": field, "message": message}]);
        assert_eq!((answer.status.as_u16(), &answer.body["validation"]), (400, &problem));
    }
    assert!(auth.marketplace.take_calls().is_empty());
}
