//! Who vouches for what a unit does business as.

use attesta_model::{Business, Certificate, CertificateStatus, Organisation, Result};

use crate::App;

/// A certificate that takes more than this as JSON is not kept with its unit:
/// an organisation's units are read together.
const MOST_BYTES: usize = 16 * 1024;

impl App {
    /// A business of an organisation's with the certificate that speaks for it,
    /// if there is one and the service can be asked. It need not be up for a
    /// unit to be made or changed: the certificate is then left out.
    pub(crate) async fn vouched(&self, business: Business, of: &Organisation) -> Business {
        let assurance = self.certificate_of(&business, of).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a business unit is kept without its certificate");
            None
        });
        Business { assurance, ..business }
    }

    async fn certificate_of(
        &self,
        business: &Business,
        of: &Organisation,
    ) -> Result<Option<Certificate>> {
        let Some(query) = business.certificate_query(of.country) else { return Ok(None) };
        let found = self.red_tractor.certificates(&self.store, &query).await?;
        // Others may be at the same postcode: which of several it is, nobody knows.
        if query.holding_number().is_none() && found.len() > 1 {
            return Ok(None);
        }
        let found = best(found);
        let is_small = |one: &Certificate| {
            serde_json::to_vec(one).is_ok_and(|bytes| bytes.len() <= MOST_BYTES)
        };
        if found.as_ref().is_some_and(|one| !is_small(one)) {
            tracing::warn!("a certificate is too large to be kept with its business unit");
            return Ok(None);
        }
        Ok(found)
    }
}

/// One that is good, or else one that was a short while ago.
fn best(found: Vec<Certificate>) -> Option<Certificate> {
    let is_good = |one: &Certificate| one.status == Some(CertificateStatus::Valid);
    let good = found.iter().position(is_good).unwrap_or_default();
    found.into_iter().nth(good)
}
