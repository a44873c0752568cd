//! What Cognito refuses, told without telling more than a stranger may know.
//!
//! Cognito's own words stay out of every text: they may repeat what was sent.

use attesta_model::{Error, Reason, Result};
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::RequestId;

use crate::Attribute;

/// What a password is that breaks the pool's policy.
pub(crate) const WEAK: &str = "does not meet the password policy";

/// What a code is that does not fit, for whatever reason.
pub(crate) const WRONG_CODE: &str = "is wrong or has expired";

/// How long somebody waits whom Cognito finds too eager.
const THROTTLED: Error = Error::Throttled { retry_after_seconds: 5 };

/// Who makes a call, which decides what they may know of its failure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Somebody proves who they are. This is all they are told when it fails.
    Proof(&'static str),
    /// A stranger gives the code that a user was sent.
    Code,
    /// A user who is in changes something of theirs.
    Own,
    /// Somebody looks after a user whom they name.
    Directory,
    /// Nobody gave anything that could be wrong: whatever fails is our fault.
    Ours,
}

/// Why a call came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A wrong password or token, a disabled user, a state that forbids it.
    Denied,
    /// No such user.
    NoUser,
    /// The user has to confirm or to reset something first.
    NotReady,
    /// A wrong or an expired code.
    Code,
    /// The user has no authenticator.
    NoFactor,
    /// A password that the pool's policy refuses.
    Policy,
    /// An e-mail address or a phone number that is another user's.
    Taken,
    /// There is such a user already.
    Exists,
    /// The user's state forbids it.
    State,
    /// A value that can't be right. It may be the caller's or ours.
    Form,
    /// Our own trigger refused it.
    Trigger,
    /// Too many tries with one user.
    Limit,
    /// Too many calls, whoever they are about.
    Busy,
    /// The pool or our rights are not what they should be, whatever the user.
    Setup,
    /// No answer, or none of Cognito's.
    Unanswered,
    /// Anything else.
    Fault,
}

impl Cause {
    fn of(code: Option<&str>) -> Self {
        match code {
            Some("NotAuthorizedException") => Self::Denied,
            Some("UserNotFoundException") => Self::NoUser,
            Some("UserNotConfirmedException" | "PasswordResetRequiredException") => Self::NotReady,
            Some(
                "CodeMismatchException"
                | "ExpiredCodeException"
                | "EnableSoftwareTokenMFAException",
            ) => Self::Code,
            Some("SoftwareTokenMFANotFoundException") => Self::NoFactor,
            Some("InvalidPasswordException" | "PasswordHistoryPolicyViolationException") => {
                Self::Policy
            }
            Some("AliasExistsException") => Self::Taken,
            Some("UsernameExistsException") => Self::Exists,
            Some("UnsupportedUserStateException") => Self::State,
            Some("InvalidParameterException") => Self::Form,
            Some("UserLambdaValidationException") => Self::Trigger,
            Some("LimitExceededException" | "TooManyFailedAttemptsException") => Self::Limit,
            Some("TooManyRequestsException" | "ConcurrentModificationException") => Self::Busy,
            Some(
                "ResourceNotFoundException"
                | "OperationNotEnabledException"
                | "ForbiddenException"
                | "AccessDeniedException",
            ) => Self::Setup,
            Some(_) => Self::Fault,
            None => Self::Unanswered,
        }
    }
}

/// A call that came to nothing.
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// For the log: the call, Cognito's word for what happened, and its number.
    text: String,
    /// Cognito's own words. They may repeat what was sent: only look into them.
    message: String,
}

impl Failure {
    pub(crate) fn new<E>(call: &str, error: &SdkError<E>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let number = error.request_id().unwrap_or("without a number");
        let text = match (error.code(), error.raw_response()) {
            (Some(code), _) => format!("{call}: {code} (request {number})"),
            (None, Some(answer)) => {
                format!("{call}: status {} (request {number})", answer.status().as_u16())
            }
            (None, None) => match Error::call(call, error) {
                Error::Internal(text) => text,
                other => other.to_string(),
            },
        };
        let message = error.message().unwrap_or_default().to_owned();
        Self { cause: Cause::of(error.code()), text, message }
    }

    /// What becomes of it for whoever made a call of this kind.
    pub(crate) fn told(self, kind: Kind) -> Error {
        if matches!(self.cause, Cause::Form | Cause::Trigger) {
            tracing::warn!(reason = self.text, "refused, unless it is a fault of ours");
        }
        match (kind, self.cause) {
            (_, Cause::Busy) => THROTTLED,
            (Kind::Ours, _) => Error::Internal(self.text),
            (
                Kind::Proof(refusal),
                Cause::Denied
                | Cause::NoUser
                | Cause::NotReady
                | Cause::Code
                | Cause::NoFactor
                | Cause::Form
                | Cause::Trigger,
            ) => Error::Unauthenticated(refusal),
            // Only who exists can reach a limit.
            (
                Kind::Code,
                Cause::Denied
                | Cause::NoUser
                | Cause::NotReady
                | Cause::Code
                | Cause::Form
                | Cause::Limit,
            ) => wrong("confirmationCode", WRONG_CODE),
            (Kind::Own, Cause::Denied | Cause::NoUser | Cause::NotReady) => {
                Error::Unauthenticated("The access token does not count any more.")
            }
            (Kind::Own, Cause::Code | Cause::Form) => wrong("code", WRONG_CODE),
            (Kind::Own, Cause::NoFactor) => {
                Error::WrongState("An authenticator has to be set up first.")
            }
            (Kind::Directory, Cause::NoUser | Cause::Form) => Error::not_found(),
            (Kind::Directory, Cause::Denied | Cause::State) => {
                Error::WrongState("The user is in no state for this.")
            }
            (_, Cause::Limit) => THROTTLED,
            (Kind::Proof(_) | Kind::Own, Cause::Policy) => wrong("newPassword", WEAK),
            (Kind::Code | Kind::Directory, Cause::Policy) => wrong("password", WEAK),
            (_, Cause::Taken) => taken(self.attribute()),
            _ => Error::Internal(self.text),
        }
    }

    /// Which one of two is another user's.
    pub(crate) fn attribute(&self) -> Attribute {
        if self.message.contains("phone") { Attribute::Phone } else { Attribute::Email }
    }

    /// Whether the user was refused for having confirmed already.
    pub(crate) fn is_confirmed_already(&self) -> bool {
        self.cause == Cause::Denied && self.message.contains("Current status is CONFIRMED")
    }
}

/// Turns the failure of a call into what its maker is told.
pub(crate) fn told<E>(kind: Kind, call: &'static str) -> impl FnOnce(SdkError<E>) -> Error
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    move |error| Failure::new(call, &error).told(kind)
}

/// The one outcome of a call that must not tell whether there is such a user,
/// or what state they are in. Only what is the same for everybody is an error:
/// a message that can't be delivered, say, proves that somebody was to get it.
pub(crate) fn uniform<T, E>(call: &'static str, outcome: Result<T, SdkError<E>>) -> Result<()>
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let Err(error) = outcome else { return Ok(()) };
    let failure = Failure::new(call, &error);
    match failure.cause {
        Cause::Setup | Cause::Unanswered => return Err(Error::Internal(failure.text)),
        Cause::Fault | Cause::Trigger => tracing::error!(error = failure.text, "nothing is sent"),
        _ => tracing::info!(reason = failure.text, "nothing is sent"),
    }
    Ok(())
}

/// An e-mail address or a phone number that is another user's.
pub(crate) fn taken(attribute: Attribute) -> Error {
    let (code, message) = match attribute {
        Attribute::Email => ("email_taken", "The e-mail address belongs to another user."),
        Attribute::Phone => ("phone_taken", "The phone number belongs to another user."),
    };
    Error::Conflict { code, message: message.to_owned() }
}

/// One field that a rule refuses.
pub(crate) fn wrong(field: &str, rule: &str) -> Error {
    Error::field(field, Reason::Rule(rule.to_owned()))
}
