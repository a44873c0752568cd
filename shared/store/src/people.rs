//! Users: found by any of their names, with what they may do where.

use attesta_identity::UserCaller;
use attesta_model::{Access, Error, Organisation, OrganisationId, Profile, Result, User, UserId};
use serde::{Deserialize, Serialize};

use crate::access::{Acting, Within, acting, caller_keys};
use crate::api_token::ApiToken;
use crate::keys::{self, Key};
use crate::table::{Item, Query, Sort, from_item, indexed, key_of, to_item};
use crate::{Store, patterns};

/// A user and what they may do where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user.
    pub user: User,
    /// What they may do in each organisation.
    pub profiles: Vec<Profile>,
}

/// A user who calls, with what they may do and the organisation that they belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnProfile {
    /// The user; the roles are those that they have in this call.
    pub person: Person,
    /// Their home organisation.
    pub organisation: Option<Organisation>,
}

impl OwnProfile {
    /// What they may do: as staff, or in their home organisation as long as it
    /// is in use.
    #[must_use]
    pub fn access(&self) -> Access {
        let Person { user, profiles } = &self.person;
        if let Some(staff) = user.staff {
            return Access::of_staff(staff);
        }
        let home = self.organisation.as_ref().filter(|home| home.status.is_live());
        let roles = |home: &Organisation| {
            let own = profiles.iter().find(|profile| profile.organisation_id == home.id);
            own.map(|profile| Access::of_member(&profile.roles, &home.modules))
        };
        home.and_then(roles).unwrap_or_default()
    }
}

/// Who has a name that no two users may have.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) user_id: UserId,
}

/// A user and their profiles, in one query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UserWithProfiles(pub(crate) UserId);

impl UserWithProfiles {
    pub(crate) fn query(self) -> Query {
        Query::table(keys::user_partition(self.0), Sort::Any)
    }

    pub(crate) fn fold(self, items: Vec<Item>) -> Result<Option<Person>> {
        let (mut user, mut profiles) = (None, Vec::new());
        for item in items {
            match patterns::kind(&item) {
                Some(patterns::USER) => user = Some(from_item(item)?),
                Some(patterns::PROFILE) => profiles.push(from_item(item)?),
                other => return Err(patterns::unexpected(other)),
            }
        }
        Ok(user.map(|user| Person { user, profiles }))
    }
}

/// The key that says whose a name is: a user's own identifier, their telephone
/// number or their e-mail address.
pub(crate) fn name_key(name: &str) -> Key {
    match name.trim() {
        phone if phone.starts_with('+') => keys::user_phone(phone),
        email => keys::user_email(email),
    }
}

/// Whose a name is, by the item under its key.
pub(crate) fn named(name: &str, holder: Option<Item>) -> Result<UserId> {
    if let Ok(id) = name.trim().parse() {
        return Ok(id);
    }
    let holder: Option<Holder> = holder.map(from_item).transpose()?;
    Ok(holder.map_or(UserId(uuid::Uuid::nil()), |holder| holder.user_id))
}

/// The items that say whose a user's names are.
pub(crate) fn name_items(user: &User) -> Result<Vec<Item>> {
    let holder = Holder { user_id: user.id };
    let phone = user.phone.as_deref().map(keys::user_phone);
    let email = user.email.as_deref().map(keys::user_email);
    email.into_iter().chain(phone).map(|key| to_item(patterns::NAME, key, &holder)).collect()
}

/// What a user may do in an organisation, as an item: on the index among the
/// organisation's people.
pub(crate) fn profile_item(profile: &Profile) -> Result<Item> {
    let (user, organisation) = (profile.user_id, profile.organisation_id);
    let item = to_item(patterns::PROFILE, keys::profile(user, organisation), profile)?;
    Ok(indexed(item, keys::people_of(organisation), keys::person_in_index(user)))
}

impl Store {
    /// A user by any of their names. Costs the same two reads whether or not
    /// there is one.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn user_by_name(&self, name: &str) -> Result<Option<User>> {
        let [holder] = self.table.get_many([name_key(name)]).await?;
        self.user(named(name, holder)?).await
    }

    /// The caller, as the table has them.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where their token counts no more,
    /// [`Error::Forbidden`] where they may do nothing any more.
    pub async fn own_user(&self, caller: &UserCaller) -> Result<User> {
        let mut found = self.table.get_all(&caller_keys(caller).collect::<Vec<_>>()).await?;
        acting(caller, &mut found, self.ids.now()).map(|acting| acting.user)
    }

    /// A user by their identifier.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn user(&self, id: UserId) -> Result<Option<User>> {
        let [user] = self.table.get_many([keys::user(id)]).await?;
        user.map(from_item).transpose()
    }

    /// The caller with their profiles, narrowed to what they may do in this
    /// call, and their home organisation.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where their token counts no more,
    /// [`Error::Forbidden`] where they may do nothing any more.
    pub async fn own_profile(&self, caller: &UserCaller) -> Result<OwnProfile> {
        let pattern = UserWithProfiles(caller.user_id);
        let beside: Vec<_> = caller_keys(caller).skip(1).collect();
        let (items, mut found) =
            tokio::try_join!(self.table.query_all(pattern.query()), self.table.get_all(&beside))?;
        found.extend(items.iter().filter_map(|item| Some((key_of(item)?, item.clone()))));
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        let person = pattern.fold(items)?.ok_or_else(Error::not_found)?;
        self.at_home(Person { user, ..person }, &within).await
    }

    /// The profile that a program has by an API token; none where its user may
    /// do nothing, or has become staff, whom nobody stands for.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn profile_by_api_token(&self, token: &ApiToken) -> Result<Option<OwnProfile>> {
        let pattern = UserWithProfiles(token.user_id);
        let person = pattern.fold(self.table.query_all(pattern.query()).await?)?;
        let may_act = |person: &Person| person.user.status.is_live() && person.user.staff.is_none();
        match person.filter(may_act) {
            Some(person) => {
                self.at_home(person, &Within::Roles(token.roles.clone())).await.map(Some)
            }
            None => Ok(None),
        }
    }

    /// A person within bounds, with their home organisation, unless they may do
    /// nothing there. No API token makes anybody staff.
    async fn at_home(&self, person: Person, within: &Within) -> Result<OwnProfile> {
        let Person { user, profiles } = person;
        let staff = user.staff.filter(|_| *within == Within::All);
        let profiles: Vec<_> =
            profiles.into_iter().map(|profile| within.narrowed(profile)).collect();
        let is_shut_out = |id: &OrganisationId| {
            profiles.iter().any(|one| one.organisation_id == *id && one.is_restricted())
        };
        let organisation = match user.organisation_id.filter(|id| !is_shut_out(id)) {
            None => None,
            Some(id) => {
                let [item] = self.table.get_many([keys::organisation(id)]).await?;
                item.map(from_item).transpose()?
            }
        };
        let person = Person { user: User { staff, ..user }, profiles };
        Ok(OwnProfile { person, organisation })
    }
}
