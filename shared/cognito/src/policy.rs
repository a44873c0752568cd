//! The pools' password policy, as `infra/template.yaml` has it.

use attesta_model::{Error, Problem, Reason, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::error::WEAK;

/// How many characters a password has at least.
pub const MIN_LENGTH: usize = 12;

/// How many characters Cognito takes at most.
const MAX_LENGTH: usize = 256;

/// What is wrong with a password in this field, so that nothing is begun that
/// Cognito would refuse in the end, and nobody learns from an early refusal
/// whether there is such a user.
#[must_use]
pub fn problem(field: &str, password: &SecretString) -> Option<Problem> {
    let password = password.expose_secret();
    let has = |kind: fn(&char) -> bool| password.chars().any(|character| kind(&character));
    let is_fine = (MIN_LENGTH..=MAX_LENGTH).contains(&password.chars().count())
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_digit)
        && password.trim() == password;
    let reason = Reason::Rule(WEAK.to_owned());
    (!is_fine).then(|| Problem { field: Some(field.to_owned()), reason })
}

/// Refuses a password that is too weak.
pub(crate) fn check(field: &str, password: &SecretString) -> Result<()> {
    problem(field, password).map_or(Ok(()), |problem| Err(Error::Invalid(vec![problem])))
}
