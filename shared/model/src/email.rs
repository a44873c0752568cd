//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

/// An e-mail address that could be one; whose it is, if anybody's, a code that
/// goes there proves.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// A text that can't be an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnEmail;

impl Email {
    /// The address, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;

    /// Takes what RFC 5321 lets be an address of a domain, without quotes.
    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let (local, domain) = text.split_once('@').ok_or(NotAnEmail)?;
        let is_good = text.len() <= 254
            && local.len() <= 64
            && local.split('.').all(is_atom)
            && domain.contains('.')
            && domain.split('.').all(is_label);
        is_good.then(|| Self(text.to_owned())).ok_or(NotAnEmail)
    }
}

fn is_atom(text: &str) -> bool {
    const MARKS: &str = "!#$%&'*+-/=?^_`{|}~";
    let fits = |c: char| c.is_ascii_alphanumeric() || MARKS.contains(c);
    !text.is_empty() && text.chars().all(fits)
}

fn is_label(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let ends_well = !text.starts_with('-') && !text.ends_with('-');
    !text.is_empty() && text.len() <= 63 && ends_well && text.chars().all(fits)
}

/// It is somebody's: printed, it says nothing.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_they_are() {
        for text in ["una@example.com", "Una.O'Neill+farm@mail.example.co.uk", "a@b-c.example"] {
            let email: Email = text.parse().expect(text);
            assert_eq!(email.as_str(), text);
            assert_eq!(format!("{email:?}"), "Email");
        }
    }

    #[test]
    fn what_can_be_no_address_is_refused() {
        let (local, label) = ("a".repeat(65), "b".repeat(64));
        let (local, label) = (format!("{local}@b.example"), format!("a@{label}.example"));
        let long = format!("a@{}example", "b.".repeat(130));
        for text in [
            "",
            "una",
            "@example.com",
            "una@",
            "una@localhost",
            "una@@example.com",
            "una@exa mple.com",
            "una@example..com",
            "una@-example.com",
            ".una@example.com",
            "una@example.com\r\nBcc: all@example.com",
            "una <una@example.com>",
            &local,
            &label,
            &long,
        ] {
            assert_eq!(text.parse::<Email>(), Err(NotAnEmail), "{text:?}");
        }
    }
}
