//! Which certificate speaks for a business.

use attesta_model::{
    Business, Certificate, CertificateQuery, CertificateStatus, HomeCountry, Result,
};
use attesta_store::Store;

use crate::RedTractor;

/// A certificate that takes more than this as JSON is not kept with its unit:
/// an organisation's units are read together.
const MOST_BYTES: usize = 16 * 1024;

impl RedTractor {
    /// The certificate that speaks for a business of an organisation's in a
    /// country, at most an hour old; none where there is none, where several may,
    /// or where the business says too little.
    ///
    /// # Errors
    /// Those of [`RedTractor::certificates`].
    pub async fn certificate_of(
        &self,
        store: &Store,
        business: &Business,
        home: HomeCountry,
    ) -> Result<Option<Certificate>> {
        let Some(query) = business.certificate_query(home) else { return Ok(None) };
        let found = self.certificates(store, &query).await?;
        Ok(chosen(&query, found))
    }

    /// The same if it was looked up within the hour, without asking the service;
    /// none where it wasn't.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn known_certificate_of(
        &self,
        store: &Store,
        business: &Business,
        home: HomeCountry,
    ) -> Result<Option<Option<Certificate>>> {
        let Some(query) = business.certificate_query(home) else { return Ok(Some(None)) };
        let found = store.kept_certificates(&query).await?;
        Ok(found.map(|found| chosen(&query, found)))
    }
}

/// That among some which is kept.
fn chosen(query: &CertificateQuery, found: Vec<Certificate>) -> Option<Certificate> {
    // Others may be at the same postcode: which of several it is, nobody knows.
    if query.holding_number().is_none() && found.len() > 1 {
        return None;
    }
    let is_small =
        |one: &Certificate| serde_json::to_vec(one).is_ok_and(|bytes| bytes.len() <= MOST_BYTES);
    let found = best(found)?;
    if !is_small(&found) {
        tracing::warn!("a certificate is too large to be kept with its business unit");
        return None;
    }
    Some(found)
}

/// One that is good, or else one that was a short while ago.
fn best(found: Vec<Certificate>) -> Option<Certificate> {
    let is_good = |one: &Certificate| one.status == Some(CertificateStatus::Valid);
    let good = found.iter().position(is_good).unwrap_or_default();
    found.into_iter().nth(good)
}
