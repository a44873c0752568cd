//! Whom organisations deal with.

use attesta_model::{OrganisationId, Result};

use crate::access::Home;
use crate::{Store, keys};

impl Store {
    /// Whether another organisation deals with the caller's. Of one that there is
    /// none of, no.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn is_in_network(&self, home: &Home, other: OrganisationId) -> Result<bool> {
        let key = keys::connection(other, home.organisation().id);
        let [connection] = self.table.get_many([key]).await?;
        Ok(connection.is_some())
    }
}
