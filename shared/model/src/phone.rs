//! Telephone numbers.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::PhoneNumber;

/// A telephone number of some country, in the form of E.164: `+447400123456`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    calling_code: String,
    number: String,
}

/// A text that is no telephone number of any country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number with its country's calling code")]
pub struct NotAPhone;

/// Longer texts are no number, however they are written.
const MOST: usize = 64;

impl Phone {
    /// The calling code of its country, without the plus: `44`.
    #[must_use]
    pub fn calling_code(&self) -> &str {
        &self.calling_code
    }

    /// The rest of it: `7400123456`.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl FromStr for Phone {
    type Err = NotAPhone;

    /// Takes any way to write it that begins with the calling code.
    fn from_str(text: &str) -> Result<Self, NotAPhone> {
        if text.len() > MOST || !text.trim_start().starts_with('+') {
            return Err(NotAPhone);
        }
        let number: PhoneNumber = text.parse().map_err(|_| NotAPhone)?;
        if !number.is_valid() {
            return Err(NotAPhone);
        }
        let (calling_code, written) = (number.country_code.to_string(), number.to_string());
        let rest = written.strip_prefix('+').and_then(|digits| digits.strip_prefix(&calling_code));
        Ok(Self { number: rest.ok_or(NotAPhone)?.to_owned(), calling_code })
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}{}", self.calling_code, self.number)
    }
}

/// It is somebody's: printed, it says nothing.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_taken_apart_as_its_country_writes_it() {
        for (text, calling_code, number) in [
            ("+447400123456", "44", "7400123456"),
            ("+44 (0)7400 123456", "44", "7400123456"),
            ("+1 201-555-0123", "1", "2015550123"),
            ("+27 71 123 4567", "27", "711234567"),
            ("+33 6 12 34 56 78", "33", "612345678"),
            // Italy keeps the zero.
            ("+39 06 1234 5678", "39", "0612345678"),
        ] {
            let phone: Phone = text.parse().expect(text);
            assert_eq!((phone.calling_code(), phone.number()), (calling_code, number), "{text}");
            assert_eq!(phone.to_string(), format!("+{calling_code}{number}"));
            assert_eq!(format!("{phone:?}"), "Phone");
        }
    }

    #[test]
    fn what_nobody_can_be_called_at_is_refused() {
        let long = format!("+44{}7400123456", " ".repeat(64));
        for text in ["", "+", "07400123456", "+44", "+441", "+999123456", "+44x", "one", &long] {
            assert!(text.parse::<Phone>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_a_number_reads_the_same_again(digits in "\\+[0-9]{5,15}") {
            if let Ok(phone) = digits.parse::<Phone>() {
                prop_assert_eq!(phone.to_string().parse::<Phone>(), Ok(phone));
            }
        }

        #[test]
        fn nonsense_is_refused_in_peace(text: String) {
            let _ = text.parse::<Phone>();
        }
    }
}
