//! `POST /customers/users/verify-attribute`.

use attesta_identity::UserCaller;
use attesta_model::{Status, User};
use attesta_testing::{Answer, World};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Users;

const PATH: &str = "verify-attribute";

/// What the pool says of a user.
fn pool_user(attributes: &[(&str, &str)]) -> Value {
    let all = [("sub", "somebody")].iter().chain(attributes);
    let all: Vec<_> = all.map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Username": "somebody", "Enabled": true, "UserStatus": "CONFIRMED", "UserAttributes": all})
}

impl Users {
    async fn verify(&self, code: &Value) -> Answer {
        let token = self.world.user_token(&self.world.user);
        self.post(PATH, &token, &json!({"code": code})).await
    }

    async fn user(&self) -> User {
        let found = self.world.store.user(self.world.user.user_id).await;
        found.expect("read").expect("there")
    }

    async fn by_name(&self, name: &str) -> bool {
        self.world.store.user_by_name(name).await.expect("read").is_some()
    }
}

async fn verifying(attributes: &[(&str, &str)]) -> Users {
    let users = Users::start().await;
    users.pool.set("VerifyUserAttribute", json!({}));
    users.pool.set("AdminGetUser", pool_user(attributes));
    users
}

const NEW_EMAIL: [(&str, &str); 2] = [("email", "new@example.com"), ("email_verified", "true")];
const NEW_PHONE: [(&str, &str); 2] =
    [("phone_number", "+447400123456"), ("phone_number_verified", "true")];

#[tokio::test]
async fn a_user_who_has_the_code_is_known_by_their_new_address() {
    let users = verifying(&NEW_EMAIL).await;
    let token = users.world.user_token(&users.world.user);
    let answer = users.post(PATH, &token, &json!({"code": "123456"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
    assert_eq!(users.user().await.email.as_deref(), Some("new@example.com"));
    assert!(users.by_name("new@example.com").await);
    assert!(!users.by_name("one@example.com").await, "the one before is anybody's again");
    let calls = users.pool.take_calls();
    assert_eq!(calls[0].0, "VerifyUserAttribute");
    assert_eq!(calls[0].1["AttributeName"], "email");
    assert_eq!(calls[0].1["AccessToken"], token);
}

#[tokio::test]
async fn a_code_that_is_for_the_phone_is_tried_there() {
    let users = verifying(&NEW_PHONE).await;
    users.pool.refuse("VerifyUserAttribute", "CodeMismatchException");
    // The pool took the code for the phone, as its answer shows.
    assert_eq!(users.verify(&json!("123456")).await.status, 200);
    let tried: Vec<_> = users.pool.take_calls().into_iter().map(|(_, call)| call).collect();
    assert_eq!(
        (&tried[0]["AttributeName"], &tried[1]["AttributeName"]),
        (&json!("email"), &json!("phone_number"),)
    );
    assert_eq!(users.user().await.phone.as_deref(), Some("+447400123456"));
    assert!(users.by_name("+447400123456").await && users.by_name("one@example.com").await);
}

#[tokio::test]
async fn a_wrong_code_changes_nothing() {
    for error in ["CodeMismatchException", "ExpiredCodeException"] {
        let users = verifying(&[("email", "one@example.com"), ("email_verified", "true")]).await;
        users.pool.refuse("VerifyUserAttribute", error);
        let answer = users.verify(&json!("123456")).await;
        let expected = json!([{"field": "code", "message": "is wrong or has expired"}]);
        assert_eq!((answer.status.as_u16(), &answer.body["validation"]), (400, &expected));
        assert_eq!(users.user().await.email.as_deref(), Some("one@example.com"));
    }
}

#[tokio::test]
async fn an_address_that_is_not_verified_does_not_count() {
    let users = verifying(&[("email", "new@example.com"), ("phone_number", "+447400123456")]).await;
    assert_eq!(users.verify(&json!("123456")).await.status, 200);
    let user = users.user().await;
    assert_eq!((user.email.as_deref(), user.phone), (Some("one@example.com"), None));
}

#[tokio::test]
async fn a_call_that_got_lost_half_way_can_be_made_again() {
    let users = verifying(&NEW_EMAIL).await;
    users.pool.refuse("AdminGetUser", "InternalErrorException");
    assert_eq!(users.verify(&json!("123456")).await.status, 500);
    // By now the pool takes the code for used up.
    users.pool.refuse("VerifyUserAttribute", "ExpiredCodeException");
    users.pool.set("AdminGetUser", pool_user(&NEW_EMAIL));
    assert_eq!(users.verify(&json!("123456")).await.status, 200);
    assert_eq!(users.user().await.email.as_deref(), Some("new@example.com"));
    assert_eq!(users.verify(&json!("123456")).await.status, 400, "there is no more to do");
}

#[tokio::test]
async fn an_address_that_is_another_users_stays_theirs() {
    let users = verifying(&[("email", "two@example.com"), ("email_verified", "true")]).await;
    let answer = users.verify(&json!("123456")).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("email_taken")));
    assert_eq!(users.user().await.email.as_deref(), Some("one@example.com"));
}

#[tokio::test]
async fn a_code_has_six_digits() {
    let users = verifying(&NEW_EMAIL).await;
    for code in
        [json!("12345"), json!("1234567"), json!("12345x"), json!("１２３４５６"), json!(123_456)]
    {
        let answer = users.verify(&code).await;
        let told = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), told), (400, &json!("code")), "{code}");
    }
    assert_eq!(users.pool.take_calls(), []);
}

#[tokio::test]
async fn a_guesser_has_five_tries_and_then_waits() {
    let users = verifying(&[]).await;
    users.pool.refuse("VerifyUserAttribute", "CodeMismatchException");
    for _ in 0..5 {
        assert_eq!(users.verify(&json!("123456")).await.status, 400);
    }
    let _ = users.pool.take_calls();
    let answer = users.verify(&json!("123456")).await;
    assert_eq!(answer.status, 429);
    let seconds: u32 = answer.header("retry-after").expect("a time").parse().expect("a number");
    assert!((1..=900).contains(&seconds), "{seconds}");
    assert_eq!(users.pool.take_calls(), [], "Cognito is not asked");
    users.world.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(users.verify(&json!("123456")).await.status, 400);
}

#[tokio::test]
async fn of_a_user_at_whom_many_places_try_each_gets_two_tries() {
    let users = verifying(&[]).await;
    users.pool.refuse("VerifyUserAttribute", "CodeMismatchException");
    let token = users.world.user_token(&users.world.user);
    let body = json!({"code": "123456"});
    for n in 0..100 {
        let answer = users.post_from(&format!("192.0.2.{n}"), PATH, &token, &body).await;
        assert_eq!(answer.status, 400, "{n}");
    }
    for status in [400, 400, 429] {
        let answer = users.post_from("198.51.100.7", PATH, &token, &body).await;
        assert_eq!(answer.status, status);
    }
    let other = users.world.user_token(&users.world.other_user);
    assert_eq!(users.post_from("198.51.100.7", PATH, &other, &body).await.status, 400);
}

#[tokio::test]
async fn the_access_token_alone_will_do() {
    let users = verifying(&NEW_EMAIL).await;
    let World { user, organisation, .. } = &users.world;
    let body = json!({"code": "123456"});
    let answer = users.post(PATH, &users.world.id_token(user), &body).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["code"]),
        (401, &json!("access_token_required"))
    );
    let (token, _) = users.world.api_token(&["owner"]).await;
    let program = UserCaller { api_token: Some(token.id), ..user.clone() };
    assert_eq!(users.post(PATH, &users.world.user_token(&program), &body).await.status, 403);
    users.world.set_user_status(user, *organisation, Status::Inactive).await;
    assert_eq!(users.verify(&json!("123456")).await.status, 403);
    assert_eq!(users.pool.take_calls(), [], "Cognito is not asked");
}
