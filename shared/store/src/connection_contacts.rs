//! What an organisation makes of a connection: what the other is to it, which
//! of its contacts may act in it, and that it ends.

use attesta_model::{
    Connection, DirectoryJob, Error, Message, Notice, Organisation, OrganisationId, Profile,
    Relationship, Result, Status, User, UserId,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde_json::json;

use crate::access::ManagedOrganisation;
use crate::completion::Event;
use crate::connections::{Found, connection_item};
use crate::people::profile_item;
use crate::sessions::is_pending;
use crate::table::{Condition, from_item, stored};
use crate::tenants::organisation_id;
use crate::{OutboxRow, Store, keys};

/// How often a change is drawn up, where others are at the same things.
const TRIES: u32 = 5;

/// A contact, as the organisation that knows them sees them.
#[derive(Debug, Clone)]
pub struct ContactOfConnection {
    /// The user.
    pub user: User,
    /// What they may do in it, where they are let in.
    pub profile: Option<Profile>,
    /// The name of the organisation that they are of.
    pub organisation_name: Option<String>,
}

impl Store {
    /// Says what another organisation is to one that deals with it, and has that
    /// one's program told, if it wants to be. Said before, nothing happens.
    ///
    /// # Errors
    /// [`Error::Conflict`] where they don't deal.
    pub async fn add_relationship(
        &self,
        of: &ManagedOrganisation,
        other: &str,
        relationship: Relationship,
    ) -> Result<()> {
        let (own, other) = (of.get().id, organisation_id(other));
        for attempt in 0..TRIES {
            let wanted = [keys::connection(own, other), keys::webhook(own)];
            let [connection, webhook] = self.table.get_many(wanted).await?;
            let connection = connection.ok_or_else(not_connected)?;
            let mut connection: Connection = from_item(connection)?;
            if !connection.relationships.insert(relationship) {
                return Ok(());
            }
            let mut writes = vec![self.put_changed(&connection)?];
            if webhook.is_some() {
                writes.push(self.tell(self.relationship_added(&connection, relationship)?)?);
            }
            if self.table.transact(writes).await?.is_ok() {
                return Ok(());
            }
            self.pause(attempt).await?;
        }
        Err(Error::internal("a relationship could not be added in five tries"))
    }

    /// Lets a contact into an organisation, where they may do nothing until they
    /// are given a role, and tells them how they sign in. Let in before, they are
    /// as they were.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are no contact of that connection, and
    /// [`Error::Conflict`] where they are switched off.
    pub async fn connect_contact(
        &self,
        of: &ManagedOrganisation,
        other: &str,
        user: &str,
    ) -> Result<ContactOfConnection> {
        let own = of.get().id;
        for attempt in 0..TRIES {
            let mut known = self.contact(own, other, user).await?;
            let ContactOfConnection { user, profile, .. } = &known.contact;
            let is_theirs = user.organisation_id == Some(known.connection.other_id);
            if !is_theirs || user.status == Status::Deleted {
                return Err(Error::not_found());
            }
            if !user.status.is_live() && user.status != Status::Pending {
                let message = "The contact is switched off.".to_owned();
                return Err(Error::Conflict { code: "user_inactive", message });
            }
            let is_new = known.connection.connected.insert(user.id);
            if !is_new && profile.is_some() && user.status.is_live() {
                return Ok(known.contact);
            }
            let mut writes = vec![self.put_changed(&known.connection)?, self.let_act(user)?];
            if profile.is_none() {
                let profile = Profile::restricted(user.id, own);
                writes.push(self.table.put_new(profile_item(&profile)?)?);
            }
            writes.extend(self.tell_contact(user, of.get())?);
            if self.table.transact(writes).await?.is_ok() {
                return Ok(known.let_in(own));
            }
            self.pause(attempt).await?;
        }
        Err(Error::internal("a contact could not be let in in five tries"))
    }

    /// Has a contact who was let into an organisation out again, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are no contact who was let in.
    pub async fn disconnect_contact(
        &self,
        of: &ManagedOrganisation,
        other: &str,
        user: &str,
    ) -> Result<ContactOfConnection> {
        let own = of.get().id;
        for attempt in 0..TRIES {
            let mut known = self.contact(own, other, user).await?;
            let id = known.contact.user.id;
            if !known.connection.connected.remove(&id) {
                return Err(Error::not_found());
            }
            let mut writes = vec![self.put_changed(&known.connection)?];
            writes.extend(self.shut_out(own, &[id])?);
            if self.table.transact(writes).await?.is_ok() {
                return Ok(ContactOfConnection { profile: None, ..known.contact });
            }
            self.pause(attempt).await?;
        }
        Err(Error::internal("a contact could not be shut out in five tries"))
    }

    /// Ends what an organisation has with another, and shuts out the contacts
    /// that it let in. What the other has with it stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they don't deal.
    pub async fn delete_connection(&self, of: &ManagedOrganisation, other: &str) -> Result<()> {
        let (own, other) = (of.get().id, organisation_id(other));
        let key = keys::connection(own, other);
        for attempt in 0..TRIES {
            let [connection] = self.table.get_many([key.clone()]).await?;
            let connection: Connection = from_item(connection.ok_or_else(Error::not_found)?)?;
            let mut found = Found::default();
            found.add(self, connection.connected.iter().copied().map(keys::user)).await?;
            let is_there = |id: &UserId| found.has(&keys::user(*id));
            let connected: Vec<_> = connection.connected.into_iter().filter(is_there).collect();
            let as_it_was = Condition::version(connection.version);
            let mut writes = vec![self.table.delete_if(&key, as_it_was)?];
            writes.extend(self.shut_out(own, &connected)?);
            if self.table.transact(writes).await?.is_ok() {
                return Ok(());
            }
            self.pause(attempt).await?;
        }
        Err(Error::internal("a connection could not be ended in five tries"))
    }

    /// A contact of an organisation's at another, with the connection.
    async fn contact(&self, own: OrganisationId, other: &str, user: &str) -> Result<Known> {
        // Ids that can't be any are looked up as ones that aren't there.
        let other = organisation_id(other);
        let id = user.parse().unwrap_or(UserId(uuid::Uuid::nil()));
        let wanted = [
            keys::connection(own, other),
            keys::organisation(other),
            keys::user(id),
            keys::profile(id, own),
        ];
        let [connection, organisation, user, profile] = self.table.get_many(wanted).await?;
        let connection: Connection = from_item(connection.ok_or_else(Error::not_found)?)?;
        let organisation: Option<Organisation> = organisation.map(from_item).transpose()?;
        let user: User = from_item(user.ok_or_else(Error::not_found)?)?;
        if !connection.contacts.contains(&id) {
            return Err(Error::not_found());
        }
        let profile = profile.map(from_item).transpose()?;
        let organisation_name = organisation.map(|organisation| organisation.name);
        Ok(Known { connection, contact: ContactOfConnection { user, profile, organisation_name } })
    }

    /// Puts a changed connection in the place of the one that was read.
    fn put_changed(&self, connection: &Connection) -> Result<TransactWriteItem> {
        let changed = Connection { version: connection.version + 1, ..connection.clone() };
        self.table.put_if(connection_item(&changed)?, Condition::version(connection.version))
    }

    /// Lets a user act who waits to; of any other, sees that they are as they
    /// were read.
    fn let_act(&self, user: &User) -> Result<TransactWriteItem> {
        let key = keys::user(user.id);
        if user.status == Status::Pending {
            let condition = is_pending()?.value(":active", stored(&Status::Active)?);
            return self.table.update_if(&key, "SET #status = :active", condition);
        }
        let condition = Condition::with("#status = :status").name("#status", "status");
        self.table.check(&key, condition.value(":status", stored(&user.status)?))
    }

    fn tell_contact(&self, user: &User, of: &Organisation) -> Result<Option<TransactWriteItem>> {
        let Some(email) = user.email.clone() else { return Ok(None) };
        let (name, organisation) = (user.name.clone(), of.name.clone());
        let notice = Notice::ContactConnected { email, name, organisation };
        let message = Message { id: self.ids.uuid()?, notice };
        let row = OutboxRow::new(self.ids.integer()?, self.ids.now());
        self.put_outgoing(&OutboxRow { messages: vec![message], ..row }).map(Some)
    }

    /// Takes what users who are there may do in an organisation from them, and
    /// ends their sessions.
    fn shut_out(&self, of: OrganisationId, users: &[UserId]) -> Result<Vec<TransactWriteItem>> {
        let mut writes = Vec::new();
        for id in users {
            writes.push(self.table.delete_if(&keys::profile(*id, of), Condition::default())?);
            writes.push(self.sessions_ended(*id)?);
        }
        if !users.is_empty() {
            let jobs = users.iter().map(|id| DirectoryJob::SignOut { user_id: *id });
            writes.push(self.put_jobs(jobs.collect())?);
        }
        Ok(writes)
    }

    fn relationship_added(
        &self,
        connection: &Connection,
        relationship: Relationship,
    ) -> Result<Event> {
        let data = json!({
            "organisation_id": connection.organisation_id,
            "connected_organisation_id": connection.other_id,
            "relationship": relationship.name(),
        });
        Ok(Event {
            id: self.ids.uuid()?,
            organisation_id: connection.organisation_id,
            kind: "connection.relationship-added".to_owned(),
            at: self.ids.now(),
            data: data.to_string(),
        })
    }
}

/// A contact and the connection.
#[derive(Debug)]
struct Known {
    connection: Connection,
    contact: ContactOfConnection,
}

impl Known {
    /// The contact once they are let in.
    fn let_in(self, own: OrganisationId) -> ContactOfConnection {
        let ContactOfConnection { mut user, profile, organisation_name } = self.contact;
        let profile = profile.or_else(|| Some(Profile::restricted(user.id, own)));
        if user.status == Status::Pending {
            user.status = Status::Active;
        }
        ContactOfConnection { user, profile, organisation_name }
    }
}

fn not_connected() -> Error {
    let message = "Your organisation is not connected to this one.".to_owned();
    Error::Conflict { code: "not_connected", message }
}
