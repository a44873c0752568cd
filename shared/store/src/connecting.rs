//! Beginning to deal with somebody: with an organisation that is there, or with
//! one that is made for it and that nobody owns yet. Whoever is named as a
//! contact there and is nobody yet becomes a user of it who may do nothing.

use std::collections::{BTreeSet, HashSet};

use attesta_model::{
    Connection, DirectoryJob, Email, Error, HomeCountry, Organisation, OrganisationId, Phone,
    Profile, Reason, Relationship, Result, Status, User, UserId, Welcome, own_mail_domain,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};

use crate::access::ManagedOrganisation;
use crate::connections::{Found, connection_item};
use crate::idempotency::{Idempotency, Replay, Wrote};
use crate::keys::{self, Key};
use crate::people::named;
use crate::table::{Item, from_item, to_item};
use crate::{Store, patterns};

/// With so many domains at most an organisation is found that is made: a
/// transaction holds no more.
const MOST_DOMAINS: usize = 10;

/// Whom an organisation would like to deal with.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// Which organisation it is, where that is known; nothing else says it then.
    pub id: Option<String>,
    /// The number that its company is registered by.
    pub company_number: Option<String>,
    /// Its country.
    pub country: HomeCountry,
    /// Its name.
    pub name: Option<String>,
    /// What it is to the organisation.
    pub relationship: Option<Relationship>,
    /// Whom the organisation knows there.
    pub contacts: Vec<NewContact>,
}

/// Somebody whom an organisation knows at another. One of the identifier, the
/// address and the number says who it is, in this order.
#[derive(Clone, Default)]
pub struct NewContact {
    /// Which user it is, where that is known.
    pub id: Option<String>,
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
    /// Their e-mail address.
    pub email: Option<Email>,
    /// Their telephone number.
    pub phone: Option<Phone>,
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for NewContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewContact")
    }
}

/// Whose a name in a country, or a company number, is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct NameOfOrganisation {
    pub(crate) organisation_id: OrganisationId,
}

/// What the table knows of those whom somebody names.
#[derive(Debug)]
pub(crate) struct Around<'a> {
    pub(crate) own: OrganisationId,
    pub(crate) new: &'a NewConnection,
    pub(crate) found: Found,
}

/// With whom a connection is.
#[derive(Debug)]
pub(crate) enum Target {
    /// With one that is there.
    There(Box<Organisation>),
    /// With one that is to be made.
    Shell,
}

impl Store {
    /// Has an organisation deal with another, which is made where there is none
    /// of that number or name. Yields the other's identifier.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such organisation or contact,
    /// [`Error::Refused`] where it is the same organisation, and
    /// [`Error::Conflict`] where they deal already, the name is another company's,
    /// or a contact is another organisation's user.
    pub async fn create_connection(
        &self,
        of: &ManagedOrganisation,
        new: &NewConnection,
        idempotency: Option<&Idempotency>,
    ) -> Result<OrganisationId> {
        const TRIES: u32 = 5;
        for attempt in 0..TRIES {
            let mut around = Around { own: of.get().id, new, found: Found::default() };
            let mut wanted = around.names();
            wanted.extend(idempotency.map(Idempotency::key));
            around.found.add(self, wanted).await?;
            if let Some(call) = idempotency {
                let record = around.found.item(&call.key());
                if let Replay::Same(id) = call.replay(record, self.ids.now())? {
                    return id.parse().map_err(Error::internal);
                }
            }
            let wanted = around.holders()?;
            around.found.add(self, wanted).await?;
            let (other, writes) = self.connecting(&around)?;
            match self.write_first(idempotency, writes, &other.to_string()).await? {
                Wrote::Done => return Ok(other),
                Wrote::Same(id) => return id.parse().map_err(Error::internal),
                // Somebody else came first: the next look tells what with.
                Wrote::Refused(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("a connection could not be made in five tries"))
    }

    /// With whom the connection is, and what makes it.
    fn connecting(&self, around: &Around<'_>) -> Result<(OrganisationId, Vec<TransactWriteItem>)> {
        let (mut writes, now) = (Vec::new(), self.ids.now());
        let other = match around.target()? {
            Target::There(other) => *other,
            Target::Shell => {
                let shell = self.shell(around.new)?;
                writes.extend(self.put_shell(&shell)?);
                shell
            }
        };
        if around.found.has(&keys::connection(around.own, other.id)) {
            let message = "Your organisation is connected to this one already.".to_owned();
            return Err(Error::Conflict { code: "already_connected", message });
        }
        let (mut contacts, mut newcomers) = (BTreeSet::new(), Vec::new());
        for (at, contact) in around.new.contacts.iter().enumerate() {
            let user = match around.contact(at, contact, other.id)? {
                Some(user) => user,
                None => {
                    let user = self.newcomer(contact, &other)?;
                    newcomers.push(user.clone());
                    user
                }
            };
            contacts.insert(user.id);
        }
        writes.extend(self.put_contacts(&other, &newcomers)?);
        let connection = Connection {
            organisation_id: around.own,
            other_id: other.id,
            relationships: around.new.relationship.into_iter().collect(),
            contacts,
            connected: BTreeSet::new(),
            version: 0,
            created_at: now,
        };
        writes.push(self.table.put_new(connection_item(&connection)?)?);
        Ok((other.id, writes))
    }

    /// An organisation that nobody owns yet; known by its number where it has no
    /// name.
    fn shell(&self, new: &NewConnection) -> Result<Organisation> {
        let id = OrganisationId(self.ids.uuid()?);
        let name = new.name.as_ref().or(new.company_number.as_ref()).cloned().unwrap_or_default();
        let shell = Organisation::new(id, name, self.ids.now());
        let mut shell = Organisation { status: Status::Pending, country: new.country, ..shell };
        shell.company.number.clone_from(&new.company_number);
        Ok(shell)
    }

    fn put_shell(&self, shell: &Organisation) -> Result<Vec<TransactWriteItem>> {
        let item = to_item(patterns::ORGANISATION, keys::organisation(shell.id), shell)?;
        let mut writes = vec![self.table.put_new(item)?];
        let number = shell.company.number.as_deref().map(keys::company_number);
        let name = keys::organisation_name(shell.country, &shell.name);
        let holder = NameOfOrganisation { organisation_id: shell.id };
        for key in number.into_iter().chain([name]) {
            writes.push(self.table.put_new(to_item(patterns::NAME, key, &holder)?)?);
        }
        Ok(writes)
    }

    /// A user of an organisation who may do nothing, and who waits to be let in.
    fn newcomer(&self, contact: &NewContact, of: &Organisation) -> Result<User> {
        let id = UserId(self.ids.uuid()?);
        let email = contact.email.as_ref().map(|email| email.as_str().to_owned());
        let phone = contact.phone.as_ref().map(ToString::to_string);
        let names: Vec<_> =
            [&contact.given_name, &contact.family_name].into_iter().flatten().cloned().collect();
        let name = match names.is_empty() {
            false => names.join(" "),
            true => email.clone().or_else(|| phone.clone()).unwrap_or_default(),
        };
        Ok(User {
            status: Status::Pending,
            organisation_id: Some(of.id),
            given_name: contact.given_name.clone(),
            family_name: contact.family_name.clone(),
            email,
            phone,
            ..User::new(id, name, "", self.ids.now())
        })
    }

    /// Lets contacts in, without a word to them. An organisation that nobody owns
    /// is found by the domains of their addresses; nobody says so of one that
    /// somebody does.
    fn put_contacts(&self, of: &Organisation, users: &[User]) -> Result<Vec<TransactWriteItem>> {
        let (mut writes, mut domains) = (Vec::new(), HashSet::new());
        for user in users {
            let profile = Profile::restricted(user.id, of.id);
            writes.extend(self.entering_unseen(user, &[profile])?.writes);
            let domain = user.email.as_deref().and_then(own_mail_domain);
            let is_new = domain.is_some_and(|domain| domains.insert(domain));
            if is_new && of.owner_id.is_none() && domains.len() <= MOST_DOMAINS {
                writes.extend(self.put_mail_domain(user)?);
            }
        }
        let enter =
            |user: &User| DirectoryJob::Enter { user_id: user.id, welcome: Welcome::Silent };
        if !users.is_empty() {
            writes.push(self.put_jobs(users.iter().map(enter).collect())?);
        }
        Ok(writes)
    }
}

impl Around<'_> {
    /// What is looked up first: what they are named by.
    pub(crate) fn names(&self) -> Vec<Key> {
        let mut wanted = self.names_of_target();
        if let Some(id) = self.id() {
            wanted.extend([keys::organisation(id), keys::connection(self.own, id)]);
        }
        for contact in &self.new.contacts {
            match &contact.id {
                Some(id) => wanted.push(keys::user(user_id(id))),
                None => wanted.extend(names_of_contact(contact)),
            }
        }
        wanted
    }

    /// What is looked up then: whose those names are.
    pub(crate) fn holders(&self) -> Result<Vec<Key>> {
        let mut wanted = Vec::new();
        for key in self.names_of_target() {
            if let Some(id) = self.holder(&key)? {
                wanted.extend([keys::organisation(id), keys::connection(self.own, id)]);
            }
        }
        for contact in self.new.contacts.iter().filter(|contact| contact.id.is_none()) {
            for key in names_of_contact(contact) {
                if let Some(item) = self.found.item(&key) {
                    wanted.push(keys::user(named("", Some(item))?));
                }
            }
        }
        Ok(wanted)
    }

    fn id(&self) -> Option<OrganisationId> {
        self.new.id.as_ref().map(|id| id.parse().unwrap_or(OrganisationId(uuid::Uuid::nil())))
    }

    /// The number first, then the name.
    fn names_of_target(&self) -> Vec<Key> {
        if self.new.id.is_some() {
            return Vec::new();
        }
        let number = self.new.company_number.as_deref().map(keys::company_number);
        let name = self.new.name.as_ref().or(self.new.company_number.as_ref());
        let name = name.map(|name| keys::organisation_name(self.new.country, name));
        number.into_iter().chain(name).collect()
    }

    fn holder(&self, key: &Key) -> Result<Option<OrganisationId>> {
        let holder: Option<NameOfOrganisation> = self.found.item(key).map(from_item).transpose()?;
        Ok(holder.map(|holder| holder.organisation_id))
    }

    /// Which organisation is meant.
    ///
    /// # Errors
    /// Those of [`Store::create_connection`].
    pub(crate) fn target(&self) -> Result<Target> {
        let named = self.names_of_target().iter().find_map(|key| self.holder(key).transpose());
        let Some(id) = self.id().map(Ok).or(named).transpose()? else { return Ok(Target::Shell) };
        if id == self.own {
            let message = "An organisation can't be connected to itself.".to_owned();
            return Err(Error::Refused(message));
        }
        let other = self.found.organisation(id)?.filter(can_be_dealt_with);
        match (other, &self.new.id) {
            (Some(other), None) if self.is_another_company(&other) => Err(name_taken()),
            (Some(other), _) => Ok(Target::There(Box::new(other))),
            (None, Some(_)) => {
                let rule = "There is no such organisation.".to_owned();
                Err(Error::field("id", Reason::Rule(rule)))
            }
            (None, None) => Err(name_taken()),
        }
    }

    /// Whether an organisation of the name has another number than the one meant.
    fn is_another_company(&self, other: &Organisation) -> bool {
        let numbers = (&self.new.company_number, &other.company.number);
        let (Some(meant), Some(own)) = numbers else { return false };
        keys::company_number(meant) != keys::company_number(own)
    }

    /// The user that a contact is; none where it is nobody yet.
    ///
    /// # Errors
    /// Where they are not that organisation's.
    pub(crate) fn contact(
        &self,
        at: usize,
        contact: &NewContact,
        of: OrganisationId,
    ) -> Result<Option<User>> {
        let is_theirs = |user: &User| user.organisation_id == Some(of);
        if let Some(id) = &contact.id {
            let user = self.found.user(user_id(id))?.filter(is_theirs);
            let rule = "There is no such user of that organisation.".to_owned();
            let reason = Reason::Rule(rule);
            let problem = || Error::field(&format!("contacts.{at}.id"), reason);
            return user.map(Some).ok_or_else(problem);
        }
        let holder = |key: Option<Key>| key.and_then(|key| self.found.item(&key));
        let by_email = holder(contact.email.as_ref().map(|email| keys::user_email(email.as_str())));
        let is_by_email = by_email.is_some();
        let by_phone = || holder(contact.phone.as_ref().map(|p| keys::user_phone(&p.to_string())));
        let Some(item) = by_email.or_else(by_phone) else { return Ok(None) };
        let user = self.found.user(named("", Some(item))?)?.filter(is_theirs);
        user.map(Some).ok_or_else(|| taken_elsewhere(at, is_by_email))
    }

    /// The users that contacts are by their addresses and numbers, whosoever.
    pub(crate) fn users(&self) -> Result<Vec<User>> {
        let contacts = self.new.contacts.iter().filter(|contact| contact.id.is_none());
        let holders: Vec<Item> = contacts
            .filter_map(|contact| {
                names_of_contact(contact).into_iter().find_map(|key| self.found.item(&key))
            })
            .collect();
        let users = holders.into_iter().map(|item| self.found.user(named("", Some(item))?));
        users.filter_map(Result::transpose).collect()
    }
}

/// Whether an organisation may be dealt with: it is in use, or will be.
pub(crate) const fn can_be_dealt_with(organisation: &Organisation) -> bool {
    organisation.status.is_live() || matches!(organisation.status, Status::Pending)
}

/// The address first, then the number.
fn names_of_contact(contact: &NewContact) -> Vec<Key> {
    let email = contact.email.as_ref().map(|email| keys::user_email(email.as_str()));
    let phone = contact.phone.as_ref().map(|phone| keys::user_phone(&phone.to_string()));
    email.into_iter().chain(phone).collect()
}

/// An id that can't be one is looked up as one that isn't there.
fn user_id(text: &str) -> UserId {
    text.parse().unwrap_or(UserId(uuid::Uuid::nil()))
}

fn name_taken() -> Error {
    let message = "Another organisation has this name or company number.".to_owned();
    Error::Conflict { code: "name_taken", message }
}

fn taken_elsewhere(at: usize, is_by_email: bool) -> Error {
    let (code, what) = match is_by_email {
        true => ("email_taken_elsewhere", "e-mail address"),
        false => ("phone_taken_elsewhere", "phone number"),
    };
    let message = format!("The {what} of contacts.{at} belongs to another organisation's user.");
    Error::Conflict { code, message }
}
