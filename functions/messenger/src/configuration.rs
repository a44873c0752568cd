//! What the operator says of the channels: a JSON document in a secret.
//!
//! ```json
//! {
//!   "whatsapp": {
//!     "url": "https://graph.facebook.com/v23.0/<phone number id>/messages",
//!     "token": "<access token>",
//!     "template": {"name": "<an approved one>", "language": "en_GB"}
//!   },
//!   "slack": {"url": "https://hooks.slack.com/services/<secret>"}
//! }
//! ```
//!
//! A channel that is left out is not configured.

use attesta_messaging::templates::Template;
use secrecy::SecretString;
use serde::Deserialize;

/// The document.
#[derive(Debug, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) whatsapp: Option<WhatsApp>,
    pub(crate) slack: Option<Slack>,
}

/// A phone number of WhatsApp's Cloud API.
#[derive(Debug, Deserialize)]
pub(crate) struct WhatsApp {
    pub(crate) url: String,
    pub(crate) token: SecretString,
    pub(crate) template: Template,
}

/// An incoming webhook of Slack; whoever knows its address may post.
#[derive(Debug, Deserialize)]
pub(crate) struct Slack {
    pub(crate) url: SecretString,
}
