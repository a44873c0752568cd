//! Somebody new: their names, themselves and what they may do where, and that
//! the user pool is to have them, all in one transaction. What happens in the
//! pool follows from the outbox, and is taken up again until it is done.

use attesta_model::{
    DirectoryJob, Error, OrganisationId, Profile, Result, User, UserId, Welcome, own_mail_domain,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};

use crate::people::{name_items, profile_item};
use crate::table::{Condition, to_item};
use crate::{OutboxRow, Store, keys, patterns};

/// The parts of a transaction that let somebody in, and what it means where one
/// fails.
#[derive(Debug, Default)]
pub(crate) struct Entering {
    pub(crate) writes: Vec<TransactWriteItem>,
    refusals: Vec<Option<Error>>,
}

impl Entering {
    /// What it means that the write at this place among these failed: a name is
    /// another's. None where it may be tried again.
    pub(crate) fn refusal(&self, at: usize) -> Option<Error> {
        self.refusals.get(at).cloned().flatten()
    }
}

/// Somebody who had an e-mail address in a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AtDomain {
    pub(crate) organisation_id: OrganisationId,
    pub(crate) user_id: UserId,
}

impl Store {
    /// Lets somebody in, with their profiles. The welcome goes out once they are
    /// in the user pool. Whoever may do something at home is found by the domain
    /// of their e-mail address from here on.
    pub(crate) fn entering(
        &self,
        user: &User,
        profiles: &[Profile],
        welcome: Welcome,
    ) -> Result<Entering> {
        let mut entering = self.entering_unseen(user, profiles)?;
        entering.put(self.put_job(DirectoryJob::Enter { user_id: user.id, welcome })?);
        Ok(entering)
    }

    /// The same for somebody whom the user pool is to have later, or by a job
    /// that goes with others'.
    pub(crate) fn entering_unseen(&self, user: &User, profiles: &[Profile]) -> Result<Entering> {
        let mut entering = Entering::default();
        let errors = [
            user.email.as_ref().map(|_| email_taken()),
            user.phone.as_ref().map(|_| phone_taken()),
        ];
        for (item, error) in name_items(user)?.into_iter().zip(errors.into_iter().flatten()) {
            entering.writes.push(self.table.put_new(item)?);
            entering.refusals.push(Some(error));
        }
        entering.put(self.table.put_new(to_item(patterns::USER, keys::user(user.id), user)?)?);
        for profile in profiles {
            entering.put(self.table.put_new(profile_item(profile)?)?);
        }
        let is_at_home = |one: &Profile| {
            Some(one.organisation_id) == user.organisation_id && !one.is_restricted()
        };
        if profiles.iter().any(is_at_home)
            && let Some(entry) = self.put_mail_domain(user)?
        {
            entering.put(entry);
        }
        Ok(entering)
    }

    /// Has the user pool follow, as a part of the transaction that is the cause.
    pub(crate) fn put_job(&self, job: DirectoryJob) -> Result<TransactWriteItem> {
        self.put_jobs(vec![job])
    }

    /// The same with several things to follow.
    pub(crate) fn put_jobs(&self, jobs: Vec<DirectoryJob>) -> Result<TransactWriteItem> {
        let row = OutboxRow::new(self.ids.integer()?, self.ids.now());
        self.put_outgoing(&OutboxRow { jobs, ..row })
    }

    /// Has a user's organisation be found by the domain of their e-mail address;
    /// none where that is open to all. Whoever reads it asks the user whether it
    /// still holds.
    pub(crate) fn put_mail_domain(&self, user: &User) -> Result<Option<TransactWriteItem>> {
        let domain = user.email.as_deref().and_then(own_mail_domain);
        let (Some(domain), Some(organisation_id)) = (domain, user.organisation_id) else {
            return Ok(None);
        };
        let entry = AtDomain { organisation_id, user_id: user.id };
        let key = keys::mail_domain_user(&domain, organisation_id, user.id);
        let item = to_item(patterns::MAIL_DOMAIN, key, &entry)?;
        self.table.put_if(item, Condition::default()).map(Some)
    }
}

impl Entering {
    /// Another write, which may be tried again where it fails.
    pub(crate) fn put(&mut self, write: TransactWriteItem) {
        self.writes.push(write);
        self.refusals.push(None);
    }

    /// Another write, and what it means where it fails.
    pub(crate) fn put_or(&mut self, write: TransactWriteItem, refusal: Error) {
        self.writes.push(write);
        self.refusals.push(Some(refusal));
    }

    /// The parts of another after these.
    pub(crate) fn join(&mut self, other: Self) {
        self.writes.extend(other.writes);
        self.refusals.extend(other.refusals);
    }
}

pub(crate) fn email_taken() -> Error {
    let message = "The e-mail address belongs to another user.".to_owned();
    Error::Conflict { code: "email_taken", message }
}

pub(crate) fn phone_taken() -> Error {
    let message = "The phone number belongs to another user.".to_owned();
    Error::Conflict { code: "phone_taken", message }
}
