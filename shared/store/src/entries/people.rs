//! Users: listed by name, e-mail address or status, of organisations or, for
//! staff, of all; found by the words of their name and address; counted by
//! status.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    Error, Organisation, OrganisationId, Preference, Profile, Result, Status, User, UserId, Words,
    folded, words_of,
};
use serde::{Deserialize, Serialize};

use super::lists::{Listed, Listing, page_of, under_word};
use super::{Facts, SHARDS, shard, status_name};
use crate::access::{CanRead, PeopleInSight};
use crate::keys::{self, Key};
use crate::people::UserWithProfiles;
use crate::table::{Sort, from_item};
use crate::{Person, Store};

pub(super) const KIND: &str = "USERS";
pub(super) const OF_ORGANISATION: &str = "ORGANISATION";
pub(super) const WITH_ROLE: &str = "ROLE";
pub(super) const WITH_COMMODITY: &str = "COMMODITY";
/// What stands for any commodity.
pub(super) const ANY: &str = "*";
/// What leads to whoever has a preference at all.
pub(super) const PREFERRING: &str = "PREFERRING";
/// So many words lead to a user.
const MOST_WORDS: usize = 16;

/// What users are put in order by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PeopleOrder {
    /// Their name.
    #[default]
    Name,
    /// Their e-mail address.
    Email,
    /// Where they stand, then their name.
    Status,
}

/// Which users are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleWanted {
    /// Of this status.
    pub status: Option<Status>,
    /// With all of these words.
    pub words: Words,
}

/// What a user is somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) organisation_id: OrganisationId,
    pub(super) roles: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PersonFacts {
    pub(super) id: UserId,
    name: String,
    email: String,
    pub(super) status: Status,
    pub(super) organisation_id: Option<OrganisationId>,
    pub(super) parts: Vec<Part>,
    words: Vec<String>,
    pub(super) preferences: Vec<Preference>,
}

impl PeopleWanted {
    fn has(&self, facts: &PersonFacts) -> bool {
        self.status.is_none_or(|status| status == facts.status) && self.words.are_in(&facts.words)
    }
}

impl From<&Person> for PersonFacts {
    fn from(Person { user, profiles }: &Person) -> Self {
        let part = |profile: &Profile| Part {
            organisation_id: profile.organisation_id,
            roles: profile.roles.clone(),
        };
        let texts = [
            Some(user.name.as_str()),
            user.given_name.as_deref(),
            user.family_name.as_deref(),
            user.email.as_deref(),
        ];
        let counts = |preference: &&Preference| preference.enabled;
        Self {
            id: user.id,
            name: folded(&user.name),
            email: user.email.as_deref().map(folded).unwrap_or_default(),
            status: user.status,
            organisation_id: user.organisation_id,
            parts: profiles.iter().map(part).collect(),
            words: words_of(texts.into_iter().flatten(), MOST_WORDS),
            preferences: user.preferences.iter().filter(counts).cloned().collect(),
        }
    }
}

impl PeopleOrder {
    const fn name(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Email => "EMAIL",
            Self::Status => "STATUS",
        }
    }

    fn place(self, facts: &PersonFacts) -> String {
        match self {
            Self::Name => facts.name.clone(),
            Self::Email => facts.email.clone(),
            Self::Status => format!("{} {}", status_name(facts.status), facts.name),
        }
    }

    fn compare(self, a: &PersonFacts, b: &PersonFacts) -> Ordering {
        self.place(a).cmp(&self.place(b)).then(a.id.cmp(&b.id))
    }
}

impl Facts for PersonFacts {
    type Id = UserId;

    async fn read(store: &Store, id: UserId) -> Result<Option<Self>> {
        let pattern = UserWithProfiles(id);
        let person = pattern.fold(store.table.query_all(pattern.query()).await?)?;
        Ok(person.as_ref().map(Self::from))
    }

    fn keys(&self) -> BTreeSet<Key> {
        use PeopleOrder::{Email, Name, Status};
        let (id, shard) = (self.id.to_string(), shard(self.id.0));
        let listed = |scope: &str, order: PeopleOrder| {
            keys::entry_in_list(scope, order.name(), shard, &order.place(self), &id)
        };
        let lead = |what: &'static str, value: &str| keys::entry_for(KIND, what, value, &id);
        let all = [Name, Email, Status].map(|order| listed(KIND, order));
        let of_status = scope(Some(self.status));
        let same = [Name, Email].map(|order| listed(&of_status, order));
        let words = self.words.iter().map(|word| keys::entry_under_word(KIND, word, &id));
        let parts = self.parts.iter();
        let parts = parts.map(|part| lead(OF_ORGANISATION, &part.organisation_id.to_string()));
        let roles = self.parts.iter().flat_map(|part| &part.roles);
        let roles = roles.map(|role| lead(WITH_ROLE, role));
        let commodities = self.preferences.iter().map(|preference| {
            let commodity = preference.commodity.map(|commodity| commodity.to_string());
            lead(WITH_COMMODITY, commodity.as_deref().unwrap_or(ANY))
        });
        let prefers = self.preferences.first().map(|_| lead(PREFERRING, ANY));
        let listed = all.into_iter().chain(same).chain(words).chain(parts);
        listed.chain(roles).chain(commodities).chain(prefers).collect()
    }

    fn counted(&self) -> (Key, Status) {
        (keys::entry_count(KIND, shard(self.id.0)), self.status)
    }
}

/// The lists of users of a status, or of all.
fn scope(status: Option<Status>) -> String {
    status.map_or_else(|| KIND.to_owned(), |status| format!("{KIND} {}", status_name(status)))
}

/// The lists of everybody, by name.
pub(super) fn everybody() -> Vec<String> {
    let order = PeopleOrder::Name.name();
    (0..SHARDS).map(|shard| keys::entry_list(KIND, order, shard)).collect()
}

impl Store {
    /// Whose people the caller may see: of these organisations or, where none is
    /// named, of their own, and for staff of all.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one is foreign, [`Error::Forbidden`] where the
    /// caller sees one in part.
    pub async fn people_in_sight(
        &self,
        caller: &UserCaller,
        organisations: &[String],
    ) -> Result<PeopleInSight> {
        if !organisations.is_empty() {
            let mut of = BTreeSet::new();
            let caller = Caller::User(caller.clone());
            for id in organisations {
                of.insert(self.organisation_in_sight(&caller, id).await?.whole()?.get().id);
            }
            return Ok(PeopleInSight::of(of));
        }
        match self.home(caller).await {
            Ok(home) => Ok(PeopleInSight::of([home.organisation().id].into())),
            // Whoever belongs nowhere may be staff.
            Err(Error::NotFound(_)) => {
                self.staff::<CanRead>(caller).await.map(|_| PeopleInSight::all())
            }
            Err(error) => Err(error),
        }
    }

    /// A page of users with what they may do, and the names of their
    /// organisations.
    ///
    /// # Errors
    /// [`Error::Refused`] where too many would have to be looked at.
    pub async fn people_listed(
        &self,
        among: &PeopleInSight,
        wanted: &PeopleWanted,
        listing: &Listing<PeopleOrder>,
    ) -> Result<Listed<(Person, Option<String>)>> {
        let Listing { by, place, limit } = listing;
        let page = if among.is_all() && wanted.words.is_empty() {
            let order = match by.order {
                PeopleOrder::Status if wanted.status.is_some() => PeopleOrder::Name,
                order => order,
            };
            let scope = scope(wanted.status);
            let lists = (0..SHARDS).map(|shard| keys::entry_list(&scope, order.name(), shard));
            self.page_in_order(lists.collect(), by.descending, place, *limit).await?
        } else {
            let rows = self.people_among(among, wanted).await?;
            page_of(rows, |a, b| by.order.compare(a, b), by.descending, place, *limit)?
        };
        let next = page.next;
        Ok(Listed { rows: self.people_with_names(&page.rows).await?, next })
    }

    /// How many users there are.
    ///
    /// # Errors
    /// Those of [`Store::people_listed`].
    pub async fn people_counted(
        &self,
        among: &PeopleInSight,
        wanted: &PeopleWanted,
    ) -> Result<u64> {
        if among.is_all() && wanted.words.is_empty() {
            return self.count_of(KIND, wanted.status).await;
        }
        let rows = self.people_among(among, wanted).await?;
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    async fn people_among(
        &self,
        among: &PeopleInSight,
        wanted: &PeopleWanted,
    ) -> Result<Vec<PersonFacts>> {
        let (partitions, sort) = match among.organisations() {
            Some(of) => {
                let of = of.iter().map(ToString::to_string);
                let lists = of.map(|id| keys::entries_for(KIND, OF_ORGANISATION, &id));
                (lists.collect(), Sort::Any)
            }
            None => match under_word(KIND, &wanted.words) {
                Some((partition, sort)) => (vec![partition], sort),
                None => (everybody(), Sort::Any),
            },
        };
        let rows = self.walked(&partitions, sort, |facts| wanted.has(facts)).await?;
        Ok(each_once(rows))
    }

    async fn people_with_names(
        &self,
        rows: &[PersonFacts],
    ) -> Result<Vec<(Person, Option<String>)>> {
        let mut wanted: BTreeSet<Key> = BTreeSet::new();
        for facts in rows {
            wanted.insert(keys::user(facts.id));
            wanted.extend(
                facts.parts.iter().map(|part| keys::profile(facts.id, part.organisation_id)),
            );
            wanted.extend(facts.organisation_id.map(keys::organisation));
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let found = self.table.get_each(wanted.clone()).await?;
        let found: BTreeMap<_, _> = wanted.into_iter().zip(found).collect();
        let item = |key: &Key| found.get(key).cloned().flatten();
        let mut people = Vec::with_capacity(rows.len());
        for facts in rows {
            // Who is gone since then is gone.
            let Some(user) = item(&keys::user(facts.id)) else { continue };
            let user: User = from_item(user)?;
            let parts = facts.parts.iter();
            let profiles =
                parts.filter_map(|part| item(&keys::profile(user.id, part.organisation_id)));
            let profiles = profiles.map(from_item).collect::<Result<_>>()?;
            let home = user.organisation_id.and_then(|id| item(&keys::organisation(id)));
            let home: Option<Organisation> = home.map(from_item).transpose()?;
            people.push((Person { user, profiles }, home.map(|home| home.name)));
        }
        Ok(people)
    }

    pub(super) async fn users_by_id(
        &self,
        ids: BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, User>> {
        let wanted = ids.into_iter().map(keys::user).collect();
        let found = self.table.get_each(wanted).await?.into_iter().flatten();
        let user = |item| from_item::<User>(item).map(|user| (user.id, user));
        found.map(user).collect()
    }

    /// Users with their organisations, in the order of these rows.
    pub(super) async fn users_with_organisations(
        &self,
        rows: &[PersonFacts],
    ) -> Result<Vec<(User, Option<Organisation>)>> {
        let homes: BTreeSet<_> = rows.iter().filter_map(|facts| facts.organisation_id).collect();
        let homes = homes.into_iter().map(keys::organisation).collect();
        let (users, homes) = tokio::try_join!(
            self.users_by_id(rows.iter().map(|facts| facts.id).collect()),
            self.table.get_each(homes)
        )?;
        let mut by_id = BTreeMap::new();
        for home in homes.into_iter().flatten() {
            let home: Organisation = from_item(home)?;
            by_id.insert(home.id, home);
        }
        let users = rows.iter().filter_map(|facts| users.get(&facts.id).cloned());
        let with_home = |user: User| {
            let home = user.organisation_id.and_then(|id| by_id.get(&id).cloned());
            (user, home)
        };
        Ok(users.map(with_home).collect())
    }
}

/// Rows in the order of their identifiers, none twice.
pub(super) fn each_once(mut rows: Vec<PersonFacts>) -> Vec<PersonFacts> {
    rows.sort_by_key(|facts| facts.id);
    rows.dedup_by_key(|facts| facts.id);
    rows
}
