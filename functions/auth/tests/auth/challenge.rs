//! `POST /customers/auth/challenge`.

use serde_json::{Value, json};

use crate::world::{Auth, ONE, STRONG, error, invalid};

const PATH: &str = "auth/challenge";

fn new_password() -> Value {
    json!({
        "challengeName": "NEW_PASSWORD_REQUIRED",
        "username": ONE,
        "session": "session",
        "newPassword": STRONG,
    })
}

fn code() -> Value {
    json!({
        "challengeName": "SOFTWARE_TOKEN_MFA",
        "username": ONE,
        "session": "session",
        "code": "123456",
        "newPassword": null,
    })
}

#[tokio::test]
async fn a_user_answers_what_they_are_asked_and_is_in() {
    let auth = Auth::start().await;
    auth.pool.set("AdminRespondToAuthChallenge", auth.tokens());
    let id = auth.world.user.user_id.to_string();
    for (body, name, given) in
        [(new_password(), "NEW_PASSWORD", STRONG), (code(), "SOFTWARE_TOKEN_MFA_CODE", "123456")]
    {
        let answer = auth.post(PATH, "", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["tokens"]["access"], auth.token);
        assert_eq!(answer.body["tokens"]["refresh"], format!("{id}.refresh"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let [(_, input)] = &auth.pool.take_calls()[..] else { panic!("one call") };
        assert_eq!(input["ChallengeName"], body["challengeName"]);
        assert_eq!(input["Session"], "session");
        assert_eq!(input["ChallengeResponses"]["USERNAME"], id);
        assert_eq!(input["ChallengeResponses"][name], given);
    }
}

#[tokio::test]
async fn staff_with_a_new_password_are_asked_for_their_code_next() {
    let auth = Auth::start().await;
    let next = json!({
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": "next",
        "ChallengeParameters": {"USER_ID_FOR_SRP": auth.world.staff.user_id},
    });
    auth.pool.set("AdminRespondToAuthChallenge", next);
    let answer = auth.post(PATH, "", &new_password()).await;
    let expected = json!({
        "tokens": null,
        "challenge": {
            "challengeName": "SOFTWARE_TOKEN_MFA",
            "session": "next",
            "challengeParameters": {
                "missingAttributes": [],
                "authPlatformId": auth.world.staff.user_id,
            },
        },
    });
    assert_eq!(answer.parts(), (200, &expected));
}

#[tokio::test]
async fn whatever_does_not_fit_gets_the_one_answer() {
    let auth = Auth::start().await;
    for reason in ["CodeMismatchException", "NotAuthorizedException", "UserNotFoundException"] {
        auth.pool.refuse("AdminRespondToAuthChallenge", reason);
        let answer = auth.post(PATH, "", &code()).await;
        let expected = error("unauthenticated", "The user name or the password is wrong.");
        assert_eq!(answer.parts(), (401, &expected), "{reason}");
    }
}

#[tokio::test]
async fn a_new_password_that_is_too_weak_is_told_by_field() {
    let auth = Auth::start().await;
    auth.pool.refuse("AdminRespondToAuthChallenge", "InvalidPasswordException");
    let answer = auth.post(PATH, "", &new_password()).await;
    let expected = invalid(&[("newPassword", "does not meet the password policy")]);
    assert_eq!(answer.parts(), (400, &expected));
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_and_no_secret_repeated() {
    let auth = Auth::start().await;
    let with = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    for (body, problems) in [
        (
            json!({}),
            vec![
                ("challengeName", "is required"),
                ("username", "is required"),
                ("session", "is required"),
            ],
        ),
        (
            with(code(), "challengeName", json!("SMS_MFA")),
            vec![("challengeName", "has no such value as \"SMS_MFA\"")],
        ),
        (with(code(), "code", json!("zebra1")), vec![("code", "must be six digits")]),
        (with(code(), "code", json!("1234567")), vec![("code", "must be six digits")]),
        (with(code(), "code", json!(123_456)), vec![("code", "must be a text")]),
        (with(code(), "code", Value::Null), vec![("code", "must not be null")]),
        (
            with(new_password(), "newPassword", Value::Null),
            vec![("newPassword", "must not be null")],
        ),
        (
            with(new_password(), "session", json!("zebra".repeat(2000))),
            vec![("session", "must not be longer than 8192")],
        ),
        (with(code(), "answer", json!("zebra")), vec![("answer", "is not known here")]),
    ] {
        let answer = auth.post(PATH, "", &body).await;
        assert_eq!(answer.parts(), (400, &invalid(&problems)));
        assert!(!answer.body.to_string().contains("zebra"));
    }
    assert_eq!(auth.called(), [""; 0]);
}
