//! The tasks that providers' workers gave up on. Their queues come and go with the
//! providers, so that no alarm can name them: they are counted here.

use std::sync::Arc;

use attesta_messaging::{dead_letter_queues, messages_in};
use attesta_model::{Error, Result};
use aws_sdk_sqs::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// So many queues are asked at the same time.
const QUEUES_AT_ONCE: usize = 8;

/// How many dead letters the queues of a stack's providers hold together. Which
/// they are stands in the log.
///
/// # Errors
/// When a queue can't be asked: a part would look like all.
pub async fn dead_letters(queues: &Client, stack: &str) -> Result<usize> {
    let turns = Arc::new(Semaphore::new(QUEUES_AT_ONCE));
    let mut asking = JoinSet::new();
    for url in dead_letter_queues(queues, &format!("{stack}-provider-")).await? {
        let (queues, turns) = (queues.clone(), turns.clone());
        asking.spawn(async move {
            let _turn = turns.acquire_owned().await;
            held(&queues, &url).await
        });
    }
    let mut sum = 0;
    while let Some(count) = asking.join_next().await {
        sum += count.map_err(Error::internal)??;
    }
    Ok(sum)
}

/// How many dead letters a queue holds; the log is told of any.
async fn held(queues: &Client, url: &str) -> Result<usize> {
    let count = messages_in(queues, url).await?;
    if count > 0 {
        let queue = url.rsplit('/').next();
        tracing::warn!(queue, count, "dead letters");
    }
    Ok(count)
}
