//! Reading a JSON object field by field, so that every problem is told at once
//! and in the dialect's own words.

use std::collections::BTreeMap;

use attesta_model::margin::{Decimal, decimal};
use attesta_model::{Email, Error, Kind, Phone, Principal, Problem, Reason, Result};
use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A body that is read field by field.
pub trait FromFields: Sized {
    /// Takes the fields it knows; `None` once a problem was noted.
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// What becomes of fields that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// They are ignored.
    Ignored,
    /// They are problems.
    Refused,
}

/// The fields of a JSON object, and what is wrong with those read so far.
#[derive(Debug)]
pub struct Fields {
    pub(crate) map: Map<String, Value>,
    /// The object as it was written.
    pub(crate) written: Bytes,
    pub(crate) problems: Vec<Problem>,
}

impl Fields {
    /// Reads a thing from an object, which was written so.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn read<T: FromFields>(
        map: Map<String, Value>,
        written: Bytes,
        unknown: Unknown,
    ) -> Result<T> {
        let mut fields = Self { map, written, problems: Vec::new() };
        let read = T::from_fields(&mut fields);
        if unknown == Unknown::Refused {
            let rest = std::mem::take(&mut fields.map);
            for name in rest.into_iter().map(|(name, _)| name) {
                fields.problem(&name, Reason::Unknown);
            }
        }
        match read {
            Some(read) if fields.problems.is_empty() => Ok(read),
            _ => Err(Error::Invalid(fields.problems)),
        }
    }

    /// A field that must be there and not null.
    pub fn required<T: Field>(&mut self, name: &str) -> Option<T> {
        if self.map.contains_key(name) {
            return self.optional(name);
        }
        self.problem(name, Reason::Required);
        None
    }

    /// Notes a problem for each of these that isn't there.
    pub fn require(&mut self, names: &[&str]) {
        for name in names {
            if !self.map.contains_key(*name) {
                self.problem(name, Reason::Required);
            }
        }
    }

    /// A field that may be absent, but not null.
    pub fn optional<T: Field>(&mut self, name: &str) -> Option<T> {
        match self.nullable(name) {
            Some(None) => {
                self.problem(name, Reason::Null);
                None
            }
            other => other.flatten(),
        }
    }

    /// A field that may be absent or null: `None` and `Some(None)`.
    pub fn nullable<T: Field>(&mut self, name: &str) -> Option<Option<T>> {
        match self.map.remove(name)? {
            Value::Null => Some(None),
            value => match T::from_value(value) {
                Ok(value) => Some(Some(value)),
                Err(reason) => {
                    self.problem(name, reason);
                    None
                }
            },
        }
    }

    /// A number that must be there, to the last digit that was written: no binary
    /// float stands in between.
    pub fn decimal(&mut self, name: &str) -> Option<Decimal> {
        let written = self.written(name);
        match self.map.remove(name) {
            None => self.problem(name, Reason::Required),
            Some(Value::Null) => self.problem(name, Reason::Null),
            Some(Value::Number(_)) => {
                let read = written.as_deref().map(std::str::from_utf8);
                let read = read.and_then(Result::ok).and_then(decimal);
                let rule = || Reason::Rule("must have no more than 28 digits".to_owned());
                return read.or_else(|| {
                    self.problem(name, rule());
                    None
                });
            }
            Some(_) => self.problem(name, Reason::NotA(Kind::Number)),
        }
        None
    }

    /// An object that must be there, read field by field; what is wrong with one
    /// of its fields is noted as of `object.field`.
    pub fn within<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let written = self.written(name).unwrap_or_default();
        let map = self.required(name)?;
        let mut inner = Self { map, written, problems: Vec::new() };
        let read = read(&mut inner);
        for Problem { field, reason } in inner.problems {
            let field = field.map_or_else(|| name.to_owned(), |field| format!("{name}.{field}"));
            self.problem(&field, reason);
        }
        read
    }

    /// The names of the fields that nobody has read yet.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.map.keys().cloned().collect()
    }

    /// Whether a field is there, and not null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field as it was written. Of one that is given twice the last counts, as
    /// it does everywhere.
    pub(crate) fn written(&self, name: &str) -> Option<Bytes> {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(&self.written).ok()?;
        fields.get(name).map(|value| self.written.slice_ref(value.get().as_bytes()))
    }

    /// A field as it came, whatever it is.
    pub fn raw(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// Notes a problem with a field.
    pub fn problem(&mut self, name: &str, reason: Reason) {
        self.problems.push(Problem { field: Some(name.to_owned()), reason });
    }
}

/// A value that a field can hold.
pub trait Field: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// Why it is not taken.
    fn from_value(value: Value) -> std::result::Result<Self, Reason>;
}

impl Field for String {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        match value {
            Value::String(text) if text.is_empty() => Err(Reason::Blank),
            Value::String(text) => Ok(text),
            _ => Err(Reason::NotA(Kind::String)),
        }
    }
}

/// A text of one to `MAX` characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text<const MAX: usize>(pub String);

impl<const MAX: usize> Field for Text<MAX> {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let text = String::from_value(value)?;
        if text.chars().count() > MAX { Err(Reason::TooLong(MAX)) } else { Ok(Self(text)) }
    }
}

/// A finite number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(pub f64);

impl Field for Number {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        value.as_f64().map(Self).ok_or(Reason::NotA(Kind::Number))
    }
}

/// As it is written in the end, to as many digits as a float has.
impl Field for attesta_model::Number {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let Value::Number(number) = value else { return Err(Reason::NotA(Kind::Number)) };
        let rule = || Reason::Rule("must have no more than 28 digits".to_owned());
        number.to_string().parse().map_err(|_| rule())
    }
}

impl Field for bool {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        value.as_bool().ok_or(Reason::NotA(Kind::Boolean))
    }
}

impl Field for Principal {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let refusal = || Reason::Rule("Must be the ARN of an AWS role or user.".to_owned());
        String::from_value(value)?.parse().map_err(|_| refusal())
    }
}

impl Field for Email {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let refusal = || Reason::Rule("must be an e-mail address".to_owned());
        String::from_value(value)?.trim().parse().map_err(|_| refusal())
    }
}

impl Field for Phone {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        const RULE: &str = "must be a telephone number, from + and the calling code on";
        String::from_value(value)?.parse().map_err(|_| Reason::Rule(RULE.to_owned()))
    }
}

impl Field for i64 {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        value.as_i64().ok_or(Reason::NotA(Kind::Integer))
    }
}

impl Field for Uuid {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        const LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;
        let text = value.as_str().filter(|text| text.len() == LENGTH);
        let uuid = text.and_then(|text| Self::try_parse(text).ok());
        uuid.ok_or(Reason::NotA(Kind::Uuid))
    }
}

impl Field for Timestamp {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        value.as_str().map_or(Err(Reason::NotA(Kind::DateTime)), attesta_model::moment)
    }
}

impl Field for Map<String, Value> {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        match value {
            Value::Object(map) => Ok(map),
            _ => Err(Reason::NotA(Kind::Object)),
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        match value {
            Value::Array(values) => values.into_iter().map(T::from_value).collect(),
            _ => Err(Reason::NotA(Kind::List)),
        }
    }
}

macro_rules! choice_fields {
    ($($name:ty),*) => {$(
        impl Field for $name {
            fn from_value(value: Value) -> std::result::Result<Self, Reason> {
                let choice = value.as_i64().and_then(Self::from_number);
                choice.ok_or_else(|| match value {
                    Value::String(text) => Reason::NotAChoice(text),
                    other => Reason::NotAChoice(other.to_string()),
                })
            }
        }
    )*};
}

choice_fields!(
    attesta_model::verification::ResultStatus,
    attesta_model::verification::ResultCode,
    attesta_model::verification::ValidationStatus
);

#[cfg(test)]
mod tests {
    use super::*;
    use attesta_model::verification::ResultStatus;
    use serde_json::json;

    #[derive(Debug, PartialEq)]
    struct Thing {
        name: Text<3>,
        status: Option<ResultStatus>,
        note: Option<Option<String>>,
    }

    impl FromFields for Thing {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            let name = fields.required("name");
            let status = fields.optional("status");
            let note = fields.nullable("note");
            Some(Self { name: name?, status, note })
        }
    }

    fn read(value: Value, unknown: Unknown) -> std::result::Result<Thing, Vec<(String, Reason)>> {
        let Value::Object(map) = value else { panic!("an object") };
        Fields::read(map, Bytes::new(), unknown).map_err(|error| match error {
            Error::Invalid(problems) => {
                problems.into_iter().map(|p| (p.field.expect("a field"), p.reason)).collect()
            }
            other => panic!("{other}"),
        })
    }

    #[test]
    fn absent_null_and_given_are_three_things() {
        let name = || Text("ab".to_owned());
        let absent = Thing { name: name(), status: None, note: None };
        assert_eq!(read(json!({"name": "ab"}), Unknown::Refused), Ok(absent));
        let null = Thing { name: name(), status: None, note: Some(None) };
        assert_eq!(read(json!({"name": "ab", "note": null}), Unknown::Refused), Ok(null));
        let given = Thing {
            name: name(),
            status: Some(ResultStatus::Error),
            note: Some(Some("x".to_owned())),
        };
        let body = json!({"name": "ab", "status": 2, "note": "x"});
        assert_eq!(read(body, Unknown::Refused), Ok(given));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let body = json!({"name": "abcd", "status": 9, "note": 1, "other": true});
        let problems = read(body, Unknown::Refused).expect_err("all wrong");
        assert_eq!(
            problems,
            [
                ("name".to_owned(), Reason::TooLong(3)),
                ("status".to_owned(), Reason::NotAChoice("9".to_owned())),
                ("note".to_owned(), Reason::NotA(Kind::String)),
                ("other".to_owned(), Reason::Unknown),
            ]
        );
    }

    #[test]
    fn what_is_missing_null_or_blank() {
        let one = |body| read(body, Unknown::Ignored).expect_err("wrong").remove(0).1;
        assert_eq!(one(json!({})), Reason::Required);
        assert_eq!(one(json!({"name": null})), Reason::Null);
        assert_eq!(one(json!({"name": ""})), Reason::Blank);
        assert!(read(json!({"name": "a", "other": 1}), Unknown::Ignored).is_ok());
    }
}
