//! Batches of a queue's messages, each for itself.

use std::future::Future;

use attesta_model::{Error, Result};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use serde::de::DeserializeOwned;

/// Does something with each message of a batch, all at once. A message that
/// failed is reported, so that its queue shows it again; one that panics fails
/// alone, too.
pub async fn each_message<F>(event: SqsEvent, work: impl Fn(SqsMessage) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let started: Vec<_> = event
        .records
        .into_iter()
        .map(|message| {
            (message.message_id.clone().unwrap_or_default(), tokio::spawn(work(message)))
        })
        .collect();
    let mut response = SqsBatchResponse::default();
    for (id, work) in started {
        if let Err(error) = work.await.unwrap_or_else(|panic| Err(Error::internal(panic))) {
            tracing::warn!(%error, message_id = id, "a message is not done with");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

/// Reads a message's JSON. What is wrong with it is told by its place alone: it
/// may hold secrets.
///
/// # Errors
/// When it is not what it should be.
pub fn read_message<T: DeserializeOwned>(what: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| {
        let (class, line, column) = (error.classify(), error.line(), error.column());
        Error::internal(format_args!(
            "{what} can't be read: {class:?} error at line {line}, column {column}"
        ))
    })
}
