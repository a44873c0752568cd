//! Who vouches for what a unit does business as.

use attesta_model::{Business, Organisation};

use crate::App;

impl App {
    /// A business of an organisation's with the certificate that speaks for it,
    /// if there is one and the service can be asked. It need not be up for a
    /// unit to be made or changed: the certificate is then left out.
    pub(crate) async fn vouched(&self, business: Business, of: &Organisation) -> Business {
        let found = self.red_tractor.certificate_of(&self.store, &business, of.country).await;
        let assurance = found.unwrap_or_else(|error| {
            tracing::warn!(%error, "a business unit is kept without its certificate");
            None
        });
        Business { assurance, ..business }
    }
}
