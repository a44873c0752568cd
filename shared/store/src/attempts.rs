//! Counting what somebody tries in a window of time.

use attesta_model::Result;
use jiff::SignedDuration;

use crate::{Store, keys};

impl Store {
    /// Counts one attempt at something by somebody, and says how many it makes
    /// in the window that now lies in.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn count_attempt(
        &self,
        what: &'static str,
        who: &str,
        window: SignedDuration,
    ) -> Result<u32> {
        let now = self.ids.now().as_second();
        let start = now - now.rem_euclid(window.as_secs());
        let ttl = start + 2 * window.as_secs();
        self.table.add(keys::attempts(what, who, start), "attempts", ttl).await
    }
}
