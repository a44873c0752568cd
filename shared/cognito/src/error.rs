//! What Cognito refuses, told without telling more than a stranger may know.

use std::fmt::Debug;

use attesta_model::{Error, Reason};
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};

/// Whoever it was and whatever did not fit, the answer is the same.
const REFUSED: Error = Error::Unauthenticated("The user name or the password is wrong.");

/// A refusal of a sign-in.
pub(crate) fn refused<E, R>(call: &str, error: &SdkError<E, R>) -> Error
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: Debug,
{
    match error.code() {
        Some(
            "NotAuthorizedException"
            | "UserNotFoundException"
            | "UserNotConfirmedException"
            | "PasswordResetRequiredException"
            | "CodeMismatchException"
            | "ExpiredCodeException",
        ) => REFUSED,
        Some("InvalidPasswordException") => {
            let rule = "does not meet the password policy".to_owned();
            Error::field("newPassword", Reason::Rule(rule))
        }
        Some("TooManyRequestsException" | "LimitExceededException") => {
            Error::Throttled { retry_after_seconds: 5 }
        }
        _ => Error::call(call, error),
    }
}
