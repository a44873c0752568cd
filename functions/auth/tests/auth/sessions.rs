//! `POST /customers/auth/logout`.

use serde_json::{Value, json};

use crate::world::{Auth, done, error};

const PATH: &str = "auth/logout";

#[tokio::test]
async fn a_user_logs_out_everywhere_at_once() {
    let auth = Auth::start().await;
    auth.allow(&["AdminUserGlobalSignOut"]);
    let answer = auth.post_as_user(PATH, &Value::Null).await;
    assert_eq!(answer.parts(), (200, &done("You are signed out everywhere.")));
    let [(_, input)] = &auth.pool.take_calls()[..] else { panic!("one call") };
    assert_eq!(input["Username"], json!(auth.world.user.user_id));
    assert_eq!((auth.user().await.session, auth.told().await), (1, vec![]));
    let again = auth.post_as_user(PATH, &Value::Null).await;
    assert_eq!(again.parts(), (401, &error("unauthenticated", "Invalid token: signed out.")));
}

#[tokio::test]
async fn sessions_that_the_user_pool_can_not_end_do_not_end_here_alone() {
    let auth = Auth::start().await;
    auth.pool.refuse("AdminUserGlobalSignOut", "InternalErrorException");
    assert_eq!(auth.post_as_user(PATH, &Value::Null).await.status, 500);
    assert_eq!(auth.user().await.session, 0);
    auth.allow(&["AdminUserGlobalSignOut"]);
    assert_eq!(auth.post_as_user(PATH, &Value::Null).await.status, 200);
}
