//! Handles to notifications.

use attesta_identity::ProviderCaller;
use attesta_model::{Error, Notification, NotificationId, Result};

use super::provider_keys;
use crate::table::from_item;
use crate::{Store, keys};

/// A notification of the caller's own provider.
#[derive(Debug, Clone)]
pub struct OwnNotification {
    row: Notification,
}

impl OwnNotification {
    /// The notification as it stands.
    #[must_use]
    pub const fn row(&self) -> &Notification {
        &self.row
    }
}

impl Store {
    /// A notification of the caller's own provider.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::NotFound`].
    pub async fn own_notification(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        id: &str,
    ) -> Result<OwnNotification> {
        // An id that can't be one is looked up as one that isn't there.
        let absent = NotificationId::new(0).ok_or_else(Error::not_found)?;
        let wanted = keys::notification(caller.provider_id, id.parse().unwrap_or(absent));
        let [own, credential] = provider_keys(caller);
        let [own, credential, row] = self.table.get_many([own, credential, wanted]).await?;
        self.provider_handle(caller, provider, [own, credential])?;
        Ok(OwnNotification { row: from_item(row.ok_or_else(Error::not_found)?)? })
    }
}
