//! What a user's tokens hang on: whether they may act at all, whether they sign
//! in with a second factor, and which of their sessions count.

use attesta_model::{Error, Message, Notice, Result, Status, UserId};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::table::{Condition, Written};
use crate::{OutboxRow, Store, keys};

/// From here on, no token that the user has counts any more.
const END: &str = "ADD #s :one";

/// For a change to a user who is there that ends their sessions.
fn ending() -> Condition {
    let one = AttributeValue::N("1".to_owned());
    Condition::is_there().name("#s", "session").value(":one", one)
}

impl Store {
    /// Ends every session of a user: no token that they have counts any more.
    /// A user who is not there has none.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn end_sessions(&self, id: UserId) -> Result<()> {
        match self.table.update(&keys::user(id), END, ending()).await? {
            Written::Done | Written::Refused(_) => Ok(()),
        }
    }

    /// Ends every session of a user, and tells somebody so, both or neither.
    /// Of a user who is not there nobody is told.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn end_sessions_and_tell(&self, id: UserId, notice: Notice) -> Result<()> {
        const TRIES: u32 = 5;
        let message = Message { id: self.ids.uuid()?, notice };
        for attempt in 0..TRIES {
            let row = OutboxRow::new(self.ids.integer()?, self.ids.now());
            let row = OutboxRow { messages: vec![message.clone()], ..row };
            let end = self.sessions_ended(id)?;
            match self.table.transact(vec![end, self.put_outgoing(&row)?]).await? {
                Err(cancelled) if cancelled.at != Some(0) => self.pause(attempt).await?,
                Ok(()) | Err(_) => return Ok(()),
            }
        }
        Err(Error::internal("sessions could not be ended in five tries"))
    }

    /// The part of a transaction that ends every session of a user who is there.
    pub(crate) fn sessions_ended(&self, id: UserId) -> Result<TransactWriteItem> {
        self.table.update_if(&keys::user(id), END, ending())
    }

    /// Notes whether a user signs in with a second factor, and ends every
    /// session of theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such user.
    pub async fn set_second_factor(&self, id: UserId, has_one: bool) -> Result<()> {
        let change = format!("SET second_factor = :has {END}");
        let condition = ending().value(":has", AttributeValue::Bool(has_one));
        match self.table.update(&keys::user(id), &change, condition).await? {
            Written::Done => Ok(()),
            Written::Refused(_) => Err(Error::not_found()),
        }
    }

    /// Lets a user act who was waiting to. Whoever was not is as before.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn activate_user(&self, id: UserId) -> Result<()> {
        let condition = is_pending()?.value(":active", status(Status::Active)?);
        match self.table.update(&keys::user(id), "SET #status = :active", condition).await? {
            Written::Done | Written::Refused(_) => Ok(()),
        }
    }
}

/// A user waits to be let in.
pub(crate) fn is_pending() -> Result<Condition> {
    let expression = Some("#status = :pending".to_owned());
    let condition = Condition { expression, ..Condition::default() };
    Ok(condition.name("#status", "status").value(":pending", status(Status::Pending)?))
}

fn status(status: Status) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(status).map_err(Error::internal)
}
