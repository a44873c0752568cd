//! Notices that nothing else in the table goes along with.

use attesta_model::{Error, Message, Notice, Result};

use crate::{OutboxRow, Store};

impl Store {
    /// Has somebody told something.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn tell_somebody(&self, notice: Notice) -> Result<()> {
        const TRIES: u32 = 5;
        let message = Message { id: self.ids.uuid()?, notice };
        for attempt in 0..TRIES {
            let row = OutboxRow::new(self.ids.integer()?, self.ids.now());
            let row = OutboxRow { messages: vec![message.clone()], ..row };
            match self.table.transact(vec![self.put_outgoing(&row)?]).await? {
                Ok(()) => return Ok(()),
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("a notice could not be put out in five tries"))
    }
}
