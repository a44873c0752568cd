//! Whom organisations deal with: the record that an organisation has of them.

use std::collections::{HashMap, HashSet};

use attesta_model::{
    Connection, Organisation, OrganisationId, Relationship, Result, Status, User, UserId,
};

use crate::access::Home;
use crate::keys::{self, Key};
use crate::listing::{MOST_WALKED, too_far};
use crate::table::{Item, Query, Sort, from_item, indexed, to_item};
use crate::{Store, patterns};

/// An organisation that another deals with, as that one's people see it.
#[derive(Debug, Clone)]
pub struct Connected {
    /// What there is between them.
    pub connection: Connection,
    /// The organisation, of which they see a part.
    pub organisation: Organisation,
    /// Whom they know there.
    pub contacts: Vec<User>,
    /// Who owns it, as far as they may know.
    pub owner: Option<User>,
}

/// What is asked of the record.
#[derive(Debug, Clone)]
pub struct ConnectionQuery {
    /// What the others are to it: one of these at least, or anything if there
    /// are none.
    pub relationships: Vec<Relationship>,
    /// Whether from the last name up.
    pub descending: bool,
    /// How many rows are passed over.
    pub skip: usize,
    /// How many rows at most.
    pub limit: usize,
}

/// A page of the record, by name.
#[derive(Debug, Clone)]
pub struct ConnectionPage {
    /// The rows.
    pub rows: Vec<Connected>,
    /// Whether more follow.
    pub has_more: bool,
}

/// That an organisation deals with another, as an item: on the index among those
/// who deal with the other.
pub(crate) fn connection_item(connection: &Connection) -> Result<Item> {
    let (organisation, other) = (connection.organisation_id, connection.other_id);
    let item = to_item(patterns::CONNECTION, keys::connection(organisation, other), connection)?;
    Ok(indexed(item, keys::connected_with(other), keys::connected_in_index(organisation)))
}

impl ConnectionQuery {
    /// So many rows a record has at most where it is shown as a whole.
    pub const MOST: usize = 1_000;

    /// The record as a whole.
    #[must_use]
    pub const fn whole() -> Self {
        Self { relationships: Vec::new(), descending: false, skip: 0, limit: Self::MOST }
    }

    fn asks_for(&self, connection: &Connection) -> bool {
        let is_one = |one: &Relationship| connection.relationships.contains(one);
        self.relationships.is_empty() || self.relationships.iter().any(is_one)
    }
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

    /// A page of those whom the caller's organisation deals with, by name. The
    /// table has them by age, and names change: all are read to be put in order.
    ///
    /// # Errors
    /// [`attesta_model::Error::Refused`] where that are too many.
    pub async fn connections(
        &self,
        home: &Home,
        query: &ConnectionQuery,
    ) -> Result<ConnectionPage> {
        let own = home.organisation().id;
        let all = Query::table(keys::connections(own), Sort::Any);
        let items = self.table.query_up_to(all, MOST_WALKED + 1).await?;
        if items.len() > MOST_WALKED || query.skip > MOST_WALKED {
            return Err(too_far());
        }
        let connections: Vec<Connection> =
            items.into_iter().map(from_item).collect::<Result<_>>()?;
        let connections: Vec<_> =
            connections.into_iter().filter(|one| query.asks_for(one)).collect();
        let others = connections.iter().map(|one| keys::organisation(one.other_id)).collect();
        let others = self.table.get_each(others).await?;
        let mut rows = Vec::with_capacity(connections.len());
        for (connection, other) in connections.into_iter().zip(others) {
            let Some(other) = other else { continue };
            rows.push((connection, from_item::<Organisation>(other)?));
        }
        rows.sort_by_cached_key(|(_, other)| (other.name.to_lowercase(), other.id));
        if query.descending {
            rows.reverse();
        }
        let has_more = rows.len() > query.skip.saturating_add(query.limit);
        let page = rows.into_iter().skip(query.skip).take(query.limit).collect();
        Ok(ConnectionPage { rows: self.with_people(own, page).await?, has_more })
    }

    /// The same connections with those whom the organisation knows there.
    async fn with_people(
        &self,
        own: OrganisationId,
        page: Vec<(Connection, Organisation)>,
    ) -> Result<Vec<Connected>> {
        let wanted = page.iter().flat_map(|(connection, other)| {
            let people = connection.contacts.iter().copied().chain(other.owner_id);
            people.map(keys::user).chain([keys::connection(other.id, own)])
        });
        let mut found = Found::default();
        found.add(self, wanted).await?;
        let connected = page.into_iter().map(|(connection, organisation)| {
            let contacts = connection.contacts.iter().filter_map(|id| found.user(*id).transpose());
            let contacts: Vec<User> = contacts.collect::<Result<_>>()?;
            let is_known = |id: &UserId| {
                connection.contacts.contains(id)
                    || found.has(&keys::connection(organisation.id, own))
            };
            // An organisation can be dealt with unasked: its owner is shown where it
            // deals with the other, too, or they know them.
            let owner = organisation.owner_id.filter(is_known);
            let owner = owner.map(|id| found.user(id)).transpose()?.flatten();
            Ok(Connected { connection, organisation, contacts, owner })
        });
        connected.collect()
    }
}

/// What was found in the table, by its keys.
#[derive(Debug, Default)]
pub(crate) struct Found(HashMap<Key, Item>);

impl Found {
    /// Finds more, in one round; what was found before is not asked for again.
    pub(crate) async fn add(
        &mut self,
        store: &Store,
        wanted: impl IntoIterator<Item = Key>,
    ) -> Result<()> {
        let wanted: HashSet<_> =
            wanted.into_iter().filter(|key| !self.0.contains_key(key)).collect();
        let wanted: Vec<_> = wanted.into_iter().collect();
        let items = store.table.get_each(wanted.clone()).await?;
        let found = wanted.into_iter().zip(items);
        self.0.extend(found.filter_map(|(key, item)| Some((key, item?))));
        Ok(())
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn item(&self, key: &Key) -> Option<Item> {
        self.0.get(key).cloned()
    }

    /// A user who is not gone.
    pub(crate) fn user(&self, id: UserId) -> Result<Option<User>> {
        let user: Option<User> = self.item(&keys::user(id)).map(from_item).transpose()?;
        Ok(user.filter(|user| user.status != Status::Deleted))
    }

    pub(crate) fn organisation(&self, id: OrganisationId) -> Result<Option<Organisation>> {
        self.item(&keys::organisation(id)).map(from_item).transpose()
    }
}
