//! Where a link that we send may lead.
//!
//! A link carries a secret to the page that it opens, so that page must be one
//! of ours. What is compared is the text itself, of a form so narrow that no
//! browser reads anything else out of it.

use std::fmt;
use std::str::FromStr;

/// The longest address that is taken, in bytes.
const MOST: usize = 512;

/// An address that links may lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect(String);

impl Redirect {
    /// The address with something behind it that no server sees: browsers keep
    /// the fragment to themselves.
    #[must_use]
    pub fn with_fragment(&self, fragment: &str) -> String {
        format!("{}#{fragment}", self.0)
    }
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The places that links may lead to: each a scheme, a host with its port, and
/// the start of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirects(Vec<Place>);

/// A list with something in it that is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is nothing that links may lead to")]
pub struct NotAPlace(String);

/// The parts of an address that decide who serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    scheme: String,
    /// Name and port as they were written, without regard to letter case.
    host: String,
    /// The segments of the path, without an empty one at its end.
    path: Vec<String>,
}

impl Redirects {
    /// The address, if links may lead there.
    #[must_use]
    pub fn allow(&self, address: &str) -> Option<Redirect> {
        let (place, _) = read(address)?;
        let is_allowed = self.0.iter().any(|allowed| allowed.holds(&place));
        is_allowed.then(|| Redirect(address.to_owned()))
    }
}

/// Places with commas between them. Of another scheme than https are those
/// alone that the list says so of.
impl FromStr for Redirects {
    type Err = NotAPlace;

    fn from_str(list: &str) -> Result<Self, NotAPlace> {
        let places = list.split(',').map(str::trim).filter(|place| !place.is_empty());
        let read = |place: &str| match read(place) {
            Some((place, None)) => Ok(place),
            _ => Err(NotAPlace(place.to_owned())),
        };
        places.map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl Place {
    fn holds(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.host == other.host && other.path.starts_with(&self.path)
    }
}

/// An address's place, and its query.
fn read(address: &str) -> Option<(Place, Option<&str>)> {
    if address.len() > MOST {
        return None;
    }
    let (scheme, rest) = address.split_once("://")?;
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) => (host, path.strip_suffix('/').unwrap_or(path)),
        None => (rest, ""),
    };
    let is_sound = matches!(scheme, "https" | "http")
        && is_host(host)
        && path.split('/').all(is_segment)
        && query.is_none_or(is_query);
    let place = || Place {
        scheme: scheme.to_owned(),
        host: host.to_ascii_lowercase(),
        path: if path.is_empty() {
            Vec::new()
        } else {
            path.split('/').map(str::to_owned).collect()
        },
    };
    is_sound.then(|| (place(), query))
}

fn is_host(host: &str) -> bool {
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_part);
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port);
    name.split('.').all(is_label) && port.is_none_or(is_port)
}

/// Neither a step up nor anything that could turn into one further on.
fn is_segment(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte);
    !matches!(segment, "." | "..")
        && is_encoded(segment, is_plain, |byte| {
            !byte.is_ascii_control() && !b"./\\%".contains(&byte)
        })
}

fn is_query(query: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
    is_encoded(query, is_plain, |byte| !byte.is_ascii_control())
}

/// Whether a text is of plain characters and of encoded bytes.
fn is_encoded(text: &str, is_plain: fn(u8) -> bool, is_byte: fn(u8) -> bool) -> bool {
    let mut parts = text.split('%');
    let is_all_plain = |text: &str| text.bytes().all(is_plain);
    parts.next().is_some_and(is_all_plain)
        && parts.all(|part| {
            let digits = part.get(..2).filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
            let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
            byte.is_some_and(is_byte) && is_all_plain(&part[2..])
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Uri;
    use proptest::prelude::*;

    fn list() -> Redirects {
        "https://app.example.com/in, https://shop.example.com,http://localhost:3000/"
            .parse()
            .expect("a list")
    }

    #[test]
    fn a_place_and_what_lies_below_it_are_allowed() {
        for good in [
            "https://app.example.com/in",
            "https://app.example.com/in/",
            "https://app.example.com/in/a/b?c=d%20e/?f",
            "https://APP.example.com/in",
            "https://shop.example.com",
            "https://shop.example.com/any/where/%c3%a9",
            "https://shop.example.com?x=y",
            "http://localhost:3000/x",
        ] {
            let redirect = list().allow(good).expect(good);
            assert_eq!(redirect.with_fragment("secret"), format!("{good}#secret"));
        }
    }

    #[test]
    fn whatever_leads_elsewhere_or_might_is_not() {
        let long = format!("https://shop.example.com/{}", "a".repeat(MOST));
        for bad in [
            "",
            "https://",
            "https:///in",
            "app.example.com/in",
            "//app.example.com/in",
            "http://app.example.com/in",
            "HTTPS://app.example.com/in",
            "javascript://app.example.com/in",
            "https://app.example.com",
            "https://app.example.com/",
            "https://app.example.com/inner",
            "https://app.example.com/In",
            "https://app.example.com//in",
            "https://app.example.com:443/in",
            "https://app.example.com./in",
            "https://app.example.com.evil.example/in",
            "https://evil.example/https://app.example.com/in",
            "https://app.example.com@evil.example/in",
            "https://user@app.example.com/in",
            "https://user:password@app.example.com/in",
            "https://app.example.com\\@evil.example/in",
            "https://evil.example\\.app.example.com/in",
            "https://app.example.com/in/../out",
            "https://app.example.com/in/..",
            "https://app.example.com/in/./x",
            "https://app.example.com/in/%2e%2e/out",
            "https://app.example.com/in/.%2E/out",
            "https://app.example.com/in%2f..%2fout",
            "https://app.example.com/in/%5c..",
            "https://app.example.com/in/%252e%252e/out",
            "https://app.example.com/in\\..\\out",
            "https://app.example.com/in#else",
            "https://app.example.com/in?a#b",
            "https://app.example.com/in?a=%0d%0a",
            "https://app.example.com/in/%00",
            "https://app.example.com/in/%zz",
            "https://app.example.com/in/%2",
            "https://app.example.com/in\r\n",
            "https://app.example.com/\tin",
            " https://app.example.com/in",
            "https://app.example.com/in ",
            "https://app.éxample.com/in",
            "https://app.example.com/é",
            "https://localhost:3000/x",
            "http://localhost/x",
            "http://localhost:03000/x",
            "http://localhost:3000:1/x",
            "http://[::1]:3000/x",
            &long,
        ] {
            assert_eq!(list().allow(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_list_holds_places_alone() {
        let none: Redirects = " , ".parse().expect("an empty list");
        assert_eq!(none.allow("https://app.example.com/in"), None);
        for bad in ["*", "https://*.example.com", "https://a.example?x", "a.example", "ftp://a.b"] {
            let refused = bad.parse::<Redirects>();
            assert_eq!(refused, Err(NotAPlace(bad.to_owned())), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nonsense_leads_nowhere(text: String) {
            prop_assert_eq!(list().allow(&text), None);
        }

        /// Whatever is let through is, to another reader of addresses, on the
        /// host that the list names and below its path.
        #[test]
        fn whatever_is_allowed_is_where_it_seems(
            tail in "[a-z./\\\\%#?@:;~ \\x00-\\x1f0-9A-F-]{0,24}",
        ) {
            let address = format!("https://app.example.com/in{tail}");
            if let Some(redirect) = list().allow(&address) {
                prop_assert_eq!(redirect.to_string(), address.clone());
                let uri: Uri = address.parse().expect("readable");
                prop_assert_eq!(uri.authority().map(http::uri::Authority::as_str), Some("app.example.com"));
                let below = uri.path().strip_prefix("/in").expect("below");
                prop_assert!(below.is_empty() || below.starts_with('/'));
                prop_assert!(!below.split('/').any(|part| part == ".."));
                prop_assert!(!address.contains(['#', '\\', ' ']));
            }
        }

        #[test]
        fn no_host_is_taken_for_the_lists(host in "[a-z.@:\\\\/?#-]{0,16}") {
            let before = format!("https://{host}app.example.com/in");
            prop_assert!(host.is_empty() || list().allow(&before).is_none());
            let after = format!("https://app.example.com{host}x/in");
            prop_assert!(list().allow(&after).is_none());
        }
    }
}
