//! Organisations that staff make, with whom they bring: all in one transaction.

use std::collections::HashSet;

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    Billing, Company, DirectoryJob, Error, HomeCountry, Location, Module, Organisation,
    OrganisationId, Profile, Reason, Result, Staff, Status, User, UserId, Welcome, roles_of_owner,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use crate::access::{CanChange, OrganisationInSight, Standing, staff_handle};
use crate::entering::Entering;
use crate::idempotency::{Idempotency, Replay, by_place};
use crate::keys::Key;
use crate::organisation_views::{OrganisationView, Surroundings};
use crate::table::{Item, to_item};
use crate::{Store, keys, patterns};

/// An organisation that is to be.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: HomeCountry,
    /// Where it is.
    pub location: Option<Location>,
    /// The company behind it.
    pub company: Company,
    /// Who organises for it.
    pub organisers: Vec<OrganisationId>,
    /// What it is billed.
    pub billing: Option<Billing>,
    /// What it has subscribed to.
    pub modules: Vec<Module>,
    /// Who is to own it; without an owner it can't be activated.
    pub owner: Option<NewPerson>,
    /// Who else belongs to it.
    pub contacts: Vec<NewPerson>,
}

/// Somebody who comes with an organisation; an e-mail address or a telephone
/// number they have.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewPerson {
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number, in the form of E.164.
    pub phone: Option<String>,
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPerson")
    }
}

impl NewPerson {
    /// What they are called: as they are reached, if nothing else is known.
    #[must_use]
    pub fn name(&self) -> String {
        let names = [&self.given_name, &self.family_name];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        match names[..] {
            [] => self.email.clone().or(self.phone.clone()).unwrap_or_default(),
            _ => names.join(" "),
        }
    }

    /// The keys of the names that no two users share.
    pub(crate) fn name_keys(&self) -> impl Iterator<Item = Key> {
        let email = self.email.as_deref().map(keys::user_email);
        email.into_iter().chain(self.phone.as_deref().map(keys::user_phone))
    }

    /// The user that they become.
    pub(crate) fn user(&self, id: UserId, of: &Organisation, now: Timestamp) -> User {
        User {
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            organisation_id: Some(of.id),
            country: Some(of.country),
            ..User::new(id, self.name(), "", now)
        }
    }
}

/// What became of an organisation that was to be.
pub(crate) enum Written {
    /// It is made, with its owner.
    New(Box<(Organisation, Option<User>)>),
    /// The same call made this one meanwhile.
    Same(String),
}

impl Store {
    /// Makes an organisation that waits to be activated, with its owner and its
    /// other people. The owner gets into the user pool as it is activated, the
    /// others at once and without a word. The same call again makes no other.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::Invalid`] where somebody is named
    /// twice or an organiser isn't there, and [`Error::Conflict`] where a name
    /// is another's.
    pub async fn create_organisation(
        &self,
        caller: &UserCaller,
        new: &NewOrganisation,
        idempotency: Option<&Idempotency>,
    ) -> Result<OrganisationView> {
        let user = keys::user(caller.user_id);
        let organisers: HashSet<_> = new.organisers.iter().copied().collect();
        let organisers: Vec<_> = organisers.into_iter().map(keys::organisation).collect();
        let mut wanted = vec![user.clone()];
        wanted.extend(organisers.iter().cloned());
        wanted.extend(idempotency.map(Idempotency::key));
        let mut found = self.table.get_all(&wanted).await?;
        staff_handle::<CanChange>(caller, found.remove(&user))?;
        if let Some(call) = idempotency
            && let Replay::Same(id) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return self.organisation_view(&Caller::User(caller.clone()), &id).await;
        }
        if organisers.iter().any(|key| !found.contains_key(key)) {
            return Err(no_such_organiser());
        }
        let (organisation, owner) = match self.write_organisation(new, idempotency).await? {
            Written::New(made) => *made,
            Written::Same(id) => {
                return self.organisation_view(&Caller::User(caller.clone()), &id).await;
            }
        };
        let around = Surroundings {
            owner,
            units: Some(Vec::new()),
            connected: Some(Vec::new()),
            owners_profile: None,
        };
        let seen = OrganisationInSight::new(organisation, Standing::Staff(Staff::Admin));
        Ok(OrganisationView { seen, around })
    }

    /// Makes an organisation, with its people, or yields which one the same call
    /// made meanwhile.
    pub(crate) async fn write_organisation(
        &self,
        new: &NewOrganisation,
        idempotency: Option<&Idempotency>,
    ) -> Result<Written> {
        check_named_once(new.owner.iter().chain(&new.contacts))?;
        let (organisation, owner) = self.drawn_up(new)?;
        let people = self.people(&new.contacts, &organisation)?;
        let id = organisation.id.to_string();
        let parts = || self.made(&organisation, owner.as_ref(), &people);
        let at_first = parts()?;
        let draw_up = |_| -> Result<_> { Ok((parts()?.writes, id.clone())) };
        let refusal = by_place(|at| at_first.refusal(at));
        let made = self.write_once_unless(idempotency, draw_up, refusal).await?;
        if made != id {
            return Ok(Written::Same(made));
        }
        Ok(Written::New(Box::new((organisation, owner))))
    }

    fn drawn_up(&self, new: &NewOrganisation) -> Result<(Organisation, Option<User>)> {
        let now = self.ids.now();
        let id = OrganisationId(self.ids.uuid()?);
        let new_one = new.clone();
        let organisation = Organisation {
            status: Status::Pending,
            country: new.country,
            location: new_one.location,
            company: new_one.company,
            organisers: new_one.organisers,
            billing: new_one.billing,
            modules: new_one.modules,
            ..Organisation::new(id, new_one.name, now)
        };
        let Some(contact) = &new.owner else { return Ok((organisation, None)) };
        let owner = contact.user(UserId(self.ids.uuid()?), &organisation, now);
        Ok((Organisation { owner_id: Some(owner.id), ..organisation }, Some(owner)))
    }

    /// The users that contacts become.
    pub(crate) fn people(&self, contacts: &[NewPerson], of: &Organisation) -> Result<Vec<User>> {
        let now = self.ids.now();
        let user = |one: &NewPerson| Ok(one.user(UserId(self.ids.uuid()?), of, now));
        contacts.iter().map(user).collect()
    }

    /// At most ninety writes: two names, the organisation, five of the owner,
    /// five of each of fifteen others, and one that has the user pool follow.
    fn made(
        &self,
        organisation: &Organisation,
        owner: Option<&User>,
        people: &[User],
    ) -> Result<Entering> {
        let mut parts = self.naming(organisation)?;
        parts.put(self.table.put_new(organisation_item(organisation)?)?);
        if let Some(owner) = owner {
            let roles = roles_of_owner(&organisation.modules);
            let profile = Profile::new(owner.id, organisation.id, roles);
            parts.join(self.entering_unseen(owner, &[profile])?);
        }
        parts.join(self.joining(organisation, people)?);
        Ok(parts)
    }

    /// Lets people without roles into an organisation; the user pool has them
    /// without a word to them.
    pub(crate) fn joining(&self, to: &Organisation, people: &[User]) -> Result<Entering> {
        let mut parts = Entering::default();
        for user in people {
            let profile = Profile::new(user.id, to.id, Vec::new());
            parts.join(self.entering_unseen(user, &[profile])?);
        }
        let enter =
            |user: &User| DirectoryJob::Enter { user_id: user.id, welcome: Welcome::Silent };
        let jobs: Vec<_> = people.iter().map(enter).collect();
        if !jobs.is_empty() {
            parts.put(self.put_jobs(jobs)?);
        }
        Ok(parts)
    }

    /// Puts an organisation where nobody changed it since it stood as before.
    pub(crate) fn put_organisation(
        &self,
        before: &Organisation,
        after: &Organisation,
    ) -> Result<TransactWriteItem> {
        let condition = crate::organisation_changes::unchanged(before);
        self.table.put_if(organisation_item(after)?, condition)
    }
}

pub(crate) fn organisation_item(organisation: &Organisation) -> Result<Item> {
    to_item(patterns::ORGANISATION, keys::organisation(organisation.id), organisation)
}

/// Refuses people of whom two would have one name.
pub(crate) fn check_named_once<'a>(people: impl Iterator<Item = &'a NewPerson>) -> Result<()> {
    let mut seen = HashSet::new();
    if people.flat_map(NewPerson::name_keys).all(|key| seen.insert(key)) {
        return Ok(());
    }
    let rule = "names two people by one e-mail address or telephone number";
    Err(Error::field("contacts", Reason::Rule(rule.to_owned())))
}

pub(crate) fn no_such_organiser() -> Error {
    let rule = "names an organisation that there is none of";
    Error::field("organisers", Reason::Rule(rule.to_owned()))
}
