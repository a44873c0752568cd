//! Many tasks at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use attesta_model::{Error, Result};
use attesta_store::Task;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::message;

/// So many messages go into a call.
const BATCH: usize = 10;
/// The longest that a queue holds a message back.
const MOST_SECONDS: i32 = 900;
/// So many queues are sent to at the same time.
const QUEUES_AT_ONCE: usize = 8;

/// A small task that no worker sees before some seconds are over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delayed {
    /// The task; its identifier is its own.
    pub task: Task,
    /// How many seconds.
    pub seconds: i32,
}

/// Sends tasks, ten in a call: the identifiers of those that could not be sent.
/// A queue that fails is not asked again, and holds up no other.
pub async fn send_all(queues: &Client, tasks: Vec<Delayed>) -> HashSet<String> {
    let mut unsent: HashSet<String> = tasks.iter().map(|one| one.task.id.clone()).collect();
    let mut by_queue: HashMap<String, Vec<Delayed>> = HashMap::new();
    for task in tasks {
        by_queue.entry(task.task.queue_url.clone()).or_default().push(task);
    }
    let turns = Arc::new(Semaphore::new(QUEUES_AT_ONCE));
    let mut sending = JoinSet::new();
    for (queue_url, tasks) in by_queue {
        let (queues, turns) = (queues.clone(), turns.clone());
        sending.spawn(async move {
            let _turn = turns.acquire_owned().await;
            send_to(&queues, &queue_url, &tasks).await
        });
    }
    while let Some(sent) = sending.join_next().await {
        match sent {
            Ok(sent) => sent.iter().for_each(|id| {
                unsent.remove(id);
            }),
            Err(error) => tracing::error!(%error, "sending panicked"),
        }
    }
    unsent
}

/// Sends tasks to their queue; the identifiers of those that it took.
async fn send_to(queues: &Client, queue_url: &str, tasks: &[Delayed]) -> Vec<String> {
    let mut sent = Vec::with_capacity(tasks.len());
    for tasks in tasks.chunks(BATCH) {
        match send_batch(queues, queue_url, tasks).await {
            Ok(taken) => {
                if taken.len() < tasks.len() {
                    let refused = tasks.len() - taken.len();
                    tracing::error!(queue_url, refused, "a queue refused messages");
                }
                sent.extend(taken);
            }
            Err(error) => {
                tracing::error!(%error, queue_url, "a queue could not be sent to");
                break;
            }
        }
    }
    sent
}

async fn send_batch(queues: &Client, queue_url: &str, tasks: &[Delayed]) -> Result<Vec<String>> {
    let entries = tasks.iter().map(|Delayed { task, seconds }| {
        SendMessageBatchRequestEntry::builder()
            .id(&task.id)
            .message_body(message(task))
            .delay_seconds((*seconds).clamp(0, MOST_SECONDS))
            .build()
            .map_err(Error::internal)
    });
    let answer = queues
        .send_message_batch()
        .queue_url(queue_url)
        .set_entries(Some(entries.collect::<Result<_>>()?))
        .send()
        .await
        .map_err(|error| Error::call("SendMessageBatch", &error))?;
    Ok(answer.successful.into_iter().map(|entry| entry.id).collect())
}
