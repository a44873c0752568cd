//! Imports whose turn it is come from their queue, and their files are applied
//! row by row.

use std::time::Duration;

use attesta_assurance::RedTractor;
use attesta_imports::{Worker, kinds};
use attesta_model::{Error, ImportJobId, Result};
use attesta_objects::Objects;
use attesta_runtime::{each_message, read_message};
use attesta_store::Store;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;

/// A run that took longer hands over at its next slice: well before the function
/// is cut off.
pub const LONGEST_RUN: Duration = Duration::from_secs(200);
/// How long what could not be worked on waits for another try.
const WAIT: Duration = Duration::from_mins(1);

/// What imports are worked on with.
#[derive(Debug, Clone)]
pub struct App {
    /// Who works on them.
    pub worker: Worker,
    /// The queues.
    pub queues: Client,
    /// Where imports come from.
    pub queue_url: String,
}

/// A worker that knows every kind of import.
#[must_use]
pub fn worker(store: &Store, objects: Objects, red_tractor: RedTractor) -> Worker {
    Worker::new(store.clone(), objects, LONGEST_RUN)
        .with(kinds::BusinessUnits::new(store.clone(), red_tractor))
        .with(kinds::Organisations::new(store.clone()))
        .with(kinds::AddedPreferences::new(store.clone()))
        .with(kinds::SetPreferences::new(store.clone()))
        .with(kinds::FinMidStatus::new(store.clone()))
}

/// Works on a batch of imports, each for itself.
///
/// # Errors
/// None of its own: every failure is one import's, which its queue shows again
/// a minute later and sets aside after some tries.
pub async fn handle(app: &App, event: SqsEvent) -> Result<SqsBatchResponse> {
    let work = |message: SqsMessage| {
        let app = app.clone();
        async move { app.work(&message).await }
    };
    Ok(each_message(event, work).await)
}

impl App {
    async fn work(&self, message: &SqsMessage) -> Result<()> {
        let body = message.body.as_deref().unwrap_or_default();
        let id: ImportJobId = read_message("an import", body)?;
        match self.worker.work(id).await {
            Ok(worked) => {
                tracing::info!(%id, ?worked, "worked on");
                Ok(())
            }
            Err(error) => {
                self.put_off(message).await;
                Err(error)
            }
        }
    }

    /// Lets a message wait a little. Where that fails, it waits as long as its
    /// queue has it wait.
    async fn put_off(&self, message: &SqsMessage) {
        let wait = i32::try_from(WAIT.as_secs()).unwrap_or_default();
        let put_off = self.queues.change_message_visibility().queue_url(&self.queue_url);
        let put_off = put_off.set_receipt_handle(message.receipt_handle.clone());
        if let Err(error) = put_off.visibility_timeout(wait).send().await {
            let error = Error::call("ChangeMessageVisibility", &error);
            tracing::warn!(%error, "it could not be put off");
        }
    }
}
