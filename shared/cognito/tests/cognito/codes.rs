//! Codes and invitations.

use attesta_cognito::Attribute;
use serde_json::json;

use crate::support::*;

const CONFIRM: &str = "ConfirmSignUp";
const RESEND: &str = "ResendConfirmationCode";
const INVITE: &str = "AdminCreateUser";
const VERIFY: &str = "VerifyUserAttribute";

#[tokio::test]
async fn a_user_is_confirmed_by_the_code() {
    let (cognito, pool) = ready().await;
    cognito.set(CONFIRM, json!({}));
    assert_eq!(pool.confirm_sign_up(USER_ID, &secret("123456")).await, Ok(()));
    let input = json!({
        "ClientId": "client",
        "ConfirmationCode": "123456",
        "SecretHash": HASH_OF_USER_ID,
        "Username": USER_ID,
    });
    assert_eq!(cognito.take_calls(), [called(CONFIRM, input)]);
}

#[tokio::test]
async fn whoever_is_confirmed_already_is_told_so_and_no_more() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.confirm_sign_up(USER_ID, &secret("123456")).await;
    for (state, is_confirmed) in
        [("CONFIRMED", true), ("UNCONFIRMED", false), ("FORCE_CHANGE_PASSWORD", false)]
    {
        let words = format!("User cannot be confirmed. Current status is {state}");
        cognito.refuse_saying(CONFIRM, "NotAuthorizedException", &words);
        if is_confirmed {
            assert_eq!(conflict(ask().await), "already_confirmed");
        } else {
            let wrong = field("confirmationCode", "is wrong or has expired");
            assert_eq!(ask().await, Err(wrong), "{state}");
        }
    }
}

#[tokio::test]
async fn a_confirmation_that_does_not_fit_says_nothing_of_the_user() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.confirm_sign_up(USER_ID, &secret("123456")).await;
    check(
        &cognito,
        CONFIRM,
        ask,
        &[
            (
                &field("confirmationCode", "is wrong or has expired"),
                &[
                    "CodeMismatchException",
                    "ExpiredCodeException",
                    "InvalidParameterException",
                    "LimitExceededException",
                    "NotAuthorizedException",
                    "TooManyFailedAttemptsException",
                    "UserNotFoundException",
                ],
            ),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
    for (words, code) in [
        ("An account with the given email already exists.", "email_taken"),
        ("An account with the given phone_number already exists.", "phone_taken"),
    ] {
        cognito.refuse_saying(CONFIRM, "AliasExistsException", words);
        assert_eq!(conflict(ask().await), code);
    }
    let reasons = [
        "ForbiddenException",
        "InternalErrorException",
        "InvalidLambdaResponseException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
        "UnexpectedLambdaException",
        "UserLambdaValidationException",
    ];
    faults(&cognito, CONFIRM, ask, &reasons).await;
}

#[tokio::test]
async fn a_code_or_an_invitation_is_sent_again() {
    let (cognito, pool) = ready().await;
    cognito.set(RESEND, json!({"CodeDeliveryDetails": {"Destination": "a***@e***"}}));
    cognito.set(INVITE, json!({"User": {"Username": USER_ID}}));
    assert_eq!(pool.resend_code("somebody").await, Ok(()));
    assert_eq!(pool.resend_invitation(USER_ID).await, Ok(()));
    let code =
        json!({"ClientId": "client", "SecretHash": HASH_OF_SOMEBODY, "Username": "somebody"});
    let invitation = json!({
        "UserPoolId": "pool",
        "Username": USER_ID,
        "MessageAction": "RESEND",
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    assert_eq!(cognito.take_calls(), [called(RESEND, code), called(INVITE, invitation)]);
}

#[tokio::test]
async fn who_waits_for_a_code_does_not_show() {
    let (cognito, pool) = ready().await;
    uniform(
        &cognito,
        RESEND,
        async || pool.resend_code(USER_ID).await,
        &[
            "CodeDeliveryFailureException",
            "InternalErrorException",
            "InvalidEmailRoleAccessPolicyException",
            "InvalidLambdaResponseException",
            "InvalidParameterException",
            "InvalidSmsRoleAccessPolicyException",
            "InvalidSmsRoleTrustRelationshipException",
            "LimitExceededException",
            "NotAuthorizedException",
            "TooManyRequestsException",
            "UnexpectedLambdaException",
            "UserLambdaValidationException",
            "UserNotFoundException",
        ],
    )
    .await;
}

#[tokio::test]
async fn who_waits_for_an_invitation_does_not_show() {
    let (cognito, pool) = ready().await;
    uniform(
        &cognito,
        INVITE,
        async || pool.resend_invitation(USER_ID).await,
        &[
            "CodeDeliveryFailureException",
            "InternalErrorException",
            "InvalidLambdaResponseException",
            "InvalidParameterException",
            "InvalidPasswordException",
            "InvalidSmsRoleAccessPolicyException",
            "InvalidSmsRoleTrustRelationshipException",
            "NotAuthorizedException",
            "PreconditionNotMetException",
            "TooManyRequestsException",
            "UnexpectedLambdaException",
            "UnsupportedUserStateException",
            "UserLambdaValidationException",
            "UserNotFoundException",
            "UsernameExistsException",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_address_is_verified_by_the_code_that_went_there() {
    let (cognito, pool) = ready().await;
    cognito.set(VERIFY, json!({}));
    for (attribute, name) in [(Attribute::Email, "email"), (Attribute::Phone, "phone_number")] {
        let (access, code) = (secret("access"), secret("123456"));
        assert_eq!(pool.verify_attribute(&access, attribute, &code).await, Ok(()));
        let input = json!({"AccessToken": "access", "AttributeName": name, "Code": "123456"});
        assert_eq!(cognito.take_calls(), [called(VERIFY, input)]);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_verification_is_told() {
    let (cognito, pool) = ready().await;
    let verify = async |attribute| {
        pool.verify_attribute(&secret("access"), attribute, &secret("123456")).await
    };
    let ask = async || verify(Attribute::Email).await;
    check(
        &cognito,
        VERIFY,
        ask,
        &[
            (
                &field("code", "is wrong or has expired"),
                &["CodeMismatchException", "ExpiredCodeException", "InvalidParameterException"],
            ),
            (
                &Error::Unauthenticated("The access token does not count any more."),
                &[
                    "NotAuthorizedException",
                    "PasswordResetRequiredException",
                    "UserNotConfirmedException",
                    "UserNotFoundException",
                ],
            ),
            (&throttled(), &["LimitExceededException", "TooManyRequestsException"]),
        ],
    )
    .await;
    cognito.refuse(VERIFY, "AliasExistsException");
    assert_eq!(conflict(verify(Attribute::Email).await), "email_taken");
    assert_eq!(conflict(verify(Attribute::Phone).await), "phone_taken");
    let reasons = [
        "ForbiddenException",
        "InternalErrorException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
    ];
    faults(&cognito, VERIFY, ask, &reasons).await;
}
