//! Passwords: changed, forgotten, reset and set.

use attesta_cognito::Reset;
use serde_json::json;

use crate::support::*;

const CHANGE: &str = "ChangePassword";
const FORGOT: &str = "ForgotPassword";
const CONFIRM: &str = "ConfirmForgotPassword";
const RESET: &str = "AdminResetUserPassword";
const SET: &str = "AdminSetUserPassword";

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_the_old_one() {
    let (cognito, pool) = ready().await;
    cognito.set(CHANGE, json!({}));
    let changed = pool.change_password(&secret("access"), &secret("old"), &secret(STRONG)).await;
    assert_eq!(changed, Ok(()));
    let input = json!({
        "AccessToken": "access",
        "PreviousPassword": "old",
        "ProposedPassword": STRONG,
    });
    assert_eq!(cognito.take_calls(), [called(CHANGE, input)]);
}

#[tokio::test]
async fn what_is_wrong_with_a_change_is_told() {
    let (cognito, pool) = ready().await;
    let ask =
        async || pool.change_password(&secret("access"), &secret("old"), &secret(STRONG)).await;
    check(
        &cognito,
        CHANGE,
        ask,
        &[
            (
                &Error::Unauthenticated("The password is wrong."),
                &[
                    "InvalidParameterException",
                    "NotAuthorizedException",
                    "PasswordResetRequiredException",
                    "UserNotConfirmedException",
                    "UserNotFoundException",
                ],
            ),
            (
                &weak("newPassword"),
                &["InvalidPasswordException", "PasswordHistoryPolicyViolationException"],
            ),
            (&throttled(), &["LimitExceededException", "TooManyRequestsException"]),
        ],
    )
    .await;
    let reasons = [
        "ForbiddenException",
        "InternalErrorException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
    ];
    faults(&cognito, CHANGE, ask, &reasons).await;
}

#[tokio::test]
async fn a_weak_password_is_refused_before_anybody_is_asked() {
    let (cognito, pool) = ready().await;
    let (weakling, any) = (secret("weak"), secret("any"));
    assert_eq!(pool.change_password(&any, &any, &weakling).await, Err(weak("newPassword")));
    assert_eq!(pool.reset_password(USER_ID, &any, &weakling).await, Err(weak("password")));
    assert_eq!(pool.admin_set_password(USER_ID, &weakling).await, Err(weak("password")));
    assert_eq!(names(&cognito), [""; 0]);
}

#[tokio::test]
async fn a_code_is_sent_to_whoever_forgot_a_password() {
    let (cognito, pool) = ready().await;
    cognito.set(
        FORGOT,
        json!({
            "CodeDeliveryDetails": {
                "AttributeName": "email",
                "DeliveryMedium": "EMAIL",
                "Destination": "a***@e***",
            },
        }),
    );
    assert_eq!(pool.forgot_password("somebody").await, Ok(()));
    let input =
        json!({"ClientId": "client", "SecretHash": HASH_OF_SOMEBODY, "Username": "somebody"});
    assert_eq!(cognito.take_calls(), [called(FORGOT, input)]);
}

#[tokio::test]
async fn who_forgot_a_password_does_not_show() {
    let (cognito, pool) = ready().await;
    uniform(
        &cognito,
        FORGOT,
        async || pool.forgot_password(USER_ID).await,
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
async fn a_forgotten_password_is_replaced_by_the_code() {
    let (cognito, pool) = ready().await;
    cognito.set(CONFIRM, json!({}));
    let reset = pool.reset_password(USER_ID, &secret("123456"), &secret(STRONG)).await;
    assert_eq!(reset, Ok(()));
    let input = json!({
        "ClientId": "client",
        "ConfirmationCode": "123456",
        "Password": STRONG,
        "SecretHash": HASH_OF_USER_ID,
        "Username": USER_ID,
    });
    assert_eq!(cognito.take_calls(), [called(CONFIRM, input)]);
}

#[tokio::test]
async fn a_code_that_does_not_fit_says_nothing_of_the_user() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.reset_password(USER_ID, &secret("123456"), &secret(STRONG)).await;
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
                    "UserNotConfirmedException",
                    "UserNotFoundException",
                ],
            ),
            (
                &weak("password"),
                &["InvalidPasswordException", "PasswordHistoryPolicyViolationException"],
            ),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
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
    drop(cognito.take_calls());
    cognito.refuse(CONFIRM, "LimitExceededException");
    ask().await.expect_err("refused");
    assert_eq!(names(&cognito), [CONFIRM]);
}

#[tokio::test]
async fn staff_have_a_code_sent() {
    let (cognito, pool) = ready().await;
    cognito.set(RESET, json!({}));
    assert_eq!(pool.admin_reset_password("somebody").await, Ok(Reset::CodeSent));
    let input = json!({"UserPoolId": "pool", "Username": "somebody"});
    assert_eq!(cognito.take_calls(), [called(RESET, input)]);
}

#[tokio::test]
async fn whoever_never_signed_in_gets_the_invitation_again() {
    let (cognito, pool) = ready().await;
    let words = "User password cannot be reset in the current state.";
    cognito.refuse_saying(RESET, "NotAuthorizedException", words);
    cognito.set(
        "AdminGetUser",
        json!({
            "Username": USER_ID,
            "UserAttributes": [{"Name": "sub", "Value": "sub"}],
            "UserStatus": "FORCE_CHANGE_PASSWORD",
            "Enabled": true,
        }),
    );
    cognito.set("AdminCreateUser", json!({"User": {"Username": USER_ID}}));
    assert_eq!(pool.admin_reset_password("somebody").await, Ok(Reset::Invited));
    let by_name = json!({"UserPoolId": "pool", "Username": "somebody"});
    let again = json!({
        "UserPoolId": "pool",
        "Username": USER_ID,
        "MessageAction": "RESEND",
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    let calls = cognito.take_calls();
    let expected = [
        called(RESET, by_name.clone()),
        called("AdminGetUser", by_name),
        called("AdminCreateUser", again),
    ];
    assert_eq!(calls, expected);
    let ask = async || pool.admin_reset_password("somebody").await;
    let state = Error::WrongState("The user is in no state for this.");
    let reasons = ["UnsupportedUserStateException", "NotAuthorizedException"];
    check(&cognito, "AdminCreateUser", ask, &[(&state, &reasons)]).await;
    faults(&cognito, "AdminCreateUser", ask, &["CodeDeliveryFailureException"]).await;
}

#[tokio::test]
async fn staff_are_told_why_nothing_was_reset() {
    let (cognito, pool) = ready().await;
    let ask = async || pool.admin_reset_password("somebody").await;
    check(
        &cognito,
        RESET,
        ask,
        &[
            (&Error::not_found(), &["UserNotFoundException"]),
            (
                &Error::WrongState("The user has no address to send a code to."),
                &["InvalidParameterException"],
            ),
            (&throttled(), &["LimitExceededException", "TooManyRequestsException"]),
        ],
    )
    .await;
    let reasons = [
        "InternalErrorException",
        "InvalidEmailRoleAccessPolicyException",
        "InvalidLambdaResponseException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",
        "UnexpectedLambdaException",
        "UserLambdaValidationException",
    ];
    faults(&cognito, RESET, ask, &reasons).await;
    cognito.refuse(RESET, "NotAuthorizedException");
    cognito.refuse("AdminGetUser", "UserNotFoundException");
    assert_eq!(ask().await, Err(Error::not_found()));
}

#[tokio::test]
async fn staff_set_a_password_for_good() {
    let (cognito, pool) = ready().await;
    cognito.set(SET, json!({}));
    let ask = async || pool.admin_set_password("somebody", &secret(STRONG)).await;
    assert_eq!(ask().await, Ok(()));
    let input = json!({
        "UserPoolId": "pool",
        "Username": "somebody",
        "Password": STRONG,
        "Permanent": true,
    });
    assert_eq!(cognito.take_calls(), [called(SET, input)]);
    check(
        &cognito,
        SET,
        ask,
        &[
            (&Error::not_found(), &["UserNotFoundException", "InvalidParameterException"]),
            (
                &weak("password"),
                &["InvalidPasswordException", "PasswordHistoryPolicyViolationException"],
            ),
            (&Error::WrongState("The user is in no state for this."), &["NotAuthorizedException"]),
            (&throttled(), &["TooManyRequestsException"]),
        ],
    )
    .await;
    let reasons =
        ["InternalErrorException", "OperationNotEnabledException", "ResourceNotFoundException"];
    faults(&cognito, SET, ask, &reasons).await;
}
