//! Carrying the outbox's rows to the queues.

use attesta_model::{Error, Result};
use attesta_store::{OutboxRow, Store};
use aws_sdk_sqs::Client;
use serde::Serialize;

use crate::message;

/// Where the queues are that rows go to, beside those of providers.
#[derive(Debug, Clone)]
pub struct QueueUrls {
    /// The one of what organisations are told.
    pub events: String,
    /// The one of what people are told.
    pub messages: String,
    /// The one of imports whose turn it is.
    pub imports: String,
    /// The one of what the user pool is to follow.
    pub directory: String,
}

/// Sends what a row holds, then takes the row out.
///
/// Whatever happens in between, the row stands until everything in it was
/// sent: a message may come twice, but none is lost.
#[derive(Debug, Clone)]
pub struct Courier {
    store: Store,
    queues: Client,
    urls: QueueUrls,
}

impl Courier {
    /// A courier between a table and its queues.
    #[must_use]
    pub fn new(store: Store, queues: Client, urls: QueueUrls) -> Self {
        Self { store, queues, urls }
    }

    /// Delivers a row; whether it was there to be taken out.
    ///
    /// # Errors
    /// When a queue or the table can't be reached; the row stays then, with
    /// what is still to be sent: one queue doesn't hold up the others.
    pub async fn deliver(&self, row: &OutboxRow) -> Result<bool> {
        let mut left = OutboxRow {
            tasks: Vec::new(),
            events: Vec::new(),
            messages: Vec::new(),
            imports: Vec::new(),
            jobs: Vec::new(),
            ..row.clone()
        };
        let mut failure = None;
        for task in &row.tasks {
            if let Err(error) = self.send(&task.queue_url, message(task)).await {
                left.tasks.push(task.clone());
                failure = Some(error);
            }
        }
        for event in &row.events {
            if let Err(error) = self.send_json(&self.urls.events, event).await {
                left.events.push(event.clone());
                failure = Some(error);
            }
        }
        for told in &row.messages {
            if let Err(error) = self.send_json(&self.urls.messages, told).await {
                left.messages.push(told.clone());
                failure = Some(error);
            }
        }
        for job in &row.jobs {
            if let Err(error) = self.send_json(&self.urls.directory, job).await {
                left.jobs.push(job.clone());
                failure = Some(error);
            }
        }
        for import in &row.imports {
            if let Err(error) = self.send_json(&self.urls.imports, import).await {
                left.imports.push(*import);
                failure = Some(error);
            }
        }
        if let Some(failure) = failure {
            if left != *row {
                self.store.outbox_unsent(&left).await?;
            }
            return Err(failure);
        }
        if let Some(request) = row.settles {
            self.store.settle(request).await?;
        }
        let was_there = self.store.outbox_delivered(row).await?;
        let (tasks, messages) = (row.tasks.len(), row.messages.len());
        tracing::info!(row = row.id, tasks, messages, was_there, "sent");
        Ok(was_there)
    }

    async fn send_json(&self, queue_url: &str, what: &impl Serialize) -> Result<()> {
        let body = serde_json::to_string(what).map_err(Error::internal)?;
        self.send(queue_url, body).await
    }

    async fn send(&self, queue_url: &str, body: String) -> Result<()> {
        let send = self.queues.send_message().queue_url(queue_url).message_body(body);
        send.send().await.map(drop).map_err(|error| Error::call("SendMessage", &error))
    }
}
