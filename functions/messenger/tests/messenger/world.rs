//! An organisation with a webhook, and the function that tells it.

use std::net::IpAddr;

use attesta_messenger::{App, Lookup, Poster, Publicly, handle};
use attesta_model::OrganisationId;
use attesta_store::access::{CanManage, Organisation};
use attesta_store::{Event, Webhook};
use attesta_testing::World;
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns};

use crate::receiver::Receiver;

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
    pub(crate) app: App,
}

impl Messenger {
    /// Trusts the receiver, and finds it on loopback.
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let receiver = Receiver::start().await;
        let here = Everywhere(vec![receiver.address.ip()]);
        let app = App {
            store: world.store.clone(),
            poster: Poster::new(here, trusting(&receiver)),
            queues: Client::new(&world.aws.queues_config()),
            queue_url: world.aws.queues.url("events"),
        };
        Self { world, receiver, app }
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
        let message = |(at, body): (usize, &String)| {
            let mut message = SqsMessage::default();
            message.message_id = Some(at.to_string());
            message.receipt_handle = Some(format!("receipt-{at}"));
            message.body = Some(body.clone());
            let count = ("ApproximateReceiveCount".to_owned(), received.to_string());
            message.attributes.extend([count]);
            message
        };
        let mut batch = SqsEvent::default();
        batch.records = bodies.iter().enumerate().map(message).collect();
        let answer = handle(&self.app, batch).await.expect("handled");
        answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }
}

fn trusting(receiver: &Receiver) -> TlsContext {
    let store = TrustStore::empty().with_pem_certificate(receiver.certificate.as_bytes());
    TlsContext::builder().with_trust_store(store).build().expect("a context")
}

pub(crate) fn body(event: &Event) -> String {
    serde_json::to_string(event).expect("JSON")
}
