//! The e-mail address and the telephone number of a user, which are names that
//! no two users may share.

use attesta_identity::UserCaller;
use attesta_model::{Error, Result, User};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::catalogue_admin::busy;
use crate::entering::{email_taken, phone_taken};
use crate::keys::{self, Key};
use crate::people::Holder;
use crate::table::{Condition, Item, to_item};
use crate::{Store, patterns};

/// Where a user can be reached, as the user pool found it verified. What is none
/// here stays as it was.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number, in the form of E.164.
    pub phone: Option<String>,
}

/// It is somebody's: printed, it says nothing.
impl std::fmt::Debug for Addresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addresses")
    }
}

impl Store {
    /// Has a user who calls be reached where the user pool says that they can:
    /// the names move in one transaction with the user. Whether anything changed.
    ///
    /// # Errors
    /// Those of [`Store::own_user`], and [`Error::Conflict`] where a name is
    /// another user's, or the user changed meanwhile.
    pub async fn move_addresses(&self, caller: &UserCaller, to: &Addresses) -> Result<bool> {
        const TRIES: u32 = 5;
        let user = self.own_user(caller).await?;
        let Some(change) = Move::new(&user, to) else { return Ok(false) };
        for attempt in 0..TRIES {
            match self.table.transact(self.moved(&change)?).await? {
                Ok(()) => return Ok(true),
                Err(cancelled) => match cancelled.at {
                    Some(at) => return Err(change.refusal(at)),
                    // Somebody else was at the user or at a name.
                    None => self.pause(attempt).await?,
                },
            }
        }
        Err(Error::internal("a user could not be moved in five tries"))
    }

    /// The user first, then the names that they take, then those that they let go.
    fn moved(&self, change: &Move<'_>) -> Result<Vec<TransactWriteItem>> {
        let own = AttributeValue::S(change.before.id.to_string());
        let is_own = || Condition {
            expression: Some("attribute_not_exists(pk) OR user_id = :own".to_owned()),
            values: Some(Item::from([(":own".to_owned(), own.clone())])),
            ..Condition::default()
        };
        let holder = Holder { user_id: change.before.id };
        let mut writes = vec![self.table.update_if(
            &keys::user(change.before.id),
            "SET email = :email, phone = :phone",
            change.as_it_was()?,
        )?];
        for (_, key) in &change.taken {
            let item = to_item(patterns::NAME, key.clone(), &holder)?;
            writes.push(self.table.put_if(item, is_own())?);
        }
        for key in &change.left {
            writes.push(self.table.delete_if(key, is_own())?);
        }
        Ok(writes)
    }
}

/// A user's way from their addresses to others.
#[derive(Debug)]
struct Move<'a> {
    before: &'a User,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    /// Names that become theirs, and what another may call them.
    taken: Vec<(Error, Key)>,
    left: Vec<Key>,
}

impl<'a> Move<'a> {
    /// None where they are there already.
    fn new(before: &'a User, to: &'a Addresses) -> Option<Self> {
        let email = to.email.as_deref().or(before.email.as_deref());
        let phone = to.phone.as_deref().or(before.phone.as_deref());
        if email == before.email.as_deref() && phone == before.phone.as_deref() {
            return None;
        }
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        let emails = (before.email.as_deref().map(keys::user_email), email.map(keys::user_email));
        let phones = (before.phone.as_deref().map(keys::user_phone), phone.map(keys::user_phone));
        for (error, (old, new)) in [(email_taken(), emails), (phone_taken(), phones)] {
            if old != new {
                taken.extend(new.map(|key| (error, key)));
                left.extend(old);
            }
        }
        Some(Self { before, email, phone, taken, left })
    }

    /// The condition that the user is still where they were, with what they get.
    fn as_it_was(&self) -> Result<Condition> {
        let value =
            |value: Option<&str>| serde_dynamo::to_attribute_value(value).map_err(Error::internal);
        let was = "(email = :old_email OR attribute_not_exists(email)) AND (phone = :old_phone OR attribute_not_exists(phone))";
        let condition = Condition { expression: Some(was.to_owned()), ..Condition::default() };
        Ok(condition
            .value(":old_email", value(self.before.email.as_deref())?)
            .value(":old_phone", value(self.before.phone.as_deref())?)
            .value(":email", value(self.email)?)
            .value(":phone", value(self.phone)?))
    }

    /// What it means that the write at this place failed.
    fn refusal(&self, at: usize) -> Error {
        let taken = at.checked_sub(1).and_then(|at| self.taken.get(at));
        taken.map_or_else(busy, |(error, _)| error.clone())
    }
}
