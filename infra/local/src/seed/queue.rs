//! The seeded provider's queue.

use anyhow::{Context, Result};
use attesta_model::ProviderId;
use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName::{QueueArn, RedrivePolicy, VisibilityTimeout};

/// Makes the queue and the one for its dead letters; answers its name and URL.
pub(super) async fn create(
    config: &SdkConfig,
    stack: &str,
    provider: ProviderId,
) -> Result<(String, String)> {
    let client = Client::new(config);
    let name = format!("{stack}-provider-{provider}");
    let dead = client.create_queue().queue_name(format!("{name}-dead")).send().await?;
    let dead_url = dead.queue_url.context("no queue URL")?;
    let asked = client.get_queue_attributes().queue_url(dead_url).attribute_names(QueueArn);
    let mut attributes = asked.send().await?.attributes.context("no queue attributes")?;
    let arn = attributes.remove(&QueueArn).context("no queue ARN")?;
    let policy = format!(r#"{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 5}}"#);
    let create = client.create_queue().queue_name(&name).attributes(VisibilityTimeout, "900");
    let created = create.attributes(RedrivePolicy, policy).send().await?;
    Ok((name, created.queue_url.context("no queue URL")?))
}
