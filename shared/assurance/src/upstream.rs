//! Certificates as the service writes them.

use attesta_model::{
    Certificate, CertificateEnterprise, CertificateStatus, CertifiedSite, Error, Result,
    SiteIdentifier,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Upstream {
    certificate_status: Option<String>,
    certificate_identifier: Option<String>,
    certificate_enterprises: Option<Vec<Enterprise>>,
    certificate_expiry_date: Option<String>,
    certified_sites: Option<Vec<Site>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Enterprise {
    enterprise_identifier: Option<String>,
    enterprise: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Site {
    site_identifiers: Option<Identifier>,
    is_primary: Option<bool>,
    site_country: Option<String>,
    site_postcode: Option<String>,
    site_address: Option<String>,
    site_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Identifier {
    identifier_type: Option<String>,
    identifier: Option<String>,
}

/// Reads an answer; those of its certificates that count.
pub(crate) fn read(body: &[u8]) -> Result<Vec<Certificate>> {
    let all: Vec<Upstream> = serde_json::from_slice(body).map_err(|error| {
        let (class, at) = (error.classify(), error.column());
        Error::internal(format_args!("what Red Tractor answered: {class:?} error at {at}"))
    })?;
    Ok(all.into_iter().filter_map(Upstream::counting).collect())
}

impl Upstream {
    /// The certificate, if it is valid or in its days of grace.
    fn counting(self) -> Option<Certificate> {
        let status = match self.certificate_status?.trim().to_ascii_lowercase().as_str() {
            "valid" => CertificateStatus::Valid,
            "grace" => CertificateStatus::Grace,
            _ => return None,
        };
        let enterprises = self.certificate_enterprises.unwrap_or_default();
        let sites = self.certified_sites.unwrap_or_default();
        Some(Certificate {
            status: Some(status),
            identifier: self.certificate_identifier,
            enterprises: enterprises.into_iter().map(Enterprise::known).collect(),
            expiry_date: self.certificate_expiry_date,
            sites: sites.into_iter().map(Site::known).collect(),
        })
    }
}

impl Enterprise {
    fn known(self) -> CertificateEnterprise {
        CertificateEnterprise {
            identifier: self.enterprise_identifier,
            enterprise: self.enterprise,
        }
    }
}

impl Site {
    fn known(self) -> CertifiedSite {
        let known = |one: Identifier| SiteIdentifier {
            kind: one.identifier_type,
            identifier: one.identifier,
        };
        CertifiedSite {
            identifiers: self.site_identifiers.map(known),
            is_primary: self.is_primary,
            country: self.site_country,
            postcode: self.site_postcode,
            address: self.site_address,
            name: self.site_name,
        }
    }
}
