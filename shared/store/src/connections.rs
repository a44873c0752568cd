//! Whom organisations deal with.

use attesta_model::{Connection, OrganisationId, Result};

use crate::access::Home;
use crate::table::{Item, indexed, to_item};
use crate::{Store, keys, patterns};

/// That an organisation deals with another, as an item: on the index among those
/// who deal with the other.
pub(crate) fn connection_item(connection: &Connection) -> Result<Item> {
    let (organisation, other) = (connection.organisation_id, connection.other_id);
    let item = to_item(patterns::CONNECTION, keys::connection(organisation, other), connection)?;
    Ok(indexed(item, keys::connected_with(other), keys::connected_in_index(organisation)))
}

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
