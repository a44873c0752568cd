//! An organisation with what stands around it: who owns it, its units, and whom
//! it deals with.

use std::collections::{HashMap, HashSet};

use attesta_identity::Caller;
use attesta_model::{BusinessUnit, Connection, Organisation, Profile, Result, User, UserId};
use tokio::join;

use crate::access::{OrganisationInSight, Standing, organisation_id};
use crate::connections::Connected;
use crate::keys::Key;
use crate::table::{Item, Query, Sort, found_item, from_item};
use crate::{Store, keys};

/// So many of those whom an organisation deals with are shown with it.
const MOST_CONNECTIONS: usize = 100;

/// An organisation, as far as the caller sees it.
#[derive(Debug, Clone)]
pub struct OrganisationView {
    pub(crate) seen: OrganisationInSight,
    pub(crate) around: Surroundings,
}

/// What stands around an organisation.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Who owns it.
    pub owner: Option<User>,
    /// Its units, for who may see them.
    pub units: Option<Vec<BusinessUnit>>,
    /// The first hundred of those whom it deals with, for who sees the whole of
    /// it.
    pub connected: Option<Vec<Connected>>,
    /// What its owner may do there.
    pub(crate) owners_profile: Option<Profile>,
}

impl OrganisationView {
    /// The organisation, and as what the caller sees it.
    #[must_use]
    pub const fn seen(&self) -> &OrganisationInSight {
        &self.seen
    }

    /// What stands around it.
    #[must_use]
    pub const fn around(&self) -> &Surroundings {
        &self.around
    }
}

impl Store {
    /// An organisation with what stands around it. In two rounds, or three for
    /// who sees the whole of one that deals with others: who owns those, only
    /// they tell.
    ///
    /// # Errors
    /// Those of [`Store::organisation_in_sight`].
    pub async fn organisation_view(&self, caller: &Caller, id: &str) -> Result<OrganisationView> {
        self.view_and(caller, id, |_| Vec::new()).await.map(|(view, _)| view)
    }

    /// The same, and what stands under other keys that hang on what the
    /// organisation is.
    pub(crate) async fn view_and(
        &self,
        caller: &Caller,
        id: &str,
        also: impl FnOnce(&Organisation) -> Vec<Key>,
    ) -> Result<(OrganisationView, HashMap<Key, Item>)> {
        let of = organisation_id(id);
        let units = Query::table(keys::business_units(of), Sort::Any);
        let connections = Query::table(keys::connections(of), Sort::Any);
        // Who asks is judged before anything is made of what these bring.
        let (seen, units, connections) = join!(
            self.organisation_in_sight(caller, id),
            self.table.query_all(units),
            self.table.query_up_to(connections, MOST_CONNECTIONS),
        );
        let (seen, units) = (seen?, units?);
        let connections: Vec<Connection> = match seen.is_whole() {
            true => connections?.into_iter().map(from_item).collect::<Result<_>>()?,
            false => Vec::new(),
        };
        let own = seen.get();
        let mut wanted: HashSet<Key> = also(own).into_iter().collect();
        if let Some(owner) = own.owner_id {
            wanted.extend([keys::user(owner), keys::profile(owner, own.id)]);
        }
        for connection in &connections {
            wanted.insert(keys::organisation(connection.other_id));
            wanted.extend(connection.contacts.iter().copied().map(keys::user));
        }
        let mut found = self.found(wanted.into_iter().collect()).await?;
        let others = self.others(connections, &mut found).await?;
        let around = Surroundings {
            owner: own.owner_id.map_or(Ok(None), |owner| found_item(&found, &keys::user(owner)))?,
            units: match sees_units(&seen) {
                true => Some(units.into_iter().map(from_item).collect::<Result<_>>()?),
                false => None,
            },
            connected: seen.is_whole().then_some(others),
            owners_profile: own
                .owner_id
                .map_or(Ok(None), |owner| found_item(&found, &keys::profile(owner, own.id)))?,
        };
        Ok((OrganisationView { seen, around }, found))
    }

    /// Those whom an organisation deals with, of which all but the owners was
    /// found.
    async fn others(
        &self,
        connections: Vec<Connection>,
        found: &mut HashMap<Key, Item>,
    ) -> Result<Vec<Connected>> {
        let mut both = Vec::with_capacity(connections.len());
        for connection in connections {
            let other: Option<Organisation> =
                found_item(found, &keys::organisation(connection.other_id))?;
            both.extend(other.map(|organisation| (connection, organisation)));
        }
        let owners: HashSet<UserId> = both.iter().filter_map(|(_, other)| other.owner_id).collect();
        let owners = owners.into_iter().map(keys::user).filter(|key| !found.contains_key(key));
        let owners = owners.collect::<Vec<_>>();
        found.extend(self.found(owners).await?);
        let whole = |(connection, organisation): (Connection, Organisation)| {
            let user = |id: UserId| found_item::<User>(found, &keys::user(id));
            let owner = organisation.owner_id.map_or(Ok(None), user)?;
            let contacts = connection.contacts.iter().filter_map(|&id| user(id).transpose());
            let contacts = contacts.collect::<Result<_>>()?;
            Ok(Connected { connection, organisation, owner, contacts })
        };
        both.into_iter().map(whole).collect()
    }
}

/// Whether somebody sees the units: who sees the whole, a service, and whoever
/// organises for it.
fn sees_units(seen: &OrganisationInSight) -> bool {
    seen.is_whole() || seen.is_organisers() || *seen.standing() == Standing::Service
}
