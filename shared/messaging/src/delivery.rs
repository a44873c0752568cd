//! Carrying the outbox's rows to the queues.

use attesta_model::{Error, Result};
use attesta_store::{OutboxRow, Store, Task};
use aws_sdk_sqs::Client;

use crate::message;

/// Sends what a row holds, then takes the row out.
///
/// Whatever happens in between, the row stands until everything in it was
/// sent: a message may come twice, but none is lost.
#[derive(Debug, Clone)]
pub struct Courier {
    store: Store,
    queues: Client,
}

impl Courier {
    /// A courier between a table and its queues.
    #[must_use]
    pub const fn new(store: Store, queues: Client) -> Self {
        Self { store, queues }
    }

    /// Delivers a row; whether it was there to be taken out.
    ///
    /// # Errors
    /// When a queue or the table can't be reached; the row stays then, with
    /// what is still to be sent: one queue doesn't hold up the others.
    pub async fn deliver(&self, row: &OutboxRow) -> Result<bool> {
        let mut unsent = Vec::new();
        let mut failure = None;
        for task in &row.tasks {
            if let Err(error) = self.send(task).await {
                unsent.push(task.clone());
                failure = Some(error);
            }
        }
        if let Some(failure) = failure {
            if unsent.len() < row.tasks.len() {
                self.store.outbox_unsent(row, &unsent).await?;
            }
            return Err(failure);
        }
        let was_there = self.store.outbox_delivered(row).await?;
        tracing::info!(row = row.id, tasks = row.tasks.len(), was_there, "sent");
        Ok(was_there)
    }

    async fn send(&self, task: &Task) -> Result<()> {
        let message = message(task);
        let send = self.queues.send_message().queue_url(&task.queue_url).message_body(message);
        send.send().await.map(drop).map_err(|error| Error::call("SendMessage", &error))
    }
}
