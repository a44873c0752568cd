//! Carrying the outbox's rows to the queues.

use attesta_model::{Error, Result};
use attesta_store::{OutboxRow, Store};
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
    events_url: String,
}

impl Courier {
    /// A courier between a table and its queues, one of which takes what
    /// organisations are told.
    #[must_use]
    pub fn new(store: Store, queues: Client, events_url: impl Into<String>) -> Self {
        Self { store, queues, events_url: events_url.into() }
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
            if let Err(error) = self.send(&task.queue_url, message(task)).await {
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
        for event in &row.events {
            let body = serde_json::to_string(event).map_err(Error::internal)?;
            self.send(&self.events_url, body).await?;
        }
        if let Some(request) = row.settles {
            self.store.settle(request).await?;
        }
        let was_there = self.store.outbox_delivered(row).await?;
        tracing::info!(row = row.id, tasks = row.tasks.len(), was_there, "sent");
        Ok(was_there)
    }

    async fn send(&self, queue_url: &str, body: String) -> Result<()> {
        let send = self.queues.send_message().queue_url(queue_url).message_body(body);
        send.send().await.map(drop).map_err(|error| Error::call("SendMessage", &error))
    }
}
