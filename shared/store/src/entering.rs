//! Somebody new: their names, themselves and what they may do where, and that
//! the user pool is to have them, all in one transaction. What happens in the
//! pool follows from the outbox, and is taken up again until it is done.

use attesta_model::{DirectoryJob, Error, Profile, Result, User, Welcome};
use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::people::{name_items, profile_item};
use crate::table::to_item;
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

impl Store {
    /// Lets somebody in, with their profiles. The welcome goes out once they are
    /// in the user pool.
    pub(crate) fn entering(
        &self,
        user: &User,
        profiles: &[Profile],
        welcome: Welcome,
    ) -> Result<Entering> {
        let mut entering = self.entering_unseen(user, profiles)?;
        let job = DirectoryJob::Enter { user_id: user.id, welcome };
        entering.put(self.put_job(job)?);
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
        Ok(entering)
    }

    /// Has the user pool follow, as a part of the transaction that is the cause.
    pub(crate) fn put_job(&self, job: DirectoryJob) -> Result<TransactWriteItem> {
        self.put_jobs(vec![job])
    }

    /// The same of some things at once.
    pub(crate) fn put_jobs(&self, jobs: Vec<DirectoryJob>) -> Result<TransactWriteItem> {
        let row = OutboxRow::new(self.ids.integer()?, self.ids.now());
        self.put_outgoing(&OutboxRow { jobs, ..row })
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
