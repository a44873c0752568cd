//! What things are found, listed and counted by.
//!
//! An organisation or a user has an entry in each list, under each word and for
//! each role or preference that leads to it, and is counted by its status. The
//! stream's consumer keeps them: whenever a thing changed, it looks at the thing
//! as it stands, and at what was last entered of it, and writes the difference.
//! So entries are a moment behind, a record that comes twice changes nothing, and
//! one that was lost is made up for by the next.
//!
//! Every entry carries the same few facts, by which a list is filtered and put in
//! order without reading the things themselves.

mod lists;
mod merged;
mod organisations;
mod people;
mod preferences;
mod roles;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use attesta_model::{Error, Organisation, OrganisationId, Result, Status, UserId};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::batch::{delete_one, put_one};
use crate::keys::{self, Key};
use crate::table::{Condition, Item, Query, Sort, from_item, to_item};
use crate::{Seed, Store, patterns};
use organisations::OrganisationFacts;
use people::PersonFacts;

pub use lists::{Listed, ListedBy, Listing, Place};
pub use organisations::{OrganisationOrder, OrganisationsWanted};
pub use people::{PeopleOrder, PeopleWanted};
pub use preferences::PreferenceWanted;
pub use roles::RolesWanted;

/// So many parts one transaction has at most.
const MOST_WRITES: usize = 100;
/// Shards of the lists and counts of everything.
pub(crate) const SHARDS: u8 = 10;

/// Something that is found by entries, by what was last seen to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indexed {
    /// An organisation.
    Organisation(OrganisationId),
    /// A user, or what they may do somewhere.
    User(UserId),
}

/// What is known of a thing by each of its entries.
pub(crate) trait Facts:
    Serialize + DeserializeOwned + Clone + PartialEq + Debug + Send + Sync
{
    /// What names a thing.
    type Id: Copy + Send + Sync;

    /// What the table says of a thing, if it is there.
    fn read(store: &Store, id: Self::Id) -> impl Future<Output = Result<Option<Self>>> + Send;
    /// Where its entries stand.
    fn keys(&self) -> BTreeSet<Key>;
    /// As what it is counted, and in which shard.
    fn counted(&self) -> (Key, Status);
}

/// What was last entered of a thing.
#[derive(Debug, Serialize, Deserialize)]
struct Entered<F> {
    facts: Option<F>,
    version: u32,
}

impl Indexed {
    /// What an item of the table is a part of, if it is a part of anything that
    /// has entries.
    #[must_use]
    pub fn of(item: &Item) -> Option<Self> {
        let id =
            |prefix: &str| item.get("pk")?.as_s().ok()?.strip_prefix(prefix).map(str::to_owned);
        match patterns::kind(item)? {
            patterns::ORGANISATION => id("ORGANISATION#")?.parse().ok().map(Self::Organisation),
            patterns::USER | patterns::PROFILE => id("USER#")?.parse().ok().map(Self::User),
            _ => None,
        }
    }

    fn key(self) -> Key {
        match self {
            Self::Organisation(id) => keys::entered(&keys::organisation(id).pk),
            Self::User(id) => keys::entered(&keys::user_partition(id)),
        }
    }
}

impl Store {
    /// Has a thing's entries say what the table says of it.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn keep_entries(&self, of: Indexed) -> Result<()> {
        match of {
            Indexed::Organisation(id) => self.keep::<OrganisationFacts>(of.key(), id).await,
            Indexed::User(id) => self.keep::<PersonFacts>(of.key(), id).await,
        }
    }

    async fn keep<F: Facts>(&self, key: Key, id: F::Id) -> Result<()> {
        const TRIES: u32 = 8;
        for attempt in 0..TRIES {
            let before = self.table.get_many([key.clone()]);
            let (facts, [before]) = tokio::try_join!(F::read(self, id), before)?;
            let before: Option<Entered<F>> = before.map(from_item).transpose()?;
            let (was, version) =
                before.map_or((None, None), |before| (before.facts, Some(before.version)));
            if was == facts {
                return Ok(());
            }
            let mut writes = self.counts(was.as_ref(), facts.as_ref())?;
            let unchanged = version.map_or_else(Condition::is_new, Condition::version);
            let entered =
                Entered { facts: facts.clone(), version: version.unwrap_or_default() + 1 };
            writes.push(
                self.table.put_if(to_item(patterns::ENTERED, key.clone(), &entered)?, unchanged)?,
            );
            writes.extend(
                self.entered(was.as_ref(), facts.as_ref(), MOST_WRITES - writes.len()).await?,
            );
            if self.table.transact(writes).await?.is_ok() {
                return Ok(());
            }
            self.pause(attempt).await?;
        }
        Err(Error::internal("entries could not be kept in eight tries"))
    }

    /// The parts of a transaction that change entries. Where they are too many
    /// for it they are written ahead, which does as well: until it is noted what
    /// was entered, the same is done again.
    async fn entered<F: Facts>(
        &self,
        was: Option<&F>,
        is: Option<&F>,
        most: usize,
    ) -> Result<Vec<TransactWriteItem>> {
        let keys = |facts: Option<&F>| facts.map(Facts::keys).unwrap_or_default();
        let (old, new) = (keys(was), keys(is));
        let gone: Vec<_> = old.difference(&new).collect();
        let mut items = Vec::with_capacity(new.len());
        for key in &new {
            items.extend(is.map(|facts| to_item(patterns::ENTRY, key.clone(), facts)).transpose()?);
        }
        if gone.len() + items.len() > most {
            let mut writes: Vec<_> = gone.into_iter().map(delete_one).collect::<Result<_>>()?;
            for item in items {
                writes.push(put_one(item)?);
            }
            self.table.write_many(writes).await?;
            return Ok(Vec::new());
        }
        let gone = gone.into_iter().map(|key| self.table.delete_if(key, Condition::default()));
        let there = items.into_iter().map(|item| self.table.put_if(item, Condition::default()));
        gone.chain(there).collect()
    }

    /// The parts of a transaction that count a thing as what it is now.
    fn counts<F: Facts>(&self, was: Option<&F>, is: Option<&F>) -> Result<Vec<TransactWriteItem>> {
        let (was, is) = (was.map(Facts::counted), is.map(Facts::counted));
        if was == is {
            return Ok(Vec::new());
        }
        let key = was.as_ref().or(is.as_ref()).map(|(key, _)| key.clone());
        let Some(key) = key else { return Ok(Vec::new()) };
        let mut changes: BTreeMap<&'static str, i8> = BTreeMap::new();
        for (counted, by) in [(was, -1), (is, 1)] {
            if let Some((_, status)) = counted {
                *changes.entry(status_name(status)).or_default() += by;
            }
        }
        let mut condition = Condition::default();
        let mut added = Vec::new();
        for (at, (name, by)) in changes.into_iter().enumerate() {
            condition = condition
                .name(&format!("#c{at}"), name)
                .value(&format!(":c{at}"), AttributeValue::N(by.to_string()));
            added.push(format!("#c{at} :c{at}"));
        }
        let expression = format!("ADD {}", added.join(", "));
        Ok(vec![self.table.update_if(&key, &expression, condition)?])
    }

    /// How many things of a kind there are: of a status, or of any.
    async fn count_of(&self, kind: &'static str, status: Option<Status>) -> Result<u64> {
        let query = Query::table(keys::entry_counts(kind), Sort::Any);
        let shards = self.table.query_all(query).await?;
        let number = |item: &Item, name: &str| -> i64 {
            let number = item.get(name).and_then(|value| value.as_n().ok());
            number.and_then(|number| number.parse().ok()).unwrap_or_default()
        };
        let names: Vec<_> = match status {
            Some(status) => vec![status_name(status)],
            None => STATUSES.map(status_name).to_vec(),
        };
        let all = shards.iter().flat_map(|item| names.iter().map(|name| number(item, name)));
        Ok(u64::try_from(all.sum::<i64>()).unwrap_or_default())
    }
}

impl Seed<'_> {
    /// Organisations, all new and active, with everything that they are found, listed and
    /// counted by.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn listed_organisations(&self, organisations: &[Organisation]) -> Result<()> {
        let table = &self.0.table;
        let (mut writes, mut counts) = (Vec::new(), BTreeMap::<Key, u64>::new());
        for organisation in organisations {
            let key = keys::organisation(organisation.id);
            let entered = keys::entered(&key.pk);
            writes.push(put_one(to_item(patterns::ORGANISATION, key, organisation)?)?);
            let facts = OrganisationFacts::from(organisation);
            for key in facts.keys() {
                writes.push(put_one(to_item(patterns::ENTRY, key, &facts)?)?);
            }
            *counts.entry(facts.counted().0).or_default() += 1;
            let facts = Entered { facts: Some(facts), version: 1 };
            writes.push(put_one(to_item(patterns::ENTERED, entered, &facts)?)?);
        }
        table.write_many(writes).await?;
        for (key, count) in counts {
            let active = Condition::default()
                .name("#c", status_name(Status::Active))
                .value(":c", AttributeValue::N(count.to_string()));
            table.update(&key, "ADD #c :c", active).await?;
        }
        Ok(())
    }
}

const STATUSES: [Status; 5] =
    [Status::Active, Status::Inactive, Status::Pending, Status::Verified, Status::Deleted];

/// A status as keys and counts name it.
const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Inactive => "inactive",
        Status::Pending => "pending",
        Status::Verified => "verified",
        Status::Deleted => "deleted",
    }
}

/// The shard of something of this identifier.
fn shard(id: uuid::Uuid) -> u8 {
    id.as_bytes()[15] % SHARDS
}
