//! Certificates of assurance schemes, as callers see them.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::answer;

/// Where a certificate that counts stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum CertificateStatus {
    /// It is good.
    Valid,
    /// It ran out a short while ago, and counts until it is renewed.
    Grace,
}

answer! {
    /// A certificate that counts.
    Certificate {
        /// Where it stands.
        certificate_status: Option<CertificateStatus>,
        /// Its number.
        certificate_identifier: Option<String>,
        /// What it covers.
        certificate_enterprises: Option<Vec<CertificateEnterprise>>,
        /// When it runs out.
        certificate_expiry_date: Option<String>,
        /// Where it holds.
        certified_sites: Option<Vec<CertifiedSite>>,
    }

    /// What a certificate covers.
    CertificateEnterprise {
        /// Its number.
        enterprise_identifier: Option<String>,
        /// What it is.
        enterprise: Option<String>,
    }

    /// Where a certificate holds.
    CertifiedSite {
        /// What the site is known by.
        site_identifiers: Option<SiteIdentifier>,
        /// Whether it is the main one.
        is_primary: Option<bool>,
        /// Its country's name.
        site_country: Option<String>,
        /// Its postcode.
        site_postcode: Option<String>,
        /// Its address.
        site_address: Option<String>,
        /// Its name.
        site_name: Option<String>,
    }

    /// What a site is known by.
    SiteIdentifier {
        /// Of what kind that is.
        identifier_type: Option<String>,
        /// The identifier.
        identifier: Option<String>,
    }
}

impl From<&attesta_model::Certificate> for Certificate {
    fn from(certificate: &attesta_model::Certificate) -> Self {
        let enterprises = certificate.enterprises.iter().map(CertificateEnterprise::from);
        Self {
            certificate_status: certificate.status.map(|status| match status {
                attesta_model::CertificateStatus::Valid => CertificateStatus::Valid,
                attesta_model::CertificateStatus::Grace => CertificateStatus::Grace,
            }),
            certificate_identifier: certificate.identifier.clone(),
            certificate_enterprises: Some(enterprises.collect()),
            certificate_expiry_date: certificate.expiry_date.clone(),
            certified_sites: Some(certificate.sites.iter().map(CertifiedSite::from).collect()),
        }
    }
}

impl From<&attesta_model::CertificateEnterprise> for CertificateEnterprise {
    fn from(enterprise: &attesta_model::CertificateEnterprise) -> Self {
        let (identifier, name) = (enterprise.identifier.clone(), enterprise.enterprise.clone());
        Self { enterprise_identifier: identifier, enterprise: name }
    }
}

impl From<&attesta_model::CertifiedSite> for CertifiedSite {
    fn from(site: &attesta_model::CertifiedSite) -> Self {
        Self {
            site_identifiers: site.identifiers.as_ref().map(|one| SiteIdentifier {
                identifier_type: one.kind.clone(),
                identifier: one.identifier.clone(),
            }),
            is_primary: site.is_primary,
            site_country: site.country.clone(),
            site_postcode: site.postcode.clone(),
            site_address: site.address.clone(),
            site_name: site.name.clone(),
        }
    }
}
