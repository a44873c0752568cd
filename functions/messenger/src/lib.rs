//! What happened is told: events go from their queue to webhooks.

mod post;

use std::time::Duration;

use attesta_model::{Error, Result};
use attesta_store::{Event, Store};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;

pub use post::{Lookup, Poster, Publicly};

/// The wait before the second try; each next one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(2);

/// What messages are delivered with.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The way out.
    pub poster: Poster,
    /// The queues.
    pub queues: Client,
    /// Where the events come from.
    pub queue_url: String,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// The organisation knows.
    Taken,
    /// The organisation has no webhook any more.
    Nobody,
    /// The receiver said that it is gone for good.
    Gone,
}

/// Delivers a batch of events, each for itself.
///
/// One that could not be delivered is reported, and waits longer each time
/// before its queue shows it again; after ten times it is set aside.
///
/// # Errors
/// None of its own: every failure is one message's.
pub async fn handle(app: &App, event: SqsEvent) -> Result<SqsBatchResponse> {
    let deliveries: Vec<_> = event
        .records
        .into_iter()
        .map(|message| {
            let id = message.message_id.clone().unwrap_or_default();
            let app = app.clone();
            (id, tokio::spawn(async move { app.deliver(&message).await }))
        })
        .collect();
    let mut response = SqsBatchResponse::default();
    for (id, delivery) in deliveries {
        // A delivery that panics fails alone, too.
        if let Err(error) = delivery.await.unwrap_or_else(|panic| Err(Error::internal(panic))) {
            tracing::warn!(%error, message_id = id, "an event was not delivered");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    Ok(response)
}

impl App {
    async fn deliver(&self, message: &SqsMessage) -> Result<()> {
        let body = message.body.as_deref().unwrap_or_default();
        let event: Event = serde_json::from_str(body).map_err(Error::internal)?;
        match self.tell(&event).await {
            Ok(told) => {
                tracing::info!(event_id = %event.id, ?told, "told");
                Ok(())
            }
            Err(error) => {
                self.put_off(message).await;
                Err(error)
            }
        }
    }

    async fn tell(&self, event: &Event) -> Result<Told> {
        let Some(webhook) = self.store.webhook(event.organisation_id).await? else {
            return Ok(Told::Nobody);
        };
        match self.poster.post(&webhook, event, self.store.ids().now()).await? {
            200..=299 => Ok(Told::Taken),
            410 => Ok(Told::Gone),
            status => Err(Error::internal(format_args!("the webhook answered {status}"))),
        }
    }

    /// Lets a message wait before it is shown again. Where that fails, it waits
    /// as long as its queue has it wait.
    async fn put_off(&self, message: &SqsMessage) {
        let received = message.attributes.get("ApproximateReceiveCount");
        let received: u32 = received.and_then(|count| count.parse().ok()).unwrap_or(1);
        let wait = FIRST_WAIT.saturating_mul(1 << received.saturating_sub(1).min(20));
        let wait = i32::try_from(wait.min(LONGEST_WAIT).as_secs()).unwrap_or_default();
        let put_off = self
            .queues
            .change_message_visibility()
            .queue_url(&self.queue_url)
            .set_receipt_handle(message.receipt_handle.clone())
            .visibility_timeout(wait);
        if let Err(error) = put_off.send().await {
            let error = Error::call("ChangeMessageVisibility", &error);
            tracing::warn!(%error, "an event could not be put off");
        }
    }
}
