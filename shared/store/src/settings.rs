//! Settings that running functions follow.

use attesta_identity::UserCaller;
use attesta_model::{Logging, Result, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{CanChange, CanRead, StaffMember, staff_handle};
use crate::table::{Condition, from_item, to_item};
use crate::{Store, keys, patterns};

/// The settings, and who gave them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemSettings {
    /// What is logged.
    pub logging: Logging,
    /// Who of the staff gave them.
    pub updated_by: UserId,
    /// When.
    pub updated_at: Timestamp,
}

impl Store {
    /// The settings, if any were given: for the functions themselves.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn system_settings(&self) -> Result<Option<SystemSettings>> {
        let [item] = self.table.get_many([keys::settings()]).await?;
        item.map(from_item).transpose()
    }

    /// The same as staff see them.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn managed_settings(&self, caller: &UserCaller) -> Result<Option<SystemSettings>> {
        let wanted = [keys::user(caller.user_id), keys::settings()];
        let [user, item] = self.table.get_many(wanted).await?;
        staff_handle::<CanRead>(caller, user)?;
        item.map(from_item).transpose()
    }

    /// Gives other settings; the last who does is who is followed.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn set_system_settings(
        &self,
        by: &StaffMember<CanChange>,
        logging: Logging,
    ) -> Result<()> {
        let (updated_by, updated_at) = (by.id(), self.ids.now());
        let settings = SystemSettings { logging, updated_by, updated_at };
        let item = to_item(patterns::SETTINGS, keys::settings(), &settings)?;
        self.table.put(item, Condition::default()).await.map(drop)
    }
}
