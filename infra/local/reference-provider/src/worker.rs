//! The loop around the queue: take messages, do their tasks, delete those that are done.
//!
//! A message is deleted only after its result was accepted (or there is nothing to report any more).
//! What failed comes again, each time later; after the queue's limit it goes to the dead letters. A
//! task may be done twice: its report is the same then, and the platform counts it once.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::api::{Error, Session};
use crate::celery::{Malformed, Task, VerifyRequest};
use crate::corpus::Corpus;
use crate::http::Error as HttpError;
use crate::verdict::{Report, judge, unreadable};

/// How many messages a poll takes at most; SQS allows no more.
const RECEIVE_AT_MOST: i32 = 10;
/// The pause after a poll that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// After how many seconds a message comes again, by how often it came before.
const COME_AGAIN_AFTER: [i32; 4] = [15, 60, 240, 900];

/// What decides how a worker polls and how much it does at a time.
#[derive(Debug, Clone)]
pub struct Options {
    /// The URL of the queue.
    pub queue_url: String,
    /// How long a poll waits for a message, in seconds, 0 to 20. A stop waits as long at most.
    pub wait_seconds: i32,
    /// How many tasks are done at a time.
    pub concurrency: usize,
}

/// Takes tasks from a queue and does them.
#[derive(Debug)]
pub struct Worker {
    session: Session,
    sqs: Sqs,
    corpus: Arc<Corpus>,
    options: Options,
}

/// Why a task was not done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the message can't be understood: {0}")]
    Malformed(#[from] Malformed),
    #[error(transparent)]
    Api(#[from] Error),
    #[error("the document can't be fetched at present: {0}")]
    Document(String),
    #[error("the comparison broke off: {0}")]
    Comparison(#[from] tokio::task::JoinError),
}

impl Worker {
    /// A worker for the queue of the provider that is signed in.
    #[must_use]
    pub fn new(session: Session, sqs: Sqs, corpus: Corpus, options: Options) -> Self {
        let corpus = Arc::new(corpus);
        Self { session, sqs, corpus, options }
    }

    /// Works until `stop` completes, and then finishes what was begun.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let worker = Arc::new(self);
        let permits = Arc::new(Semaphore::new(worker.options.concurrency));
        let mut tasks = JoinSet::new();
        let mut stop = pin!(stop);
        let mut stopping = false;
        while !stopping {
            // A poll under way is awaited, not dropped: the messages that it brings would stay
            // hidden until the queue's visibility time is over.
            let mut poll = pin!(worker.receive());
            let messages = tokio::select! {
                messages = &mut poll => messages,
                () = &mut stop => {
                    stopping = true;
                    poll.await
                }
            };
            for message in messages {
                let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { break };
                let worker = Arc::clone(&worker);
                tasks.spawn(async move {
                    worker.handle(&message).await;
                    drop(permit);
                });
            }
            while let Some(ended) = tasks.try_join_next() {
                log_if_broken(ended);
            }
        }
        while let Some(ended) = tasks.join_next().await {
            log_if_broken(ended);
        }
    }

    async fn receive(&self) -> Vec<Message> {
        let poll = self
            .sqs
            .receive_message()
            .queue_url(&self.options.queue_url)
            .max_number_of_messages(RECEIVE_AT_MOST)
            .wait_time_seconds(self.options.wait_seconds)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        match poll.send().await {
            Ok(answer) => answer.messages.unwrap_or_default(),
            Err(error) => {
                tracing::error!(error = %error.into_service_error(), "the queue can't be read");
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
                Vec::new()
            }
        }
    }

    async fn handle(&self, message: &Message) {
        let id = message.message_id().unwrap_or_default();
        match self.work(message.body().unwrap_or_default()).await {
            Ok(()) => self.delete(message).await,
            Err(Failure::Malformed(error)) => {
                tracing::error!(message = id, %error, "a message is left for the dead letters");
            }
            Err(error) => {
                tracing::warn!(message = id, %error, "a task failed and comes again");
                self.postpone(message).await;
            }
        }
    }

    /// Does the task of a message. Afterwards there is nothing left to do for it.
    async fn work(&self, body: &str) -> Result<(), Failure> {
        let VerifyRequest { request_id, result_id } =
            VerifyRequest::try_from(&Task::decode(body)?)?;
        match self.verify(request_id).await {
            Ok(Some(report)) => {
                let Report { status, code, .. } = report;
                tracing::info!(request_id, result_id, status, code, "reported");
                Ok(())
            }
            Ok(None) => {
                tracing::info!(request_id, result_id, "reported before");
                Ok(())
            }
            Err(Failure::Api(Error::Gone)) => {
                tracing::info!(request_id, result_id, "no longer there");
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    async fn verify(&self, request_id: u64) -> Result<Option<Report>, Failure> {
        let row = self.session.request(request_id).await?;
        if row.is_processed() {
            return Ok(None);
        }
        let report = match self.document(row.document_url()).await? {
            Ok(document) => self.compared(document).await?,
            Err(reason) => unreadable(reason),
        };
        self.session.report(request_id, &report).await?;
        Ok(Some(report))
    }

    /// The document, or why it will not be had later either.
    async fn document(&self, url: &str) -> Result<Result<Vec<u8>, String>, Failure> {
        match self.session.document(url).await {
            Ok(answer) if answer.is_success() => Ok(Ok(answer.body)),
            Ok(answer) if answer.is_transient() => Err(Failure::Document(answer.summary())),
            Ok(answer) => Ok(Err(format!(
                "The document can't be fetched: its address answers {}.",
                answer.status
            ))),
            Err(HttpError::TooLarge) => Ok(Err("The document is too large.".to_owned())),
            Err(HttpError::Request(_)) => Ok(Err("The document has no valid address.".to_owned())),
            Err(error) => Err(Failure::Document(error.to_string())),
        }
    }

    async fn compared(&self, document: Vec<u8>) -> Result<Report, Failure> {
        let corpus = Arc::clone(&self.corpus);
        let judged = move || judge(&corpus, &document).unwrap_or_else(unreadable);
        Ok(tokio::task::spawn_blocking(judged).await?)
    }

    async fn delete(&self, message: &Message) {
        let delete = self.sqs.delete_message().queue_url(&self.options.queue_url);
        let delete = delete.set_receipt_handle(message.receipt_handle.clone());
        if let Err(error) = delete.send().await {
            tracing::warn!(error = %error.into_service_error(), "a message that is done comes again");
        }
    }

    /// Lets the message come again sooner than the queue's own visibility time would.
    async fn postpone(&self, message: &Message) {
        let change = self.sqs.change_message_visibility().queue_url(&self.options.queue_url);
        let change = change.set_receipt_handle(message.receipt_handle.clone());
        let change = change.visibility_timeout(come_again_after(message));
        if let Err(error) = change.send().await {
            tracing::warn!(error = %error.into_service_error(), "a message keeps the queue's own visibility time");
        }
    }
}

fn come_again_after(message: &Message) -> i32 {
    let received = message
        .attributes()
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
        .and_then(|count| count.parse::<usize>().ok())
        .unwrap_or(1);
    COME_AGAIN_AFTER[received.clamp(1, COME_AGAIN_AFTER.len()) - 1]
}

fn log_if_broken(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a task broke off; its message comes again");
    }
}
