//! Users in short, up to a hundred at a time.

use std::collections::{HashMap, HashSet};

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    Connection, Error, Organisation, OrganisationId, Result, Scope, Status, User, UserId,
};

use crate::Store;
use crate::access::{acting, caller_keys, staff_of, user_id};
use crate::keys::{self, Key};
use crate::table::{Item, from_item};

/// A user, their organisation, and how much of both the caller sees.
#[derive(Debug, Clone, PartialEq)]
pub struct ShortUser {
    /// The user.
    pub user: User,
    /// The organisation that they belong to.
    pub organisation: Option<Organisation>,
    /// Whether the caller deals with them from another organisation, and so sees
    /// but who they are and how they are reached.
    pub is_in_part: bool,
}

/// Whom a caller sees.
enum Sight {
    /// Everybody.
    All,
    /// Those of their own organisation, and whom that knows elsewhere.
    From(OrganisationId),
    /// Themselves.
    Oneself(UserId),
}

impl Store {
    /// Those of these users whom the caller may see, in their order: everybody
    /// for programs and staff, and for a member those of their organisation,
    /// those who have a part in it, and its contacts in others that it deals
    /// with. In two rounds.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more, and
    /// [`Error::Forbidden`] where they or their organisation may do nothing.
    pub async fn short_users(&self, caller: &Caller, ids: &[UserId]) -> Result<Vec<ShortUser>> {
        let mut once = HashSet::new();
        let ids: Vec<_> = ids.iter().copied().filter(|id| once.insert(*id)).collect();
        let (mut found, sight) = match caller {
            Caller::Machine(machine) => {
                let wanted: Vec<_> = ids.iter().copied().map(keys::user).collect();
                let beside = |_| self.table.get_each_found(wanted);
                let (_, found) = self.machine_beside(machine, Scope::CustomersRead, beside).await?;
                (found, Sight::All)
            }
            Caller::User(user) => self.short_by_user(user, &ids).await?,
        };
        let users = ids.iter().filter_map(|id| found.remove(&keys::user(*id))).map(from_item);
        let users: Vec<User> = users.collect::<Result<_>>()?;
        let users: Vec<_> =
            users.into_iter().filter(|user| user.status != Status::Deleted).collect();
        let mut wanted: HashSet<Key> =
            users.iter().filter_map(|user| user.organisation_id).map(keys::organisation).collect();
        if let (Sight::From(home), Caller::User(caller)) = (&sight, caller) {
            wanted.insert(keys::organisation(*home));
            wanted.insert(keys::profile(caller.user_id, *home));
            wanted.extend(users.iter().flat_map(|user| dealings(*home, user)));
        }
        let rest = self.table.get_each_found(wanted.into_iter().collect()).await?;
        if let (Sight::From(home), Caller::User(caller)) = (&sight, caller) {
            may_look(caller, *home, &rest)?;
        }
        let mut short = Vec::with_capacity(users.len());
        for user in users {
            let Some(is_in_part) = sees(&sight, &user, &rest)? else { continue };
            let home = user.organisation_id.map(keys::organisation);
            let organisation = home.and_then(|home| rest.get(&home).cloned());
            let organisation = organisation.map(from_item).transpose()?;
            short.push(ShortUser { user, organisation, is_in_part });
        }
        Ok(short)
    }

    /// One user in short.
    ///
    /// # Errors
    /// Those of [`Store::short_users`], and [`Error::NotFound`].
    pub async fn short_user(&self, caller: &Caller, id: &str) -> Result<ShortUser> {
        let found = self.short_users(caller, &[user_id(id)]).await?.pop();
        found.ok_or_else(Error::not_found)
    }

    async fn short_by_user(
        &self,
        caller: &UserCaller,
        ids: &[UserId],
    ) -> Result<(HashMap<Key, Item>, Sight)> {
        let wanted: HashSet<_> =
            caller_keys(caller).chain(ids.iter().copied().map(keys::user)).collect();
        let mut found = self.table.get_each_found(wanted.into_iter().collect()).await?;
        let own = found.get(&keys::user(caller.user_id)).cloned();
        let by = acting(caller, &mut found, self.ids.now())?.user;
        // Judging takes the caller out, who may be asked for as well.
        found.extend(own.map(|own| (keys::user(caller.user_id), own)));
        let sight = match (staff_of(caller, &by)?, by.organisation_id) {
            (Some(_), _) => Sight::All,
            (None, Some(home)) => Sight::From(home),
            (None, None) => Sight::Oneself(by.id),
        };
        Ok((found, sight))
    }
}

/// What says whether an organisation knows a user who is another's.
fn dealings(home: OrganisationId, user: &User) -> Vec<Key> {
    match user.organisation_id {
        Some(own) if own == home => Vec::new(),
        None => vec![keys::profile(user.id, home)],
        Some(own) => vec![keys::profile(user.id, home), keys::connection(home, own)],
    }
}

/// Refuses a caller whose organisation may do nothing, or who has no part in it.
fn may_look(caller: &UserCaller, home: OrganisationId, found: &HashMap<Key, Item>) -> Result<()> {
    let organisation = found.get(&keys::organisation(home)).cloned();
    let organisation: Option<Organisation> = organisation.map(from_item).transpose()?;
    let is_live = organisation.is_some_and(|organisation| organisation.status.is_live());
    let has_part = found.contains_key(&keys::profile(caller.user_id, home));
    if is_live && has_part { Ok(()) } else { Err(Error::forbidden()) }
}

/// Whether a user is seen, and if so whether in part.
fn sees(sight: &Sight, user: &User, found: &HashMap<Key, Item>) -> Result<Option<bool>> {
    let home = match sight {
        Sight::All => return Ok(Some(false)),
        Sight::Oneself(id) => return Ok((user.id == *id).then_some(false)),
        Sight::From(home) => *home,
    };
    if user.organisation_id == Some(home) {
        return Ok(Some(false));
    }
    let has_part = found.contains_key(&keys::profile(user.id, home));
    let connection = user.organisation_id.map(|own| keys::connection(home, own));
    let connection = connection.and_then(|key| found.get(&key).cloned());
    let connection: Option<Connection> = connection.map(from_item).transpose()?;
    let is_known = connection.is_some_and(|connection| connection.contacts.contains(&user.id));
    Ok((has_part || is_known).then_some(true))
}
