//! Numbers as people write them.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::margin::decimal;

/// A decimal number, kept to the last digit: two that are worth the same are
/// the same, however they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Decimal);

/// A text that is no number, or one of too many digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of up to 28 digits")]
pub struct NotANumber;

impl Number {
    /// The nearest binary float, as JSON wants it.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0.to_f64().unwrap_or_default()
    }

    /// Whether it is below nought.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }
}

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        Self(decimal.normalize())
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        decimal(text).map(Self::from).ok_or(NotANumber)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().expect(text)
    }

    #[test]
    fn what_is_worth_the_same_is_the_same() {
        for (one, other) in [("1", "1.0"), ("1e2", "100"), ("0", "-0"), ("0.10", "0.1")] {
            assert_eq!(number(one), number(other), "{one}");
            assert_eq!(number(one).to_string(), number(other).to_string(), "{one}");
        }
        assert!(number("-0.1").is_negative() && !number("-0").is_negative());
    }

    #[test]
    fn it_is_stored_as_it_reads() {
        let stored = serde_json::to_string(&number("12.50")).expect("JSON");
        assert_eq!(stored, r#""12.5""#);
        assert_eq!(serde_json::from_str::<Number>(&stored).expect("a number"), number("12.5"));
        for bad in ["", "x", "NaN", "1.2.3", "1e99"] {
            assert_eq!(bad.parse::<Number>(), Err(NotANumber), "{bad}");
        }
    }
}
