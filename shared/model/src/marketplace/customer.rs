//! A partner's customer as a listing's provider is shown them. What is said of
//! them is about identity and health: nothing here prints any of it.

use std::fmt;

use jiff::fmt::temporal::{Pieces, PiecesOffset};
use serde_json::{Map, Value};

use crate::{Email, Kind, Reason};

/// What is said of an e-mail address that is none.
pub const NOT_AN_EMAIL: &str = "value is not a valid email address";
/// A text is so long at most, in characters.
const MOST_TEXT: usize = 1024;
/// A key is so long at most, in characters.
const MOST_KEY: usize = 255;
/// An object has so many bytes at most, as JSON text.
const MOST_OBJECT: usize = 16 * 1024;
/// An object has so many levels at most.
const MOST_LEVELS: usize = 16;

/// What a field of a customer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// A date and time, as ISO 8601 writes it.
    DateTime,
    /// An e-mail address.
    Email,
    /// A JSON object.
    Object,
}

/// A field of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerField {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

const fn field(name: &'static str, kind: FieldKind) -> CustomerField {
    CustomerField { name, kind }
}

/// Every field of a customer, in the order of the contract.
pub const FIELDS: [CustomerField; 39] = [
    field("meta", FieldKind::Object),
    field("first_name", FieldKind::Text),
    field("surname", FieldKind::Text),
    field("preferred_name", FieldKind::Text),
    field("dob", FieldKind::DateTime),
    field("title", FieldKind::Text),
    field("postcode", FieldKind::Text),
    field("building_number", FieldKind::Text),
    field("address_1", FieldKind::Text),
    field("address_2", FieldKind::Text),
    field("address_3", FieldKind::Text),
    field("town_city", FieldKind::Text),
    field("county", FieldKind::Text),
    field("country_of_residence", FieldKind::Text),
    field("nationality", FieldKind::Text),
    field("gender", FieldKind::Text),
    field("relationship_status", FieldKind::Text),
    field("number_of_children", FieldKind::Text),
    field("ages_of_children", FieldKind::Text),
    field("partner_first_name", FieldKind::Text),
    field("partner_dob", FieldKind::DateTime),
    field("partner_surname", FieldKind::Text),
    field("partner_sex", FieldKind::Text),
    field("relationship_to_partner", FieldKind::Text),
    field("smoker", FieldKind::Text),
    field("number_of_cigarettes_per_week", FieldKind::Integer),
    field("drinker", FieldKind::Text),
    field("number_of_units_per_week", FieldKind::Integer),
    field("national_insurance_number", FieldKind::Text),
    field("passport_number", FieldKind::Text),
    field("phone_number", FieldKind::Text),
    field("mobile_number", FieldKind::Text),
    field("last_visited", FieldKind::DateTime),
    field("visits", FieldKind::Integer),
    field("terms_conditions", FieldKind::Boolean),
    field("associated_cp_user", FieldKind::Text),
    field("email", FieldKind::Email),
    field("id", FieldKind::Text),
    field("user_id", FieldKind::Text),
];

/// A field that a customer is found by: no two of a partner have the same with
/// a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CustomerKey {
    /// `id`
    Id,
    /// `user_id`
    UserId,
    /// `associated_cp_user`
    AssociatedCpUser,
    /// `email`
    Email,
}

impl CustomerKey {
    /// All, those first that count first.
    pub const ALL: [Self; 4] = [Self::Id, Self::UserId, Self::AssociatedCpUser, Self::Email];

    /// The field's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::UserId => "user_id",
            Self::AssociatedCpUser => "associated_cp_user",
            Self::Email => "email",
        }
    }

    /// The value of this key among fields, in the form that tells one from
    /// another: letter case makes no other address of one.
    fn of(self, fields: &Map<String, Value>) -> Option<String> {
        let text = fields.get(self.name())?.as_str()?;
        Some(if self == Self::Email { text.to_lowercase() } else { text.to_owned() })
    }
}

/// What is said of a customer. A field that is not mentioned stays as it is;
/// null takes its value away, but for the keys, where it says nothing.
#[derive(Clone, Default, PartialEq)]
pub struct CustomerChange(Map<String, Value>);

/// A customer as they stand.
#[derive(Clone, Default, PartialEq)]
pub struct Customer(Map<String, Value>);

/// Tells how many fields there are and nothing of them.
impl fmt::Debug for CustomerChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomerChange({} fields)", self.0.len())
    }
}

/// Tells how many fields there are and nothing of them.
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Customer({} fields)", self.0.len())
    }
}

impl CustomerChange {
    /// Notes what is said of a field.
    ///
    /// # Errors
    /// Why the value is not taken.
    pub fn set(&mut self, field: CustomerField, value: Value) -> Result<(), Reason> {
        let is_key = CustomerKey::ALL.iter().any(|key| key.name() == field.name);
        match (value, is_key) {
            (Value::Null, true) => {}
            (Value::Null, false) => drop(self.0.insert(field.name.to_owned(), Value::Null)),
            (value, _) => {
                let value = field.kind.read(value)?;
                if is_key && let Some(text) = value.as_str() {
                    bounded(text, MOST_KEY)?;
                    (!text.is_empty()).then_some(()).ok_or(Reason::Blank)?;
                }
                self.0.insert(field.name.to_owned(), value);
            }
        }
        Ok(())
    }

    /// The keys that are given, those first that count first.
    #[must_use]
    pub fn keys(&self) -> Vec<(CustomerKey, String)> {
        keys(&self.0)
    }
}

impl Customer {
    /// The customer with what is said of them.
    #[must_use]
    pub fn changed(&self, change: &CustomerChange) -> Self {
        let mut fields = self.0.clone();
        for (name, value) in &change.0 {
            if value.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), value.clone());
            }
        }
        Self(fields)
    }

    /// The keys that they are found by.
    #[must_use]
    pub fn keys(&self) -> Vec<(CustomerKey, String)> {
        keys(&self.0)
    }

    /// As JSON text, for who may see it.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// From such text.
    ///
    /// # Errors
    /// Where it is none.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text).map(Self)
    }
}

fn keys(fields: &Map<String, Value>) -> Vec<(CustomerKey, String)> {
    CustomerKey::ALL.into_iter().filter_map(|key| Some((key, key.of(fields)?))).collect()
}

impl FieldKind {
    /// A value of this kind as it is kept.
    ///
    /// # Errors
    /// Why it is not taken.
    fn read(self, value: Value) -> Result<Value, Reason> {
        match (self, value) {
            (Self::Text, Value::String(text)) => bounded(&text, MOST_TEXT).map(|()| text.into()),
            (Self::Text, _) => Err(Reason::NotA(Kind::String)),
            (Self::Integer, value) => integer(&value).map(Value::from),
            (Self::Boolean, Value::Bool(value)) => Ok(value.into()),
            (Self::Boolean, _) => Err(Reason::NotA(Kind::Boolean)),
            (Self::DateTime, value) => {
                let read = value.as_str().and_then(date_time);
                read.map(Value::from).ok_or(Reason::NotA(Kind::DateTime))
            }
            (Self::Email, value) => match value {
                Value::String(text) if text.parse::<Email>().is_ok() => Ok(text.into()),
                _ => Err(Reason::Rule(NOT_AN_EMAIL.to_owned())),
            },
            (Self::Object, value @ Value::Object(_)) => {
                if value.to_string().len() > MOST_OBJECT || levels(&value) > MOST_LEVELS {
                    return Err(Reason::TooLong(MOST_OBJECT));
                }
                Ok(value)
            }
            (Self::Object, _) => Err(Reason::NotA(Kind::Object)),
        }
    }
}

fn bounded(text: &str, most: usize) -> Result<(), Reason> {
    if text.chars().count() > most { Err(Reason::TooLong(most)) } else { Ok(()) }
}

/// A whole number, which JSON may write as `1` or as `1.0`.
fn integer(value: &Value) -> Result<i64, Reason> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < EXACT);
    #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough to be exact")]
    let whole = whole.map(|number| number as i64);
    value.as_i64().or(whole).ok_or(Reason::NotA(Kind::Integer))
}

/// A date and time in one form: its own zone stays, since a day of birth is a
/// day somewhere; UTC where none is named.
fn date_time(text: &str) -> Option<String> {
    let pieces = Pieces::parse(text).ok()?;
    pieces.time()?;
    let is_plain = pieces.time_zone_annotation().is_none() && pieces.date().year() > 0;
    let offset = pieces.offset().unwrap_or(PiecesOffset::Zulu);
    is_plain.then(|| pieces.with_offset(offset).to_string())
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(levels).max().unwrap_or_default(),
        Value::Array(values) => 1 + values.iter().map(levels).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(name: &str) -> CustomerField {
        FIELDS.into_iter().find(|field| field.name == name).expect("a field")
    }

    fn change(of: &Value) -> CustomerChange {
        let mut change = CustomerChange::default();
        for (name, value) in of.as_object().expect("an object") {
            change.set(named(name), value.clone()).expect(name);
        }
        change
    }

    #[test]
    fn what_is_not_said_stays_and_null_takes_away_all_but_keys() {
        let one = Customer::default()
            .changed(&change(&json!({"id": "1", "email": "a@b.de", "surname": "x", "visits": 2})));
        let two = one.changed(&change(&json!({"id": null, "surname": null, "visits": 3.0})));
        assert_eq!(two.to_json(), r#"{"email":"a@b.de","id":"1","visits":3}"#);
        assert_eq!(Customer::from_json(&two.to_json()).expect("JSON"), two);
    }

    #[test]
    fn keys_come_in_the_order_that_they_count_in() {
        let all = json!({"email": "A@B.de", "associated_cp_user": "c", "user_id": "u", "id": "i"});
        let keys = change(&all).keys();
        let texts: Vec<_> = keys.iter().map(|(key, text)| (key.name(), text.as_str())).collect();
        let expected =
            [("id", "i"), ("user_id", "u"), ("associated_cp_user", "c"), ("email", "a@b.de")];
        assert_eq!(texts, expected);
        assert!(change(&json!({"id": null})).keys().is_empty());
        assert!(CustomerKey::ALL.is_sorted());
    }

    #[test]
    fn values_are_of_the_fields_kind() {
        let refusal = |name: &str, value: Value| {
            CustomerChange::default().set(named(name), value).expect_err("refused")
        };
        let nested = (0..MOST_LEVELS).fold(json!({}), |inner, _| json!({ "a": inner }));
        for (name, value, reason) in [
            ("surname", json!(1), Reason::NotA(Kind::String)),
            ("surname", json!("x".repeat(1025)), Reason::TooLong(1024)),
            ("visits", json!("1"), Reason::NotA(Kind::Integer)),
            ("visits", json!(1.5), Reason::NotA(Kind::Integer)),
            ("visits", json!(true), Reason::NotA(Kind::Integer)),
            ("visits", json!(1e300), Reason::NotA(Kind::Integer)),
            ("terms_conditions", json!("true"), Reason::NotA(Kind::Boolean)),
            ("terms_conditions", json!(1), Reason::NotA(Kind::Boolean)),
            ("dob", json!("1980-05-01"), Reason::NotA(Kind::DateTime)),
            ("dob", json!("yesterday"), Reason::NotA(Kind::DateTime)),
            ("dob", json!(325_987_200), Reason::NotA(Kind::DateTime)),
            ("meta", json!([]), Reason::NotA(Kind::Object)),
            ("meta", nested, Reason::TooLong(MOST_OBJECT)),
            ("meta", json!({ "a": "x".repeat(MOST_OBJECT) }), Reason::TooLong(MOST_OBJECT)),
            ("email", json!("nobody"), Reason::Rule(NOT_AN_EMAIL.to_owned())),
            ("email", json!(1), Reason::Rule(NOT_AN_EMAIL.to_owned())),
            ("id", json!(""), Reason::Blank),
            ("id", json!("x".repeat(256)), Reason::TooLong(255)),
        ] {
            assert_eq!(refusal(name, value.clone()), reason, "{name} {value}");
        }
    }

    #[test]
    fn a_moment_keeps_its_zone() {
        for (given, kept) in [
            ("2023-06-07T17:32:28Z", "2023-06-07T17:32:28Z"),
            ("1934-05-01T00:00:00+02:00", "1934-05-01T00:00:00+02:00"),
            ("1934-05-01 00:00", "1934-05-01T00:00:00Z"),
        ] {
            assert_eq!(date_time(given).as_deref(), Some(kept), "{given}");
        }
        for bad in ["", "17:00", "2023-13-01T00:00:00Z", "2023-06-07T17:32:28[Europe/Paris]"] {
            assert_eq!(date_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn nothing_of_a_customer_is_printed() {
        let change = change(&json!({"id": "zebra", "passport_number": "zebra"}));
        let shown = format!("{change:?} {:?}", Customer::default().changed(&change));
        assert_eq!(shown, "CustomerChange(2 fields) Customer(2 fields)");
    }
}
