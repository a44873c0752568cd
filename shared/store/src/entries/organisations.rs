//! Organisations: listed for staff by name, age or status, found by the words of
//! their name and company number, counted by status.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use attesta_model::{Organisation, OrganisationId, Result, Status, User, Words, folded, words_of};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lists::{Listed, Listing, page_of, under_word};
use super::{Facts, SHARDS, shard, status_name};
use crate::Store;
use crate::access::{StaffMember, StaffRight};
use crate::keys::{self, Key};
use crate::table::{Sort, from_item};

const KIND: &str = "ORGANISATIONS";
/// So many words lead to an organisation, and so many of its modules.
const MOST_WORDS: usize = 32;
const MOST_MODULES: usize = 20;

/// What organisations are put in order by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrganisationOrder {
    /// Their name.
    #[default]
    Name,
    /// When they were made.
    CreatedAt,
    /// Where they stand, then their name.
    Status,
}

/// Which organisations are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationsWanted {
    /// Of this status.
    pub status: Option<Status>,
    /// With all of these words.
    pub words: Words,
    /// With one of these modules at least, if any are named.
    pub modules: Vec<String>,
    /// With one of these in store at least, if any are named.
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OrganisationFacts {
    id: OrganisationId,
    name: String,
    status: Status,
    created_at: Timestamp,
    words: Vec<String>,
    modules: Vec<String>,
    tags: Vec<String>,
}

impl OrganisationsWanted {
    /// Whether a list that stands in the table has just these.
    fn is_whole(&self) -> bool {
        self.words.is_empty() && self.modules.is_empty() && self.tags.is_empty()
    }

    fn has(&self, facts: &OrganisationFacts) -> bool {
        let one_of = |wanted: &[String], there: &[String]| {
            wanted.is_empty() || wanted.iter().any(|one| there.contains(one))
        };
        self.status.is_none_or(|status| status == facts.status)
            && self.words.are_in(&facts.words)
            && one_of(&self.modules, &facts.modules)
            && one_of(&self.tags, &facts.tags)
    }
}

impl From<&Organisation> for OrganisationFacts {
    fn from(organisation: &Organisation) -> Self {
        let texts = [Some(organisation.name.as_str()), organisation.company.number.as_deref()];
        let modules = organisation.modules.iter().map(|module| module.id.clone());
        Self {
            id: organisation.id,
            name: folded(&organisation.name),
            status: organisation.status,
            created_at: organisation.created_at,
            words: words_of(texts.into_iter().flatten(), MOST_WORDS),
            modules: modules.take(MOST_MODULES).collect(),
            tags: organisation.company.inventory_types.clone(),
        }
    }
}

impl OrganisationOrder {
    const fn name(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::CreatedAt => "CREATED",
            Self::Status => "STATUS",
        }
    }

    fn place(self, facts: &OrganisationFacts) -> String {
        match self {
            Self::Name => facts.name.clone(),
            Self::CreatedAt => keys::time(facts.created_at),
            Self::Status => format!("{} {}", status_name(facts.status), facts.name),
        }
    }

    fn compare(self, a: &OrganisationFacts, b: &OrganisationFacts) -> Ordering {
        self.place(a).cmp(&self.place(b)).then(a.id.cmp(&b.id))
    }
}

impl Facts for OrganisationFacts {
    type Id = OrganisationId;

    async fn read(store: &Store, id: OrganisationId) -> Result<Option<Self>> {
        let [item] = store.table.get_many([keys::organisation(id)]).await?;
        let organisation: Option<Organisation> = item.map(from_item).transpose()?;
        Ok(organisation.as_ref().map(Self::from))
    }

    fn keys(&self) -> BTreeSet<Key> {
        use OrganisationOrder::{CreatedAt, Name, Status};
        let (id, shard) = (self.id.to_string(), shard(self.id.0));
        let listed = |scope: &str, order: OrganisationOrder| {
            keys::entry_in_list(scope, order.name(), shard, &order.place(self), &id)
        };
        let all = [Name, CreatedAt, Status].map(|order| listed(KIND, order));
        let of_status = scope(Some(self.status));
        let same = [Name, CreatedAt].map(|order| listed(&of_status, order));
        let words = self.words.iter().map(|word| keys::entry_under_word(KIND, word, &id));
        let modules =
            self.modules.iter().map(|module| keys::entry_for(KIND, "MODULE", module, &id));
        all.into_iter().chain(same).chain(words).chain(modules).collect()
    }

    fn counted(&self) -> (Key, Status) {
        (keys::entry_count(KIND, shard(self.id.0)), self.status)
    }
}

/// The lists of organisations of a status, or of all.
fn scope(status: Option<Status>) -> String {
    status.map_or_else(|| KIND.to_owned(), |status| format!("{KIND} {}", status_name(status)))
}

impl Store {
    /// A page of organisations with their owners, for staff.
    ///
    /// # Errors
    /// [`attesta_model::Error::Refused`] where too many would have to be looked
    /// at.
    pub async fn organisations_listed<R: StaffRight>(
        &self,
        _by: &StaffMember<R>,
        wanted: &OrganisationsWanted,
        listing: &Listing<OrganisationOrder>,
    ) -> Result<Listed<(Organisation, Option<User>)>> {
        let Listing { by, place, limit } = listing;
        let page = if wanted.is_whole() {
            // Those of one status have it all alike.
            let order = match by.order {
                OrganisationOrder::Status if wanted.status.is_some() => OrganisationOrder::Name,
                order => order,
            };
            let scope = scope(wanted.status);
            let lists = (0..SHARDS).map(|shard| keys::entry_list(&scope, order.name(), shard));
            self.page_in_order(lists.collect(), by.descending, place, *limit).await?
        } else {
            let rows = self.organisations_among(wanted).await?;
            page_of(rows, |a, b| by.order.compare(a, b), by.descending, place, *limit)?
        };
        let next = page.next;
        let rows = self.organisations_with_owners(page.rows).await?;
        Ok(Listed { rows, next })
    }

    /// How many organisations there are, for staff: what is not asked for by
    /// words, modules or tags is counted already.
    ///
    /// # Errors
    /// Those of [`Store::organisations_listed`].
    pub async fn organisations_counted<R: StaffRight>(
        &self,
        _by: &StaffMember<R>,
        wanted: &OrganisationsWanted,
    ) -> Result<u64> {
        if wanted.is_whole() {
            return self.count_of(KIND, wanted.status).await;
        }
        let rows = self.organisations_among(wanted).await?;
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    /// Those that no list has: by their longest word, else by their modules, else
    /// out of all.
    async fn organisations_among(
        &self,
        wanted: &OrganisationsWanted,
    ) -> Result<Vec<OrganisationFacts>> {
        let (partitions, sort) = if let Some((partition, sort)) = under_word(KIND, &wanted.words) {
            (vec![partition], sort)
        } else if wanted.modules.is_empty() {
            let scope = scope(wanted.status);
            let order = OrganisationOrder::Name.name();
            let lists = (0..SHARDS).map(|shard| keys::entry_list(&scope, order, shard));
            (lists.collect(), Sort::Any)
        } else {
            let modules = wanted.modules.iter();
            let lists = modules.map(|module| keys::entries_for(KIND, "MODULE", module));
            (lists.collect(), Sort::Any)
        };
        let mut rows = self.walked(&partitions, sort, |facts| wanted.has(facts)).await?;
        // Two words of one thing may begin alike, and it may have two modules.
        rows.sort_by_key(|facts: &OrganisationFacts| facts.id);
        rows.dedup_by_key(|facts| facts.id);
        Ok(rows)
    }

    async fn organisations_with_owners(
        &self,
        rows: Vec<OrganisationFacts>,
    ) -> Result<Vec<(Organisation, Option<User>)>> {
        let wanted = rows.iter().map(|facts| keys::organisation(facts.id)).collect();
        let organisations = self.table.get_each(wanted).await?.into_iter().flatten();
        let organisations: Vec<Organisation> =
            organisations.map(from_item).collect::<Result<_>>()?;
        let owners: BTreeSet<_> = organisations.iter().filter_map(|one| one.owner_id).collect();
        let owners = self.users_by_id(owners).await?;
        let with_owner = |organisation: Organisation| {
            let owner = organisation.owner_id.and_then(|id| owners.get(&id).cloned());
            (organisation, owner)
        };
        Ok(organisations.into_iter().map(with_owner).collect())
    }
}
