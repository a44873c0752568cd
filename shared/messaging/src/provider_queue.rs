//! A provider's own queue, with dead letters beside it.

use std::collections::HashMap;

use attesta_model::{Error, ProviderId, Reason, Result};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::operation::get_queue_url::GetQueueUrlError;
use aws_sdk_sqs::operation::set_queue_attributes::SetQueueAttributesError;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;

use crate::DEAD;

/// A message that was received so often without being deleted is set aside.
const MOST_RECEIVES: u32 = 5;
/// How long a worker may take over a message: a failed download is tried again
/// after five minutes, three times.
const VISIBILITY_SECONDS: u32 = 900;
/// How long messages are kept: 14 days, the most there is.
const RETENTION_SECONDS: u32 = 14 * 24 * 60 * 60;

/// How a provider's queues are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueNames {
    /// The queue.
    pub queue: String,
    /// Its dead letters.
    pub dead: String,
}

impl QueueNames {
    /// The names of a provider's queues in a stack.
    #[must_use]
    pub fn new(stack: &str, provider: ProviderId) -> Self {
        let queue = format!("{stack}-provider-{provider}");
        Self { dead: format!("{queue}{DEAD}"), queue }
    }
}

/// A queue that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderQueue {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Where its dead letters are.
    pub dead_url: String,
}

/// Makes a provider's queues; made already, they stay as they are. Where a
/// principal is named, the queue's policy lets it, and no other from outside
/// the account's own roles, receive, acknowledge and send back.
///
/// # Errors
/// When the queue service refuses.
pub async fn create(
    queues: &Client,
    names: &QueueNames,
    principal: Option<&str>,
) -> Result<ProviderQueue> {
    let retention = RETENTION_SECONDS.to_string();
    let kept = HashMap::from([(QueueAttributeName::MessageRetentionPeriod, retention)]);
    let dead_url = create_one(queues, &names.dead, kept.clone()).await?;
    let redrive = json!({
        "deadLetterTargetArn": arn(queues, &dead_url).await?,
        "maxReceiveCount": MOST_RECEIVES,
    });
    let mut attributes = kept;
    attributes.insert(QueueAttributeName::VisibilityTimeout, VISIBILITY_SECONDS.to_string());
    attributes.insert(QueueAttributeName::ReceiveMessageWaitTimeSeconds, "20".to_owned());
    attributes.insert(QueueAttributeName::RedrivePolicy, redrive.to_string());
    let url = create_one(queues, &names.queue, attributes).await?;
    if principal.is_some() {
        open_to(queues, &url, principal).await?;
    }
    Ok(ProviderQueue { name: names.queue.clone(), url, dead_url })
}

/// Lets a principal, in place of whoever could before, use a provider's queue;
/// none shuts it to all but the account's own roles.
///
/// # Errors
/// [`Error::Invalid`] where AWS knows no such principal, and when the queue
/// service refuses.
pub async fn open_to(queues: &Client, url: &str, principal: Option<&str>) -> Result<()> {
    let policy = match principal {
        Some(principal) => policy(principal, &arn(queues, url).await?),
        None => String::new(),
    };
    let set = queues.set_queue_attributes().queue_url(url);
    match set.attributes(QueueAttributeName::Policy, policy).send().await {
        Ok(_) => Ok(()),
        Err(error) => {
            let is_unknown = |error: &SetQueueAttributesError| {
                matches!(error, SetQueueAttributesError::InvalidAttributeValue(_))
            };
            if principal.is_some() && error.as_service_error().is_some_and(is_unknown) {
                let reason = Reason::Rule("AWS knows no such principal.".to_owned());
                return Err(Error::field("principal", reason));
            }
            Err(Error::call("SetQueueAttributes", &error))
        }
    }
}

/// Takes a provider's queues away, as far as they are there.
///
/// # Errors
/// When the queue service refuses.
pub async fn delete(queues: &Client, names: &QueueNames) -> Result<()> {
    for name in [&names.queue, &names.dead] {
        let url = match queues.get_queue_url().queue_name(name).send().await {
            Ok(found) => found.queue_url,
            Err(error) if error.as_service_error().is_some_and(is_absent) => None,
            Err(error) => return Err(Error::call("GetQueueUrl", &error)),
        };
        if url.is_some() {
            let delete = queues.delete_queue().set_queue_url(url).send().await;
            delete.map_err(|error| Error::call("DeleteQueue", &error))?;
        }
    }
    Ok(())
}

/// The service says it by a code of old beside the error's own name.
fn is_absent(error: &GetQueueUrlError) -> bool {
    error.is_queue_does_not_exist() || error.code() == Some("QueueDoesNotExist")
}

fn policy(principal: &str, queue_arn: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Worker",
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:SendMessage",
                "sqs:ChangeMessageVisibility",
            ],
            "Resource": queue_arn,
        }],
    })
    .to_string()
}

async fn create_one(
    queues: &Client,
    name: &str,
    attributes: HashMap<QueueAttributeName, String>,
) -> Result<String> {
    let answer = queues
        .create_queue()
        .queue_name(name)
        .set_attributes(Some(attributes))
        .send()
        .await
        .map_err(|error| Error::call("CreateQueue", &error))?;
    answer.queue_url.ok_or_else(|| Error::internal("CreateQueue named no queue"))
}

async fn arn(queues: &Client, url: &str) -> Result<String> {
    let answer = queues
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::QueueArn)
        .send()
        .await
        .map_err(|error| Error::call("GetQueueAttributes", &error))?;
    let arn = answer.attributes.and_then(|mut all| all.remove(&QueueAttributeName::QueueArn));
    arn.ok_or_else(|| Error::internal("a queue without an ARN"))
}
