//! A stranger learns from no public operation whether there is a user: neither
//! by its answer nor by what it does.

use serde_json::{Value, json};

use crate::world::{Auth, ONE, STRONG};

/// A public operation on a user, and what the user pool says of the calls that
/// it makes, to who is there and to who is not.
struct Operation {
    path: &'static str,
    body: fn(&str) -> Value,
    calls: &'static [(&'static str, Option<&'static str>, Option<&'static str>)],
    asks: &'static [&'static str],
}

const COUNTED: [&str; 3] = ["UpdateItem"; 3];
const LOOKED_UP: [&str; 5] =
    ["BatchGetItem", "BatchGetItem", "UpdateItem", "UpdateItem", "UpdateItem"];

const NOBODY: Option<&str> = Some("UserNotFoundException");

const OPERATIONS: [Operation; 7] = [
    Operation {
        path: "auth/login",
        body: |username| json!({"username": username, "password": "wrong", "newPassword": STRONG}),
        calls: &[("AdminInitiateAuth", Some("NotAuthorizedException"), NOBODY)],
        asks: &COUNTED,
    },
    Operation {
        path: "auth/challenge",
        body: |username| {
            json!({
                "challengeName": "SOFTWARE_TOKEN_MFA",
                "username": username,
                "session": "session",
                "code": "123456",
            })
        },
        calls: &[("AdminRespondToAuthChallenge", Some("CodeMismatchException"), NOBODY)],
        asks: &LOOKED_UP,
    },
    Operation {
        path: "auth/challenge",
        body: |username| {
            json!({
                "challengeName": "NEW_PASSWORD_REQUIRED",
                "username": username,
                "session": "session",
                "newPassword": STRONG,
            })
        },
        calls: &[("AdminRespondToAuthChallenge", Some("NotAuthorizedException"), NOBODY)],
        asks: &LOOKED_UP,
    },
    Operation {
        path: "auth/forgotten-password",
        body: |username| json!({"username": username}),
        calls: &[("ForgotPassword", None, NOBODY)],
        asks: &LOOKED_UP,
    },
    Operation {
        path: "auth/reset-password",
        body: |username| {
            json!({
                "username": username,
                "password": STRONG,
                "passwordConfirm": STRONG,
                "confirmationCode": "123456",
            })
        },
        calls: &[("ConfirmForgotPassword", Some("CodeMismatchException"), NOBODY)],
        asks: &LOOKED_UP,
    },
    Operation {
        path: "auth/confirm-signup",
        body: |username| json!({"username": username, "confirmationCode": "123456"}),
        calls: &[("ConfirmSignUp", Some("CodeMismatchException"), NOBODY)],
        asks: &LOOKED_UP,
    },
    Operation {
        path: "auth/resend",
        body: |username| json!({"username": username}),
        calls: &[
            ("ResendConfirmationCode", Some("InvalidParameterException"), NOBODY),
            ("AdminCreateUser", None, NOBODY),
        ],
        asks: &LOOKED_UP,
    },
];

#[tokio::test]
async fn known_and_unknown_users_get_the_same_answers_by_the_same_calls() {
    for Operation { path, body, calls, asks } in OPERATIONS {
        let auth = Auth::start().await;
        let _ = auth.asked();
        let mut seen = Vec::new();
        for (username, is_known) in [
            (ONE, true),
            (&auth.world.user.user_id.to_string(), true),
            ("nobody@example.com", false),
            ("ffffffff-ffff-4fff-bfff-ffffffffffff", false),
            ("+447700900123", false),
            ("#", false),
        ] {
            for (operation, known, unknown) in calls {
                match if is_known { known } else { unknown } {
                    Some(refusal) => auth.pool.refuse(operation, refusal),
                    None => auth.allow(&[operation]),
                }
            }
            let answer = auth.post(path, "", &body(username)).await;
            let names: Vec<_> = calls.iter().map(|(name, ..)| *name).collect();
            assert_eq!(
                (auth.asked(), auth.called()),
                (asks.to_vec(), names.iter().map(|name| (*name).to_owned()).collect(),),
                "{path} {username}"
            );
            seen.push((answer.status, answer.headers, answer.body));
        }
        assert!(seen.iter().all(|one| *one == seen[0]), "{path}: {seen:?}");
    }
}
