//! What all tests of the adapter need.

use std::fmt::Debug;

use attesta_cognito::UserPool;
pub(crate) use attesta_model::{Error, Reason};
pub(crate) use attesta_testing::Cognito;
use secrecy::SecretString;
use serde_json::{Value, json};

pub(crate) const USER_ID: &str = "0197f0a0-0000-7000-8000-00000000000a";

/// HMAC-SHA256, base 64, of `somebody` or of [`USER_ID`], and `client`, under
/// the stand-in's client secret; computed with OpenSSL.
pub(crate) const HASH_OF_SOMEBODY: &str = "8uuqj8gfuTuhkd1Y39QCOhvw5s0WqsfSIHy0qBcqaJI=";
pub(crate) const HASH_OF_USER_ID: &str = "2QCQvamf3iulTw/7gJBGrowYaNdPgJxmtsvBrDWt7Sk=";

/// A password that the pools' policy takes.
pub(crate) const STRONG: &str = "Correct7horse";

pub(crate) async fn start() -> (Cognito, UserPool) {
    let cognito = Cognito::start().await;
    let pool = UserPool::new(&cognito.config(), "pool".to_owned(), "client".to_owned());
    (cognito, pool)
}

/// A pool that has its secret, and whose calls so far are forgotten.
pub(crate) async fn ready() -> (Cognito, UserPool) {
    let (cognito, pool) = start().await;
    pool.ready().await.expect("the secret");
    drop(cognito.take_calls());
    (cognito, pool)
}

pub(crate) fn secret(text: &str) -> SecretString {
    text.into()
}

pub(crate) fn tokens() -> Value {
    json!({"AuthenticationResult": {"AccessToken": "a", "IdToken": "i", "ExpiresIn": 3600}})
}

pub(crate) fn challenge(name: &str) -> Value {
    json!({
        "ChallengeName": name,
        "Session": "session",
        "ChallengeParameters": {"USER_ID_FOR_SRP": USER_ID},
    })
}

pub(crate) fn called(name: &str, input: Value) -> (String, Value) {
    (name.to_owned(), input)
}

/// The names of the calls so far.
pub(crate) fn names(cognito: &Cognito) -> Vec<String> {
    cognito.take_calls().into_iter().map(|(name, _)| name).collect()
}

pub(crate) fn throttled() -> Error {
    Error::Throttled { retry_after_seconds: 5 }
}

pub(crate) fn field(name: &str, rule: &str) -> Error {
    Error::field(name, Reason::Rule(rule.to_owned()))
}

pub(crate) fn weak(name: &str) -> Error {
    field(name, "does not meet the password policy")
}

/// The code of a conflict.
pub(crate) fn conflict<T: Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Conflict { code, .. }) => code,
        outcome => panic!("no conflict: {outcome:?}"),
    }
}

/// What becomes of each of an operation's errors.
pub(crate) async fn check<T: Debug>(
    cognito: &Cognito,
    operation: &str,
    ask: impl AsyncFn() -> Result<T, Error>,
    table: &[(&Error, &[&str])],
) {
    for (error, reasons) in table {
        for reason in *reasons {
            cognito.refuse(operation, reason);
            assert_eq!(&ask().await.expect_err("refused"), *error, "{reason}");
        }
    }
}

/// These errors of an operation are our own fault, and so is an answer that
/// is none; what was sent is not in their text.
pub(crate) async fn faults<T: Debug>(
    cognito: &Cognito,
    operation: &str,
    ask: impl AsyncFn() -> Result<T, Error>,
    reasons: &[&str],
) {
    for reason in reasons {
        let words = format!("Value '{STRONG} {USER_ID} 123456' at 'it' failed");
        cognito.refuse_saying(operation, reason, &words);
        let error = ask().await.expect_err("a fault");
        let Error::Internal(text) = error else { panic!("{reason} is no fault: {error:?}") };
        assert_eq!(text, format!("{operation}: {reason} (request without a number)"));
    }
    cognito.forget(operation);
    let error = ask().await.expect_err("a fault");
    let text = format!("{operation}: status 501 (request without a number)");
    assert_eq!(error, Error::Internal(text));
}

/// Whatever the user's state, and whatever goes wrong on the way to them,
/// there is one call and one answer. What would have met everybody is a fault.
pub(crate) async fn uniform(
    cognito: &Cognito,
    operation: &str,
    ask: impl AsyncFn() -> Result<(), Error>,
    reasons: &[&str],
) {
    for reason in reasons {
        cognito.refuse(operation, reason);
        assert_eq!(ask().await, Ok(()), "{reason}");
        assert_eq!(names(cognito), [operation], "{reason}");
    }
    let setup = [
        "AccessDeniedException",
        "ForbiddenException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
    ];
    faults(cognito, operation, &ask, &setup).await;
    drop(cognito.take_calls());
}
