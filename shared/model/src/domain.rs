//! Names of hosts in the Domain Name System.

use std::fmt;
use std::str::FromStr;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

/// The longest text that is read, in characters.
const MOST_READ: usize = 255;

/// A fully qualified domain name, whole and without wildcards: at least two
/// labels of at most 63 letters, digits and hyphens (RFC 1035, section 2.3; a
/// label may begin with a digit, as RFC 1123 has it). Kept in ASCII, in small
/// letters and without the root's full stop, so that what means the same is the
/// same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

/// A text that is no such name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fully qualified domain name")]
pub struct NotADomain;

impl Domain {
    /// The name in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Domain {
    type Err = NotADomain;

    /// International names are folded to ASCII as UTS 46 has it; the root's full
    /// stop may stand at the end.
    fn from_str(text: &str) -> Result<Self, NotADomain> {
        if text.chars().count() > MOST_READ {
            return Err(NotADomain);
        }
        let ascii = Uts46::new().to_ascii(
            text.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::VerifyAllowRootDot,
        );
        let ascii = ascii.map_err(|_| NotADomain)?;
        let name = ascii.strip_suffix('.').unwrap_or(&ascii);
        // A top-level domain of digits alone would make an address of it.
        let (_, top) = name.rsplit_once('.').ok_or(NotADomain)?;
        let is_name = !top.bytes().all(|byte| byte.is_ascii_digit());
        is_name.then(|| Self(name.to_owned())).ok_or(NotADomain)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Domain {
    type Error = NotADomain;

    fn try_from(text: String) -> Result<Self, NotADomain> {
        text.parse()
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_means_the_same_is_the_same() {
        for (given, kept) in [
            ("somehost.example.com", "somehost.example.com"),
            ("SomeHost.Example.COM.", "somehost.example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example.", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("3m.com", "3m.com"),
        ] {
            let domain: Domain = given.parse().expect(given);
            assert_eq!(domain.as_str(), kept, "{given}");
        }
    }

    #[test]
    fn what_is_no_whole_name_is_refused() {
        let label = "a".repeat(63);
        let long = format!("{label}.{label}.{label}.{}.com", "a".repeat(58));
        for bad in [
            "",
            ".",
            "localhost",
            "com.",
            ".example.com",
            "a..example.com",
            "example.com..",
            "-a.example.com",
            "a-.example.com",
            "a_b.example.com",
            "*.example.com",
            "a b.example.com",
            "user@example.com",
            "https://example.com",
            "example.com:443",
            "example.com/path",
            "192.0.2.1",
            "[2001:db8::1]",
            "xn--a.example",
            "exa\u{0}mple.com",
            &format!("{}.example.com", "a".repeat(64)),
            &long,
        ] {
            assert_eq!(bad.parse::<Domain>(), Err(NotADomain), "{bad}");
        }
        let longest = format!("{label}.{label}.{label}.{}.com", "a".repeat(57));
        assert_eq!(longest.parse::<Domain>().map(|name| name.as_str().len()), Ok(253));
        assert!(format!("{longest}.").parse::<Domain>().is_ok());
    }

    proptest! {
        #[test]
        fn whatever_is_kept_is_within_rfc_1035(text in "\\PC{0,40}(\\.[a-zA-Zäß0-9-]{1,20}){0,4}\\.?") {
            if let Ok(domain) = text.parse::<Domain>() {
                let name = domain.as_str();
                prop_assert!(name.len() <= 253 && name.contains('.'));
                for label in name.split('.') {
                    prop_assert!((1..=63).contains(&label.len()));
                    prop_assert!(!label.starts_with('-') && !label.ends_with('-'));
                    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                    prop_assert!(label.bytes().all(|byte| is_small(byte) || byte == b'-'));
                }
                prop_assert_eq!(name.parse::<Domain>(), Ok(domain.clone()));
            }
        }

        #[test]
        fn a_name_is_read_whatever_its_case_and_its_end(
            labels in proptest::collection::vec("[a-z][a-z0-9]{0,12}", 2..6),
        ) {
            let name = labels.join(".");
            let kept = name.parse::<Domain>().expect("a name");
            prop_assert_eq!(kept.as_str(), name.as_str());
            prop_assert_eq!(format!("{}.", name.to_uppercase()).parse(), Ok(kept));
        }
    }
}
