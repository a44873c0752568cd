//! How often somebody may try to sign in.

use attesta_testing::{json, with_header};
use jiff::SignedDuration;
use serde_json::json;

use crate::world::{Auth, PATH, from};

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
        let expected = json!({
            "message": "Too many tries; wait a little.",
            "status": "error",
            "code": "throttled",
        });
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
        let answer = attesta_testing::call(&auth.router, from(HERE, request)).await;
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
