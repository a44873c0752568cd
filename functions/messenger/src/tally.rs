//! How many were told by which way, and how many could not be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use attesta_model::Notice;
use attesta_runtime::Measures;

/// A way to organisations or to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Webhook,
    WhatsApp,
    Email,
    Slack,
}

impl Way {
    /// The way that a notice goes.
    pub(crate) const fn of(notice: &Notice) -> Self {
        match notice {
            Notice::MagicLink { .. } => Self::WhatsApp,
            Notice::PasswordChanged { .. }
            | Notice::ContactConnected { .. }
            | Notice::OwnerChanged { .. }
            | Notice::OrganisationActivated { .. } => Self::Email,
            Notice::AccountRequested(_) | Notice::ModuleRequested(_) => Self::Slack,
        }
    }

    const fn metric(self, is_told: bool) -> &'static str {
        match (self, is_told) {
            (Self::Webhook, true) => "WebhookTold",
            (Self::Webhook, false) => "WebhookFailed",
            (Self::WhatsApp, true) => "WhatsAppTold",
            (Self::WhatsApp, false) => "WhatsAppFailed",
            (Self::Email, true) => "EmailTold",
            (Self::Email, false) => "EmailFailed",
            (Self::Slack, true) => "SlackTold",
            (Self::Slack, false) => "SlackFailed",
        }
    }
}

/// The counts of one batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<BTreeMap<&'static str, usize>>>);

impl Tally {
    /// Counts one, which was told or could not be.
    pub(crate) fn count(&self, way: Way, is_told: bool) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(way.metric(is_told)).or_default() += 1;
    }

    pub(crate) fn measures(&self) -> Measures {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let each = counts.iter();
        each.fold(Measures::default(), |measures, (name, count)| measures.count(name, *count))
    }
}
