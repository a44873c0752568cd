//! Where a call comes from, for throttles and the audit log alone.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::FromRequestParts;
use http::Extensions;
use http::request::Parts;
use lambda_http::request::RequestContext;

/// The caller's address as the gateway saw it; headers, which anyone can set,
/// have no say. Of an address of version 6 it is the network, all of which one
/// caller has.
#[derive(Debug, Clone)]
pub struct Source(pub String);

impl<S: Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

impl Source {
    /// Where a request with these extensions comes from.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        let address = match extensions.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
            _ => None,
        };
        Self(network(address.unwrap_or_default()))
    }
}

fn network(address: String) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).to_string()
        }
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn addresses_of_one_network_are_one_source() {
        for (address, source) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::9", "2001:db8:1:2::"),
            ("2001:db8:1:3::9", "2001:db8:1:3::"),
            ("", ""),
        ] {
            assert_eq!(network(address.to_owned()), source);
        }
    }
}
