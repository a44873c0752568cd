//! Erasing a user: everything that is kept of them goes, step by step.
//!
//! They are deleted first, which ends all that they may do and frees their names.
//! Each step after it may be made again; what came in beside the mark is found
//! by a second pass.

use attesta_identity::UserCaller;
use attesta_model::{
    Connection, DirectoryJob, Error, OWNER, Preference, Profile, Result, Settings, Status, User,
    UserId,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::access::{Beside, Relation, UserInSight};
use crate::batch::delete_one;
use crate::catalogue_admin::busy;
use crate::keys::{self, Key};
use crate::people::UserWithProfiles;
use crate::table::{Condition, Item, Query, Sort, Written, from_item, key_of, stored};
use crate::{Due, DueRow, Store};

/// So many profiles go along with the mark; the rest follow.
const AT_ONCE: usize = 20;

/// A user whom the caller may have erased.
#[derive(Debug)]
pub struct UserToErase {
    seen: UserInSight,
}

impl UserToErase {
    /// The user as they stand.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.seen.person().user
    }
}

impl Store {
    /// A user whom the caller may have erased: themselves, one of the
    /// organisation that they own, or anybody where they are staff.
    ///
    /// # Errors
    /// Those of [`Store::user_in_sight`], [`Error::Forbidden`], and
    /// [`Error::Conflict`] for whoever owns an organisation.
    pub async fn user_to_erase(&self, caller: &UserCaller, id: &str) -> Result<UserToErase> {
        let seen = self.look_at_user(caller, id, Beside::default()).await?.seen;
        let may = match &seen.relation {
            _ if seen.is_by_reader() => false,
            Relation::Oneself => caller.api_token.is_none(),
            Relation::Staff(_) => true,
            Relation::Member(_) => seen.is_by_owner() && !seen.is_external(),
            Relation::Service => false,
        };
        if !may {
            return Err(Error::forbidden());
        }
        let owns =
            seen.organisation().is_some_and(|home| home.owner_id == Some(seen.person.user.id));
        if owns || seen.person.profiles.iter().any(Profile::is_owner) {
            return Err(owner());
        }
        Ok(UserToErase { seen })
    }

    /// Deletes a user, whose erasure then begins: no token of theirs counts any
    /// more, and their names are anybody's. Deleted so before, they stay as they
    /// are.
    ///
    /// # Errors
    /// [`Error::Conflict`] where they come to own an organisation meanwhile, or
    /// are being changed by others.
    pub async fn begin_user_erasure(&self, to_erase: UserToErase) -> Result<()> {
        const TRIES: u32 = 5;
        let UserInSight { mut person, .. } = to_erase.seen;
        for attempt in 0..TRIES {
            if person.user.erasing_at.is_some() {
                return Ok(());
            }
            let writes = self.deleted(&person.user, &person.profiles)?;
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(()),
                Err(_) => self.pause(attempt).await?,
            }
            let pattern = UserWithProfiles(person.user.id);
            let now = pattern.fold(self.table.query_all(pattern.query()).await?)?;
            person = now.ok_or_else(Error::not_found)?;
            if person.profiles.iter().any(Profile::is_owner) {
                return Err(owner());
            }
        }
        Err(busy())
    }

    /// The mark, the names, the profiles, and what follows.
    fn deleted(&self, user: &User, profiles: &[Profile]) -> Result<Vec<TransactWriteItem>> {
        let now = self.ids.now();
        let change = "SET #status = :deleted, erasing_at = :now ADD #session :one";
        let as_it_was = "attribute_exists(pk) AND attribute_not_exists(erasing_at)
            AND (email = :email OR attribute_not_exists(email))
            AND (phone = :phone OR attribute_not_exists(phone))";
        let condition = Condition::with(as_it_was)
            .name("#status", "status")
            .name("#session", "session")
            .value(":deleted", stored(&Status::Deleted)?)
            .value(":now", stored(&now)?)
            .value(":one", AttributeValue::N("1".to_owned()))
            .value(":email", stored(&user.email)?)
            .value(":phone", stored(&user.phone)?);
        let mut writes = vec![self.table.update_if(&keys::user(user.id), change, condition)?];
        let emails = user.email.as_deref().map(keys::user_email);
        let names = emails.into_iter().chain(user.phone.as_deref().map(keys::user_phone));
        for name in names {
            let own = Condition::with("attribute_not_exists(pk) OR user_id = :own");
            let own = own.value(":own", AttributeValue::S(user.id.to_string()));
            writes.push(self.table.delete_if(&name, own)?);
        }
        for profile in profiles.iter().take(AT_ONCE) {
            let key = keys::profile(user.id, profile.organisation_id);
            writes.push(self.table.delete_if(&key, owns_nothing())?);
        }
        writes.push(self.put_job(DirectoryJob::Remove { user_id: user.id })?);
        let due = Due::UserErasure { user_id: user.id };
        writes.push(self.file_due(&DueRow { at: now, due })?);
        Ok(writes)
    }

    /// A user who is to be erased, if they still are.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn user_being_erased(&self, id: UserId) -> Result<Option<User>> {
        let user = self.user(id).await?;
        Ok(user.filter(|user| user.erasing_at.is_some() && user.erased_at.is_none()))
    }

    /// Takes out what a deleted user may do anywhere, and the links that sign
    /// them in; how much that was.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn erase_profiles(&self, id: UserId) -> Result<usize> {
        let query = Query::table(
            keys::user_partition(id),
            Sort::StartsWith(keys::PROFILE_PREFIX.to_owned()),
        );
        let mut items = self.table.query_all(query).await?;
        let links = self.table.get_all(&[keys::user_links(id)]).await?;
        items.extend(links.into_values());
        self.delete_items(&items).await?;
        Ok(items.len())
    }

    /// Takes out a deleted user's API tokens; how many that were.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn erase_api_tokens(&self, id: UserId) -> Result<usize> {
        let prefix = Sort::StartsWith(keys::api_tokens_of(id));
        let query = Query::index(keys::API_TOKENS.to_owned(), prefix);
        let items = self.table.query_all(query).await?;
        self.delete_items(&items).await?;
        Ok(items.len())
    }

    /// Has no organisation that deals with a deleted user's know them any more;
    /// how many did.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn erase_contacts(&self, user: &User) -> Result<usize> {
        let known = self.known_by(user).await?;
        for connection in &known {
            let key = keys::connection(connection.organisation_id, connection.other_id);
            self.forget_contact(&key, user.id).await?;
        }
        Ok(known.len())
    }

    /// The connections in which a user is a contact.
    pub(crate) async fn known_by(&self, user: &User) -> Result<Vec<Connection>> {
        let Some(home) = user.organisation_id else { return Ok(Vec::new()) };
        let query = Query::index(keys::connected_with(home), Sort::Any);
        let connections = self.table.query_all(query).await?.into_iter().map(from_item);
        let connections: Vec<Connection> = connections.collect::<Result<_>>()?;
        let knows =
            |one: &Connection| one.contacts.contains(&user.id) || one.connected.contains(&user.id);
        Ok(connections.into_iter().filter(knows).collect())
    }

    async fn forget_contact(&self, key: &Key, id: UserId) -> Result<()> {
        const TRIES: u32 = 8;
        for attempt in 0..TRIES {
            let [item] = self.table.get_many([key.clone()]).await?;
            let Some(item) = item else { return Ok(()) };
            let mut connection: Connection = from_item(item)?;
            let version = connection.version;
            let was = connection.contacts.remove(&id);
            if !connection.connected.remove(&id) && !was {
                return Ok(());
            }
            let condition = Condition::version(version)
                .value(":contacts", stored(&connection.contacts)?)
                .value(":connected", stored(&connection.connected)?)
                .value(":next", AttributeValue::N((version + 1).to_string()));
            let change = "SET contacts = :contacts, connected = :connected, #v = :next";
            match self.table.update(key, change, condition).await? {
                Written::Done => return Ok(()),
                Written::Refused(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("a contact could not be forgotten in eight tries"))
    }

    /// Says that a user is erased: nothing is kept of them but that, and which
    /// organisation they were of.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn finish_user_erasure(&self, id: UserId) -> Result<()> {
        let change = "SET erased_at = :now, #name = :none, settings = :settings,
            preferences = :preferences, notifications_enabled = :no
            REMOVE given_name, family_name, email, phone, country, landline, push_token, avatar,
            subject";
        let condition = Condition::with("attribute_exists(erasing_at)")
            .name("#name", "name")
            .value(":now", stored(&self.ids.now())?)
            .value(":none", AttributeValue::S(String::new()))
            .value(":settings", stored(&Settings::default())?)
            .value(":preferences", stored(&Vec::<Preference>::new())?)
            .value(":no", AttributeValue::Bool(false));
        self.table.update(&keys::user(id), change, condition).await.map(drop)
    }

    async fn delete_items(&self, items: &[Item]) -> Result<()> {
        let deletes = items.iter().filter_map(key_of).map(|key| delete_one(&key));
        self.table.write_many(deletes.collect::<Result<_>>()?).await
    }
}

/// Where somebody who comes to own an organisation stays.
fn owns_nothing() -> Condition {
    let condition = Condition::with("attribute_not_exists(pk) OR NOT contains(#roles, :owner)");
    condition.name("#roles", "roles").value(":owner", AttributeValue::S(OWNER.to_owned()))
}

fn owner() -> Error {
    let message = "The user owns their organisation: change the owner first.".to_owned();
    Error::Conflict { code: "owner", message }
}
