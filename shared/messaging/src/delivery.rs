//! Carrying the outbox's rows to the queues.

use attesta_model::{Error, Result};
use attesta_store::{OutboxRow, Store};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;

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
    /// When a queue or the table can't be reached; the row stays then.
    pub async fn deliver(&self, row: &OutboxRow) -> Result<bool> {
        for task in &row.tasks {
            self.queues
                .send_message()
                .queue_url(&task.queue_url)
                .message_body(message(task))
                .send()
                .await
                .map_err(|error| {
                    Error::internal(format_args!("SendMessage: {}", DisplayErrorContext(error)))
                })?;
        }
        let was_there = self.store.outbox_delivered(row).await?;
        tracing::info!(
            request_id = row.request_id.get(),
            tasks = row.tasks.len(),
            was_there,
            "sent"
        );
        Ok(was_there)
    }
}
