//! Fields that nobody may see.

use attesta_model::Reason;
use attesta_wire::{Field, Fields, Text};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// The longest name that somebody is looked up by.
pub(crate) type Name = Text<128>;

/// A secret text of one to `MAX` characters.
#[derive(Debug)]
pub(crate) struct Hidden<const MAX: usize>(pub(crate) SecretString);

/// As long as Cognito takes a password.
pub(crate) type Password = Hidden<256>;

impl<const MAX: usize> Field for Hidden<MAX> {
    fn from_value(value: Value) -> Result<Self, Reason> {
        Text::<MAX>::from_value(value).map(|text| Self(text.0.into()))
    }
}

/// Six digits that prove something.
#[derive(Debug)]
pub(crate) struct Code(pub(crate) SecretString);

impl Field for Code {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let text = String::from_value(value)?;
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let refusal = || Reason::Rule("must be six digits".to_owned());
        is_code.then(|| Self(text.into())).ok_or_else(refusal)
    }
}

/// A password that is to be, and again, so that it is no slip.
pub(crate) fn twice(fields: &mut Fields, name: &str, again: &str) -> Option<SecretString> {
    let password = fields.required::<Password>(name);
    let repeated = fields.required::<Password>(again);
    let (password, repeated) = (password?.0, repeated?.0);
    if password.expose_secret() != repeated.expose_secret() {
        fields.problem(again, Reason::Rule(format!("must be the same as {name}")));
        return None;
    }
    Some(password)
}
