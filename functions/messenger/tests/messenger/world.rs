//! An organisation with a webhook and people with phones and e-mail, and the
//! function that tells them.

use std::net::IpAddr;
use std::time::Duration;

use attesta_messenger::{App, Channels, Poster, Urls, handle};
use attesta_model::{Message, Notice, OrganisationId};
use attesta_outbound::{Https, Lookup, PATIENCE, Publicly};
use attesta_runtime::{SdkConfig, Worked};
use attesta_store::access::{CanManage, Organisation};
use attesta_store::{Event, Webhook};
use attesta_testing::{World, deployed};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns};

use crate::aws::{Aws, SECRET_ID};
use crate::receiver::Receiver;

/// Whom e-mail is from.
pub(crate) const SENDER: &str = "no-reply@attesta.example";

/// Finds every host at one place.
#[derive(Debug, Clone)]
pub(crate) struct Everywhere(pub(crate) Vec<IpAddr>);

impl ResolveDns for Everywhere {
    fn resolve_dns<'a>(&'a self, _: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(Ok(self.0.clone()))
    }
}

impl Lookup for Everywhere {
    fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

pub(crate) struct Messenger {
    pub(crate) world: World,
    pub(crate) receiver: Receiver,
    pub(crate) aws: Aws,
    pub(crate) app: App,
    config: SdkConfig,
}

impl Messenger {
    /// Trusts the receiver, and finds it on loopback.
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let receiver = Receiver::start().await;
        let (aws, config) = Aws::start().await;
        let here = Everywhere(vec![receiver.address.ip()]);
        let [events, messages] = ["events", "messages"].map(|name| world.aws.queues.url(name));
        let https = Https::new(here.clone(), trusting(&receiver), PATIENCE);
        let app = App {
            store: world.store.clone(),
            poster: Poster::new(here, trusting(&receiver)),
            channels: Channels::new(&config, https, SECRET_ID, Some(SENDER.to_owned())),
            queues: Client::new(&world.aws.queues_config()),
            urls: Urls { events, messages },
        };
        Self { world, receiver, aws, app, config }
    }

    /// From now on its ways to people are these.
    pub(crate) fn set_channels(&mut self, patience: Duration, sender: Option<&str>) {
        let here = Everywhere(vec![self.receiver.address.ip()]);
        let https = Https::new(here, trusting(&self.receiver), patience);
        let sender = sender.map(str::to_owned);
        self.app.channels = Channels::new(&self.config, https, SECRET_ID, sender);
    }

    /// The same, finding hosts at these places, if they are public.
    pub(crate) async fn with_hosts_at(places: &[&str]) -> Self {
        let mut this = Self::start().await;
        let places = places.iter().map(|place| place.parse().expect("an address")).collect();
        let resolver = Publicly::new(Everywhere(places));
        this.app.poster = Poster::new(resolver, trusting(&this.receiver));
        this
    }

    pub(crate) async fn owner(&self) -> Organisation<CanManage> {
        let organisation = self.world.store.organisation(&self.world.user, self.world.organisation);
        organisation.await.expect("an owner")
    }

    /// The organisation wants to be told by the receiver.
    pub(crate) async fn webhook(&self) -> Webhook {
        let url = self.receiver.url().parse().expect("an address");
        self.world.store.set_webhook(&self.owner().await, url).await.expect("set").0
    }

    pub(crate) fn event(&self, organisation_id: OrganisationId) -> Event {
        Event {
            id: self.world.store.ids().uuid().expect("random"),
            organisation_id,
            kind: "verification.completed".to_owned(),
            at: self.world.store.ids().now(),
            data: r#"{"request_id":1}"#.to_owned(),
        }
    }

    /// Delivers events that were received so often; the failed ones' places.
    pub(crate) async fn deliver(&self, bodies: &[String], received: u32) -> Vec<String> {
        self.deliver_from("events", bodies, received).await
    }

    /// Tells people for the first time; the failed notices' places.
    pub(crate) async fn tell(&self, notices: &[Notice]) -> Vec<String> {
        let message = |notice: &Notice| {
            let id = self.world.store.ids().uuid().expect("random");
            let message = Message { id, notice: notice.clone() };
            serde_json::to_string(&message).expect("JSON")
        };
        let bodies: Vec<_> = notices.iter().map(message).collect();
        self.deliver_from("messages", &bodies, 1).await
    }

    /// Delivers what a queue holds; the failed ones' places.
    pub(crate) async fn deliver_from(
        &self,
        queue: &str,
        bodies: &[String],
        received: u32,
    ) -> Vec<String> {
        let failures = self.worked(queue, bodies, received).await.answer.batch_item_failures;
        failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    /// The same, with what it is measured by.
    pub(crate) async fn worked(
        &self,
        queue: &str,
        bodies: &[String],
        received: u32,
    ) -> Worked<SqsBatchResponse> {
        let message = |(at, body): (usize, &String)| {
            let mut message = SqsMessage::default();
            message.message_id = Some(at.to_string());
            message.receipt_handle = Some(format!("receipt-{at}"));
            message.body = Some(body.clone());
            message.event_source_arn = Some(format!("arn:aws:sqs:eu-west-1:000000000000:{queue}"));
            let count = ("ApproximateReceiveCount".to_owned(), received.to_string());
            message.attributes.extend([count]);
            message
        };
        let mut batch = SqsEvent::default();
        batch.records = bodies.iter().enumerate().map(message).collect();
        deployed("messenger", handle(&self.app, batch)).await.expect("handled")
    }
}

fn trusting(receiver: &Receiver) -> TlsContext {
    let store = TrustStore::empty().with_pem_certificate(receiver.certificate.as_bytes());
    TlsContext::builder().with_trust_store(store).build().expect("a context")
}

pub(crate) fn body(event: &Event) -> String {
    serde_json::to_string(event).expect("JSON")
}
