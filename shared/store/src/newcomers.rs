//! People who come from another pool of users, with addresses that are known to
//! be theirs.

use attesta_model::{Error, Result, User, UserId};

use crate::audit;
use crate::people::{name_items, named};
use crate::table::to_item;
use crate::{Store, keys, patterns};

/// Somebody who comes.
#[derive(Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// Their e-mail address.
    pub email: String,
    /// Their telephone number, in the form of E.164.
    pub phone: Option<String>,
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Newcomer")
    }
}

impl Store {
    /// Takes somebody in: the user that they are by their e-mail address, or a
    /// new one. None where the address belongs to somebody who may do nothing,
    /// or to staff, which nobody becomes by coming. A telephone number that is
    /// another's stays theirs.
    ///
    /// # Errors
    /// When the table can't be read or written.
    pub async fn take_in(&self, new: &Newcomer) -> Result<Option<User>> {
        const TRIES: u32 = 5;
        let id = UserId(self.ids.uuid()?);
        let mut user = new.user(User::new(id, new.name(), &new.email, self.ids.now()));
        // Whoever comes showed a password there.
        audit::proved(id);
        for attempt in 0..TRIES {
            let mut items = name_items(&user)?;
            items.push(to_item(patterns::USER, keys::user(id), &user)?);
            let writes = items.into_iter().map(|item| self.table.put_new(item));
            let Err(cancelled) = self.table.transact(writes.collect::<Result<_>>()?).await? else {
                return Ok(Some(user));
            };
            match cancelled.at {
                // The names come first: the address, then the number.
                Some(0) => {
                    let known = self.user(named(&new.email, cancelled.item)?).await?;
                    let may_come = |user: &User| user.status.is_live() && user.staff.is_none();
                    return Ok(known.filter(may_come));
                }
                Some(1) if user.phone.is_some() => user.phone = None,
                _ => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("nobody could be taken in in five tries"))
    }
}

impl Newcomer {
    fn name(&self) -> String {
        let names: Vec<_> = [&self.given_name, &self.family_name].into_iter().flatten().collect();
        match names[..] {
            [] => self.email.clone(),
            [one] => one.clone(),
            [given, family, ..] => format!("{given} {family}"),
        }
    }

    fn user(&self, user: User) -> User {
        User {
            phone: self.phone.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            ..user
        }
    }
}
