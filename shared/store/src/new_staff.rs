//! Making somebody staff, here and in the user pool: begun here, so that their
//! e-mail address is theirs alone, and finished here once the pool has them.
//! What stopped half-way is taken up again by the same call.

use attesta_model::{Error, Result, Staff, Status, User, UserId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::access::{CanChange, StaffMember};
use crate::entering::email_taken;
use crate::people::{name_items, name_key, named};
use crate::sessions::is_pending;
use crate::table::{Condition, Written, to_item};
use crate::{Store, keys, patterns};

/// Somebody who is to be staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStaff {
    /// Their e-mail address.
    pub email: String,
    /// Their given name.
    pub given_name: String,
    /// Their family name.
    pub family_name: String,
    /// What they may do.
    pub staff: Staff,
}

impl NewStaff {
    /// The user that they become; they may do nothing yet.
    fn user(&self, id: UserId, now: Timestamp) -> User {
        let name = format!("{} {}", self.given_name, self.family_name);
        User {
            given_name: Some(self.given_name.clone()),
            family_name: Some(self.family_name.clone()),
            status: Status::Pending,
            staff: Some(self.staff),
            ..User::new(id, name, &self.email, now)
        }
    }
}

impl Store {
    /// Begins to make somebody staff. Where that was begun before and not
    /// finished, it is the user of then, with what is said of them now.
    ///
    /// # Errors
    /// [`Error::Conflict`] `email_taken`.
    pub async fn begin_staff(&self, _by: &StaffMember<CanChange>, new: &NewStaff) -> Result<User> {
        const TRIES: u32 = 5;
        for attempt in 0..TRIES {
            let user = new.user(UserId(self.ids.uuid()?), self.ids.now());
            let mut items = name_items(&user)?;
            items.push(to_item(patterns::USER, keys::user(user.id), &user)?);
            let writes = items.into_iter().map(|item| self.table.put_new(item));
            match self.table.transact(writes.collect::<Result<_>>()?).await? {
                Ok(()) => return Ok(user),
                Err(cancelled) if cancelled.at.is_some() => {
                    let begun = self.user(named(&new.email, cancelled.item)?).await?;
                    let is_half_done =
                        |user: &User| user.status == Status::Pending && user.staff.is_some();
                    let begun = begun.filter(is_half_done).ok_or_else(email_taken)?;
                    return Ok(new.user(begun.id, begun.created_at));
                }
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("a user could not be begun in five tries"))
    }

    /// Lets somebody begin to work whom the user pool knows by this subject.
    ///
    /// # Errors
    /// [`Error::Conflict`] `email_taken` where another call did just that.
    pub async fn finish_staff(&self, begun: &User, subject: Uuid) -> Result<()> {
        let user = User { status: Status::Active, subject: Some(subject), ..begun.clone() };
        let item = to_item(patterns::USER, keys::user(user.id), &user)?;
        match self.table.put(item, is_pending()?).await? {
            Written::Done => Ok(()),
            Written::Refused(_) => Err(email_taken()),
        }
    }

    /// Forgets somebody whom the user pool would not have, so that their e-mail
    /// address is free again.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn abandon_staff(&self, begun: &User) -> Result<()> {
        let mut gone = vec![self.table.delete_if(&keys::user(begun.id), is_pending()?)?];
        if let Some(email) = &begun.email {
            gone.push(self.table.delete_if(&name_key(email), Condition::is_there())?);
        }
        self.table.transact(gone).await.map(drop)
    }
}
