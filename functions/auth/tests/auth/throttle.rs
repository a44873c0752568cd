//! How often somebody may try to sign in.

use attesta_testing::{Answer, call, from, json, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Auth, ONE, PATH, STRONG, error};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

async fn refusing() -> Auth {
    let auth = Auth::start().await;
    auth.pool.refuse("AdminInitiateAuth", "NotAuthorizedException");
    auth
}

#[tokio::test]
async fn a_guesser_is_stopped_after_ten_tries_at_one_user() {
    let auth = refusing().await;
    for _ in 0..10 {
        assert_eq!(auth.login_from(HERE, "somebody").await.status, 401);
    }
    let _ = auth.pool.take_calls();
    // However the name is written.
    for username in ["somebody", "SOMEBODY", " somebody "] {
        let answer = auth.login_from(HERE, username).await;
        let expected = error("throttled", "Too many tries; wait a little.");
        assert_eq!(answer.parts(), (429, &expected));
        assert_eq!(answer.header("retry-after"), Some("60"));
    }
    assert_eq!(auth.pool.take_calls(), [], "Cognito is not asked");
}

#[tokio::test]
async fn a_guesser_locks_out_nobody_who_is_elsewhere_and_nobody_else() {
    let auth = refusing().await;
    for _ in 0..11 {
        auth.login_from(HERE, "somebody").await;
    }
    assert_eq!(auth.login_from(HERE, "somebody").await.status, 429);
    assert_eq!(auth.login_from(ELSEWHERE, "somebody").await.status, 401);
    assert_eq!(auth.login_from(HERE, "another").await.status, 401);
}

#[tokio::test]
async fn a_guesser_who_names_another_source_is_still_counted() {
    let auth = refusing().await;
    let body = json!({"username": "somebody", "password": "wrong"});
    let mut statuses = Vec::new();
    for n in 0..11 {
        let request = with_header(
            json("POST", PATH, "", &body),
            "x-forwarded-for",
            &format!("203.0.113.{n}"),
        );
        let answer = call(&auth.router, from(HERE, request)).await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses.last(), Some(&429));
}

#[tokio::test]
async fn after_a_minute_a_user_may_try_again() {
    let auth = refusing().await;
    for _ in 0..11 {
        auth.login_from(HERE, "somebody").await;
    }
    auth.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(auth.login_from(HERE, "somebody").await.status, 401);
}

#[tokio::test]
async fn one_source_may_try_at_many_users_but_not_at_all() {
    let auth = refusing().await;
    for n in 0..300 {
        let answer = auth.login_from(HERE, &format!("user-{n}")).await;
        assert_eq!(answer.status, 401, "{n}");
    }
    assert_eq!(auth.login_from(HERE, "one-more").await.status, 429);
    assert_eq!(auth.login_from(ELSEWHERE, "one-more").await.status, 401);
}

#[tokio::test]
async fn where_cognito_itself_is_out_of_breath_a_user_is_told_to_wait() {
    let auth = Auth::start().await;
    for error in ["TooManyRequestsException", "LimitExceededException"] {
        auth.pool.refuse("AdminInitiateAuth", error);
        let answer = auth.login_from(HERE, error).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("retry-after")),
            (429, Some("5")),
            "{error}"
        );
    }
}

/// Tries at the world's user from an address.
async fn try_from(auth: &Auth, address: &str, path: &str, body: &Value) -> Answer {
    let request = json("POST", &format!("/customers/{path}"), "", body);
    call(&auth.router, from(address, request)).await
}

#[tokio::test]
async fn an_owner_gets_in_while_a_stranger_hammers_from_a_hundred_addresses() {
    let auth = refusing().await;
    for n in 0..100 {
        assert_eq!(auth.login_from(&format!("203.0.113.{n}"), ONE).await.status, 401, "{n}");
    }
    auth.pool.set("AdminInitiateAuth", auth.tokens());
    let right = json!({"username": ONE, "password": "right"});
    for _ in 0..2 {
        assert_eq!(try_from(&auth, HERE, "auth/login", &right).await.status, 200);
    }
    // From now on there are two tries a minute from each source, and not ten.
    assert_eq!(try_from(&auth, HERE, "auth/login", &right).await.status, 429);
    assert_eq!(try_from(&auth, ELSEWHERE, "auth/login", &right).await.status, 200);
    auth.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(try_from(&auth, HERE, "auth/login", &right).await.status, 200);
    auth.pool.refuse("AdminInitiateAuth", "NotAuthorizedException");
    assert_eq!(auth.login_from("203.0.113.1", "another").await.status, 401);
}

#[tokio::test]
async fn networks_of_version_6_are_one_source_each() {
    let auth = refusing().await;
    for n in 0..10 {
        assert_eq!(auth.login_from(&format!("2001:db8::{n}"), ONE).await.status, 401);
    }
    assert_eq!(auth.login_from("2001:db8::ffff", ONE).await.status, 429);
    assert_eq!(auth.login_from("2001:db8:0:1::1", ONE).await.status, 401);
}

/// What a stranger may guess at, with the call that says it is wrong.
fn guesses(username: &str) -> Vec<(&'static str, Value, &'static str)> {
    let code = "123456";
    let challenge = json!({
        "challengeName": "SOFTWARE_TOKEN_MFA",
        "username": username,
        "session": "session",
        "code": code,
    });
    let reset = json!({
        "username": username,
        "password": STRONG,
        "passwordConfirm": STRONG,
        "confirmationCode": code,
    });
    vec![
        ("auth/challenge", challenge, "AdminRespondToAuthChallenge"),
        ("auth/reset-password", reset, "ConfirmForgotPassword"),
        (
            "auth/confirm-signup",
            json!({"username": username, "confirmationCode": code}),
            "ConfirmSignUp",
        ),
    ]
}

#[tokio::test]
async fn codes_have_five_tries_whoever_they_are_of_and_by_whichever_name() {
    for username in [ONE, "nobody@example.com"] {
        let auth = Auth::start().await;
        auth.world.clock.advance(SignedDuration::from_secs(100));
        for (path, body, operation) in guesses(username) {
            auth.pool.refuse(operation, "CodeMismatchException");
            for _ in 0..5 {
                let status = try_from(&auth, HERE, path, &body).await.status;
                assert!([400, 401].contains(&status.as_u16()), "{path}");
            }
            let _ = auth.pool.take_calls();
            let answer = try_from(&auth, HERE, path, &body).await;
            assert_eq!(answer.status, 429, "{path}");
            assert_eq!(answer.header("retry-after"), Some("800"), "{path}");
            assert_eq!(auth.called(), [""; 0], "{path}");
            assert_ne!(try_from(&auth, ELSEWHERE, path, &body).await.status, 429, "{path}");
        }
        // Another of the user's names is no other user.
        let id = auth.world.user.user_id.to_string();
        for (path, body, _) in guesses(&id) {
            let is_throttled = try_from(&auth, HERE, path, &body).await.status == 429;
            assert_eq!(is_throttled, username == ONE, "{path}");
        }
        auth.world.clock.advance(SignedDuration::from_mins(15));
        for (path, body, _) in guesses(username) {
            assert_ne!(try_from(&auth, HERE, path, &body).await.status, 429, "{path}");
        }
    }
}

#[tokio::test]
async fn messages_are_sent_five_times_an_hour_whoever_asks_for_whom() {
    let sending = ["ForgotPassword", "ResendConfirmationCode", "AdminCreateUser"];
    for username in [ONE, "nobody@example.com"] {
        let auth = Auth::start().await;
        for operation in sending {
            auth.pool.refuse(operation, "UserNotFoundException");
        }
        let body = json!({"username": username});
        for path in ["auth/forgotten-password", "auth/resend"] {
            for _ in 0..5 {
                assert_eq!(try_from(&auth, HERE, path, &body).await.status, 200, "{path}");
            }
            let answer = try_from(&auth, HERE, path, &body).await;
            assert_eq!(answer.status, 429, "{path}");
            assert_eq!(answer.header("retry-after"), Some("3600"), "{path}");
            // Many sources together get one each, once they had twenty.
            for n in 0..20 {
                let source = format!("203.0.113.{n}");
                assert_eq!(try_from(&auth, &source, path, &body).await.status, 200, "{path}");
            }
            let statuses =
                [ELSEWHERE, ELSEWHERE].map(|source| try_from(&auth, source, path, &body));
            let [first, second] = statuses;
            assert_eq!(
                (first.await.status, second.await.status.as_u16()),
                (http::StatusCode::OK, 429,)
            );
        }
    }
}

#[tokio::test]
async fn whoever_is_in_has_five_tries_at_their_password_and_their_authenticator() {
    let auth = Auth::start().await;
    auth.pool.refuse("ChangePassword", "NotAuthorizedException");
    auth.pool.refuse("VerifySoftwareToken", "CodeMismatchException");
    let change = json!({
        "oldPassword": "old",
        "newPassword": STRONG,
        "confirmNewPassword": STRONG,
    });
    for (path, body) in
        [("auth/change-password", change), ("auth/totp/verify", json!({"code": "123456"}))]
    {
        for _ in 0..5 {
            assert_ne!(auth.post_as_user(path, &body).await.status, 429, "{path}");
        }
        assert_eq!(auth.post_as_user(path, &body).await.status, 429, "{path}");
    }
}
