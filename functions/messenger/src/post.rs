//! Webhooks: to public addresses alone, whatever name an organisation gave.

use attesta_model::Result;
use attesta_outbound::{Https, PATIENCE, Publicly, System};
use attesta_store::{Event, Webhook};
use aws_smithy_http_client::tls::TlsContext;
use aws_smithy_runtime_api::client::dns::ResolveDns;
use jiff::Timestamp;

/// Posts events to webhooks.
#[derive(Debug, Clone)]
pub struct Poster {
    https: Https,
}

impl Default for Poster {
    fn default() -> Self {
        Self::new(Publicly::new(System), TlsContext::default())
    }
}

impl Poster {
    /// A way out that finds hosts and trusts certificates as given.
    pub fn new(resolver: impl ResolveDns + Clone + 'static, trust: TlsContext) -> Self {
        Self { https: Https::new(resolver, trust, PATIENCE) }
    }

    /// Posts an event, signed; the status of the answer.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, webhook: &Webhook, event: &Event, now: Timestamp) -> Result<u16> {
        let (id, body) = (event.id.to_string(), event.body());
        let headers = [
            ("webhook-signature", webhook.sign(&id, now, &body)),
            ("webhook-timestamp", now.as_second().to_string()),
            ("webhook-id", id),
        ];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.https.post(webhook.url.as_str(), body, &headers).await
    }
}
