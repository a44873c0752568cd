//! Where hosts are.

use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::Arc;

use attesta_model::is_public;
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};

/// Finds the addresses of a host.
pub trait Lookup: Debug + Send + Sync {
    /// All of them, public or not.
    ///
    /// # Errors
    /// When the name can't be looked up.
    fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The system's own lookup.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Lookup for System {
    fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = std::net::ToSocketAddrs::to_socket_addrs(&(host, 443))?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Resolves names to whatever addresses they have.
#[derive(Debug, Clone, Copy)]
pub struct Anywhere;

impl ResolveDns for Anywhere {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        let name = name.to_owned();
        blocking(move || System.addresses(&name).map_err(ResolveDnsError::new))
    }
}

/// Resolves names to public addresses, and to none at all where one of a name's
/// addresses is not public. What it finds is what is connected to, so that a
/// name can't mean one thing when it is checked and another when it is used.
#[derive(Debug, Clone)]
pub struct Publicly(Arc<dyn Lookup>);

impl Publicly {
    /// Over a lookup.
    #[must_use]
    pub fn new(lookup: impl Lookup + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, ResolveDnsError> {
        let found = self.0.addresses(host).map_err(ResolveDnsError::new)?;
        match found.iter().find(|address| !is_public(**address)) {
            Some(inside) => Err(ResolveDnsError::new(format!("{inside} is no public address"))),
            None => Ok(found),
        }
    }
}

impl ResolveDns for Publicly {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        let (this, name) = (self.clone(), name.to_owned());
        blocking(move || this.resolve(&name))
    }
}

fn blocking<'a>(
    lookup: impl FnOnce() -> Result<Vec<IpAddr>, ResolveDnsError> + Send + 'static,
) -> DnsFuture<'a> {
    DnsFuture::new(async move {
        tokio::task::spawn_blocking(lookup).await.map_err(ResolveDnsError::new)?
    })
}
