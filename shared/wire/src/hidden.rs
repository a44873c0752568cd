//! Fields that nobody may see.

use attesta_model::Reason;
use secrecy::SecretString;
use serde_json::Value;

use crate::{Field, Text};

/// A secret text of one to `MAX` characters.
#[derive(Debug)]
pub struct Hidden<const MAX: usize>(pub SecretString);

impl<const MAX: usize> Field for Hidden<MAX> {
    fn from_value(value: Value) -> Result<Self, Reason> {
        Text::<MAX>::from_value(value).map(|text| Self(text.0.into()))
    }
}

/// Six digits that prove something.
#[derive(Debug)]
pub struct Code(pub SecretString);

impl Field for Code {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let text = String::from_value(value)?;
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let refusal = || Reason::Rule("must be six digits".to_owned());
        is_code.then(|| Self(text.into())).ok_or_else(refusal)
    }
}
