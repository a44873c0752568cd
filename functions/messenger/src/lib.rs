//! What happened is told: events go from their queue to webhooks, and messages
//! from theirs to people.

mod channels;
mod configuration;
mod post;
mod tally;

use std::time::Duration;

use attesta_model::{Error, Message, Result};
use attesta_runtime::{Worked, each_message, read_message};
use attesta_store::{Event, Store};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;

use crate::tally::{Tally, Way};

pub use channels::Channels;
pub use post::Poster;

/// The wait before the second try; each next one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(2);

/// What events and messages are delivered with.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The way to organisations.
    pub poster: Poster,
    /// The ways to people.
    pub channels: Channels,
    /// The queues.
    pub queues: Client,
    /// Where events and messages come from.
    pub urls: Urls,
}

/// Where events and messages come from.
#[derive(Debug, Clone)]
pub struct Urls {
    /// The queue of events.
    pub events: String,
    /// The queue of messages.
    pub messages: String,
}

/// What became of an event or a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// The receiver has it.
    Taken,
    /// The organisation has no webhook any more.
    Nobody,
    /// The receiver said that it is gone for good.
    Gone,
    /// It is not worth telling any more.
    TooLate,
}

/// Delivers a batch of events or of messages, each for itself.
///
/// One that could not be delivered is reported, and waits longer each time
/// before its queue shows it again; after some tries its queue sets it aside.
/// One that no try can help goes the same way: by then its channel may be
/// configured.
///
/// # Errors
/// None of its own: every failure is one message's.
pub async fn handle(app: &App, event: SqsEvent) -> Result<Worked<SqsBatchResponse>> {
    let tally = Tally::default();
    let deliver = |message: SqsMessage| {
        let (app, tally) = (app.clone(), tally.clone());
        async move { app.deliver(&message, &tally).await }
    };
    let answer = each_message(event, deliver).await;
    Ok(Worked { answer, measures: tally.measures() })
}

impl App {
    async fn deliver(&self, received: &SqsMessage, tally: &Tally) -> Result<()> {
        let body = received.body.as_deref().unwrap_or_default();
        let (id, queue_url, way, told) = if is_from(&self.urls.messages, received) {
            let message: Message = read_message("a message", body)?;
            let way = Way::of(&message.notice);
            (message.id, &self.urls.messages, way, self.notify(&message).await)
        } else {
            let event: Event = read_message("an event", body)?;
            (event.id, &self.urls.events, Way::Webhook, self.tell(&event).await)
        };
        tally.count(way, told.is_ok());
        match told {
            Ok(told) => {
                tracing::info!(%id, ?told, "told");
                Ok(())
            }
            Err(error) => {
                self.put_off(queue_url, received).await;
                Err(error)
            }
        }
    }

    async fn notify(&self, message: &Message) -> Result<Told> {
        let now = self.store.ids().now();
        if message.until().is_some_and(|until| until <= now) {
            return Ok(Told::TooLate);
        }
        self.channels.send(&message.notice, now).await?;
        Ok(Told::Taken)
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
    async fn put_off(&self, queue_url: &str, received: &SqsMessage) {
        let times = received.attributes.get("ApproximateReceiveCount");
        let times: u32 = times.and_then(|count| count.parse().ok()).unwrap_or(1);
        let wait = FIRST_WAIT.saturating_mul(1 << times.saturating_sub(1).min(20));
        let wait = i32::try_from(wait.min(LONGEST_WAIT).as_secs()).unwrap_or_default();
        let put_off = self
            .queues
            .change_message_visibility()
            .queue_url(queue_url)
            .set_receipt_handle(received.receipt_handle.clone())
            .visibility_timeout(wait);
        if let Err(error) = put_off.send().await {
            let error = Error::call("ChangeMessageVisibility", &error);
            tracing::warn!(%error, "it could not be put off");
        }
    }
}

/// Whether something was received from a queue; both are known by its name.
fn is_from(queue_url: &str, received: &SqsMessage) -> bool {
    let name = received.event_source_arn.as_deref().and_then(|arn| arn.rsplit(':').next());
    name.is_some() && name == queue_url.rsplit('/').next()
}
