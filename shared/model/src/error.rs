//! What can go wrong, without a word about how it travels.
//!
//! A variant says what the caller may know; [`Error::Internal`] carries what
//! only the log may know. Each surface renders the variants in its own dialect.

use std::fmt;

/// A result whose error a surface can render.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as the caller is concerned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The body or the query breaks the contract, field by field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Problem>),
    /// The input is well formed but a rule of the domain refuses it.
    #[error("refused: {0}")]
    Refused(String),
    /// The body is not what its media type says.
    #[error("malformed body: {0}")]
    Malformed(String),
    /// Nobody is signed in, or not with credentials that count.
    #[error("unauthenticated: {0}")]
    Unauthenticated(&'static str),
    /// The caller showed an ID token where the user pool itself has to be shown
    /// the access token.
    #[error("access token required")]
    AccessTokenRequired,
    /// The caller is staff, but signed in without a second factor.
    #[error("second factor required")]
    SecondFactorRequired,
    /// The caller may see the thing but not do this to it.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// There is no such thing, or none that the caller may know of.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// The operation does not exist on this path.
    #[error("method not allowed: {0}")]
    MethodNotAllowed(String),
    /// The body's media type is none that is read here.
    #[error("unsupported media type")]
    UnsupportedMediaType,
    /// The state of things forbids it.
    #[error("conflict: {code}: {message}")]
    Conflict {
        /// A word for machines.
        code: &'static str,
        /// A sentence for people.
        message: String,
    },
    /// The thing is not in the state that this is done to.
    #[error("wrong state: {0}")]
    WrongState(&'static str),
    /// The body is larger than what is taken.
    #[error("too large")]
    TooLarge,
    /// Too many tries; worth another after some seconds.
    #[error("throttled for {retry_after_seconds} s")]
    Throttled {
        /// How long to wait.
        retry_after_seconds: u32,
    },
    /// Our own fault. The context is for the log alone.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// One field that breaks the contract.
    #[must_use]
    pub fn field(field: &str, reason: Reason) -> Self {
        Self::Invalid(vec![Problem { field: Some(field.to_owned()), reason }])
    }

    /// An internal error with its context for the log.
    #[must_use]
    pub fn internal(context: impl fmt::Display) -> Self {
        Self::Internal(context.to_string())
    }

    /// A call to another service that failed, with the chain of its causes.
    #[must_use]
    pub fn call(call: &str, error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        let text =
            causes.fold(format!("{call}: {error}"), |text, cause| format!("{text}: {cause}"));
        Self::Internal(text)
    }

    /// The plain "there is no such thing".
    #[must_use]
    pub const fn not_found() -> Self {
        Self::NotFound("Not found.")
    }

    /// The plain "not allowed to you".
    #[must_use]
    pub const fn forbidden() -> Self {
        Self::Forbidden("You do not have permission to perform this action.")
    }
}

/// What is wrong with one field, or with the input as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's name as the contract writes it; none for the whole.
    pub field: Option<String>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a value is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It must be there.
    Required,
    /// It must not be null.
    Null,
    /// It must not be empty.
    Blank,
    /// It is of the wrong type; the value is the type wanted.
    NotA(Kind),
    /// It has more characters, or items, than this.
    TooLong(usize),
    /// It is none of the values that are known; the text is what was given.
    NotAChoice(String),
    /// No such field exists.
    Unknown,
    /// A rule of the domain, as a sentence.
    Rule(String),
}

/// The type that a value should have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A JSON object.
    Object,
    /// A list.
    List,
    /// A UUID in its hyphenated form.
    Uuid,
    /// A date and time, as ISO 8601 writes it.
    DateTime,
}
