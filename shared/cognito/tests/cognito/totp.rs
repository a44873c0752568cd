//! The second factor.

use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::*;

const BEGIN: &str = "AssociateSoftwareToken";
const VERIFY: &str = "VerifySoftwareToken";
const PREFER: &str = "AdminSetUserMFAPreference";

const TOKEN_REFUSED: Error = Error::Unauthenticated("The access token does not count any more.");

#[tokio::test]
async fn an_authenticator_counts_once_it_gave_a_code() {
    let (cognito, pool) = ready().await;
    cognito.set(BEGIN, json!({"SecretCode": "ABCDEFGH"}));
    cognito.set(VERIFY, json!({"Status": "SUCCESS"}));
    cognito.set(PREFER, json!({}));
    let begun = pool.begin_totp(&secret("access")).await.expect("a secret");
    assert_eq!(begun.expose_secret(), "ABCDEFGH");
    let finished = pool.finish_totp(USER_ID, &secret("access"), &secret("123456")).await;
    assert_eq!(finished, Ok(()));
    let verify = json!({
        "AccessToken": "access",
        "UserCode": "123456",
        "FriendlyDeviceName": "authenticator",
    });
    let prefer = json!({
        "UserPoolId": "pool",
        "Username": USER_ID,
        "SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    let begin = called(BEGIN, json!({"AccessToken": "access"}));
    assert_eq!(cognito.take_calls(), [begin, called(VERIFY, verify), called(PREFER, prefer)]);
}

#[tokio::test]
async fn an_authenticator_that_is_lost_is_not_asked_for_any_more() {
    let (cognito, pool) = ready().await;
    cognito.set(PREFER, json!({}));
    assert_eq!(pool.forget_totp(USER_ID).await, Ok(()));
    let forget = json!({
        "UserPoolId": "pool",
        "Username": USER_ID,
        "SoftwareTokenMfaSettings": {"Enabled": false, "PreferredMfa": false},
    });
    assert_eq!(cognito.take_calls(), [called(PREFER, forget)]);
    let ask = async || pool.forget_totp(USER_ID).await;
    check(&cognito, PREFER, ask, &[(&Error::not_found(), &["UserNotFoundException"])]).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_beginning_is_told() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.begin_totp(&secret("access")).await;
    check(
        &cognito,
        BEGIN,
        ask,
        &[
            (&TOKEN_REFUSED, &["NotAuthorizedException"]),
            (&throttled(), &["ConcurrentModificationException"]),
        ],
    )
    .await;
    let reasons = [
        "ForbiddenException",
        "InternalErrorException",
        "InvalidParameterException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
        "SoftwareTokenMFANotFoundException",
    ];
    faults(&cognito, BEGIN, ask, &reasons).await;
    cognito.set(BEGIN, json!({}));
    assert!(matches!(ask().await, Err(Error::Internal(_))));
}

#[tokio::test]
async fn what_is_wrong_with_a_code_is_told_and_nothing_counts() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.finish_totp(USER_ID, &secret("access"), &secret("123456")).await;
    let wrong = field("code", "is wrong or has expired");
    check(
        &cognito,
        VERIFY,
        ask,
        &[
            (
                &wrong,
                &[
                    "CodeMismatchException",
                    "EnableSoftwareTokenMFAException",
                    "InvalidParameterException",
                ],
            ),
            (
                &TOKEN_REFUSED,
                &[
                    "NotAuthorizedException",
                    "PasswordResetRequiredException",
                    "UserNotConfirmedException",
                    "UserNotFoundException",
                ],
            ),
            (
                &Error::WrongState("An authenticator has to be set up first."),
                &["SoftwareTokenMFANotFoundException"],
            ),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
    let reasons = [
        "ForbiddenException",
        "InternalErrorException",
        "InvalidUserPoolConfigurationException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
    ];
    faults(&cognito, VERIFY, ask, &reasons).await;
    for answer in [json!({"Status": "ERROR"}), json!({})] {
        cognito.set(VERIFY, answer);
        assert_eq!(ask().await, Err(wrong.clone()));
    }
    assert!(!names(&cognito).contains(&PREFER.to_owned()));
}

#[tokio::test]
async fn a_preference_that_is_not_taken_is_not_passed_over() {
    let (cognito, pool) = ready().await;
    cognito.set(VERIFY, json!({"Status": "SUCCESS"}));
    let ask = async || pool.finish_totp(USER_ID, &secret("access"), &secret("123456")).await;
    check(&cognito, PREFER, ask, &[(&Error::not_found(), &["UserNotFoundException"])]).await;
    let reasons = [
        "InternalErrorException",
        "PasswordResetRequiredException",
        "ResourceNotFoundException",
        "UserNotConfirmedException",
    ];
    faults(&cognito, PREFER, ask, &reasons).await;
}
