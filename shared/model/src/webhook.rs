//! Where an organisation wants to be told what happened.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const MAX_LENGTH: usize = 2_000;

/// An address that events are posted to: `https`, and a host by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(String);

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAWebhookUrl {
    /// It can't be read as an address.
    #[error("Enter a valid URL.")]
    Unreadable,
    /// What is sent must be sent in secret.
    #[error("Must be an https URL.")]
    NotHttps,
    /// Nothing but a public name can be told from what is inside a network.
    #[error("The host must be a public name, and no address.")]
    NotAName,
    /// It holds a user name, a password or a fragment.
    #[error("Must hold no credentials and no fragment.")]
    TooMuch,
}

impl WebhookUrl {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for WebhookUrl {
    type Err = NotAWebhookUrl;

    fn from_str(text: &str) -> Result<Self, NotAWebhookUrl> {
        if text.len() > MAX_LENGTH || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NotAWebhookUrl::Unreadable);
        }
        if text.contains('#') {
            return Err(NotAWebhookUrl::TooMuch);
        }
        let url: http::Uri = text.parse().map_err(|_| NotAWebhookUrl::Unreadable)?;
        if url.scheme_str() != Some("https") {
            return Err(NotAWebhookUrl::NotHttps);
        }
        let authority = url.authority().ok_or(NotAWebhookUrl::Unreadable)?;
        if authority.as_str().contains('@') {
            return Err(NotAWebhookUrl::TooMuch);
        }
        if !is_public_name(authority.host()) {
            return Err(NotAWebhookUrl::NotAName);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether a host is a name of several labels, the last of which is no number:
/// every way to write an IP address ends in one.
fn is_public_name(host: &str) -> bool {
    const INSIDE: [&str; 4] = ["localhost", "local", "internal", "localdomain"];
    let labels: Vec<_> = host.trim_end_matches('.').split('.').collect();
    let is_label = |label: &&str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(is_part)
    };
    let Some(last) = labels.last() else { return false };
    labels.len() > 1
        && labels.iter().all(is_label)
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
        && !INSIDE.iter().any(|inside| last.eq_ignore_ascii_case(inside))
}

/// Whether an address is one of the public Internet: none of those that IANA's
/// special-purpose registries keep for other uses.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

/// Global unicast is `2000::/3`; within it, protocols, documentation and 6to4
/// (which can hide an IPv4 address) are set aside.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    a & 0xe000 == 0x2000
        && !(a == 0x2001 && b < 0x200)
        && !(a == 0x2001 && b == 0xdb8)
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_to_a_public_name() {
        for good in [
            "https://example.com/hook",
            "https://hooks.example.co.uk:8443/a?b=c",
            "https://xn--bcher-kva.example/",
        ] {
            assert_eq!(good.parse::<WebhookUrl>().expect(good).as_str(), good);
        }
        for (bad, why) in [
            ("http://example.com/", NotAWebhookUrl::NotHttps),
            ("ftp://example.com/", NotAWebhookUrl::NotHttps),
            ("/hook", NotAWebhookUrl::NotHttps),
            ("", NotAWebhookUrl::Unreadable),
            ("https://", NotAWebhookUrl::Unreadable),
            ("https://exa mple.com/", NotAWebhookUrl::Unreadable),
            ("https://u:p@example.com/", NotAWebhookUrl::TooMuch),
            ("https://example.com/#x", NotAWebhookUrl::TooMuch),
            ("https://127.0.0.1/", NotAWebhookUrl::NotAName),
            ("https://127.1/", NotAWebhookUrl::NotAName),
            ("https://2130706433/", NotAWebhookUrl::NotAName),
            ("https://0x7f.0x1/", NotAWebhookUrl::NotAName),
            ("https://[::1]/", NotAWebhookUrl::NotAName),
            ("https://localhost/", NotAWebhookUrl::NotAName),
            ("https://a.localhost/", NotAWebhookUrl::NotAName),
            ("https://metadata.google.internal/", NotAWebhookUrl::NotAName),
            ("https://intranet/", NotAWebhookUrl::NotAName),
            ("https://.com/", NotAWebhookUrl::NotAName),
        ] {
            assert_eq!(bad.parse::<WebhookUrl>(), Err(why), "{bad}");
        }
        let long = format!("https://example.com/{}", "a".repeat(2_000));
        assert_eq!(long.parse::<WebhookUrl>(), Err(NotAWebhookUrl::Unreadable));
    }

    #[test]
    fn addresses_for_other_uses_are_not_public() {
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
        for other in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
        ] {
            assert!(!is_public(other.parse().expect("an address")), "{other}");
        }
    }
}
