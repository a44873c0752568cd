//! What is wrong with a value, in the words of the dialects that have none of
//! their own.

use attesta_model::{Kind, Reason};

/// A reason as the end of a sentence that begins with the field's name.
#[must_use]
pub fn wording(reason: &Reason) -> String {
    match reason {
        Reason::Required => "is required".to_owned(),
        Reason::Null => "must not be null".to_owned(),
        Reason::Blank => "must not be empty".to_owned(),
        Reason::NotA(kind) => match kind {
            Kind::String => "must be a text",
            Kind::Integer => "must be a whole number",
            Kind::Number => "must be a number",
            Kind::Boolean => "must be true or false",
            Kind::Object => "must be an object",
            Kind::List => "must be a list",
            Kind::Uuid => "must be a UUID",
            Kind::DateTime => "must be a date and time",
        }
        .to_owned(),
        Reason::TooLong(most) => format!("must not be longer than {most}"),
        Reason::NotAChoice(given) => format!("has no such value as {given:?}"),
        Reason::Unknown => "is not known here".to_owned(),
        Reason::Rule(text) => text.clone(),
    }
}
