//! Finding the queues of dead letters, and what they hold.

use attesta_model::{Error, Result};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;

/// How the name of a queue of dead letters ends; before it stands the name of the
/// queue that they come from.
pub const DEAD: &str = "-dead";
/// Queues in a page.
const PAGE: i32 = 1000;

/// The addresses of the queues of dead letters whose names begin so.
///
/// # Errors
/// When the queue service refuses.
pub async fn dead_letter_queues(queues: &Client, prefix: &str) -> Result<Vec<String>> {
    let list = queues.list_queues().queue_name_prefix(prefix).max_results(PAGE);
    let mut pages = list.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Error::call("ListQueues", &error))?;
        found.extend(page.queue_urls.unwrap_or_default());
    }
    found.retain(|url| url.ends_with(DEAD));
    Ok(found)
}

/// About how many messages a queue holds that can be received now.
///
/// # Errors
/// When the queue service refuses.
pub async fn messages_in(queues: &Client, url: &str) -> Result<usize> {
    let name = QueueAttributeName::ApproximateNumberOfMessages;
    let asked = queues.get_queue_attributes().queue_url(url).attribute_names(name.clone());
    let answer = asked.send().await;
    let answer = answer.map_err(|error| Error::call("GetQueueAttributes", &error))?;
    let count = answer.attributes.and_then(|mut all| all.remove(&name));
    Ok(count.and_then(|count| count.parse().ok()).unwrap_or_default())
}
