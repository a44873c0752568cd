//! What a certificate service vouches for.

use serde::{Deserialize, Serialize};

/// How a certificate stands; others than these count for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateStatus {
    /// It is valid.
    Valid,
    /// It has run out, and is let count a while longer.
    Grace,
}

/// A certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// How it stands.
    pub status: Option<CertificateStatus>,
    /// Its number.
    pub identifier: Option<String>,
    /// What is certified.
    pub enterprises: Vec<CertificateEnterprise>,
    /// Until when, as the service writes it.
    pub expiry_date: Option<String>,
    /// Where.
    pub sites: Vec<CertifiedSite>,
}

/// Something that is certified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CertificateEnterprise {
    /// Its identifier.
    pub identifier: Option<String>,
    /// What it is.
    pub enterprise: Option<String>,
}

/// A place that is certified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CertifiedSite {
    /// What it is known by.
    pub identifiers: Option<SiteIdentifier>,
    /// Whether it is the main one.
    pub is_primary: Option<bool>,
    /// Its country.
    pub country: Option<String>,
    /// Its postcode.
    pub postcode: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// What a place is known by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteIdentifier {
    /// Which kind of number.
    pub kind: Option<String>,
    /// The number.
    pub identifier: Option<String>,
}
