//! Fields that nobody may see.

use attesta_model::Reason;
use attesta_wire::{Fields, Hidden, Text};
use secrecy::{ExposeSecret, SecretString};

/// The longest name that somebody is looked up by.
pub(crate) type Name = Text<128>;

/// As long as Cognito takes a password.
pub(crate) type Password = Hidden<256>;

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
