//! How an event is posted.

use attesta_messenger::Poster;
use aws_smithy_http_client::tls::TlsContext;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::receiver::HOST;
use crate::world::{Everywhere, Messenger, body};

#[tokio::test]
async fn an_event_comes_signed() {
    let messenger = Messenger::start().await;
    let webhook = messenger.webhook().await;
    let event = messenger.event(messenger.world.organisation);
    assert!(messenger.deliver(&[body(&event)], 1).await.is_empty());
    let received = messenger.receiver.received();
    assert_eq!(received.len(), 1);
    let post = &received[0];
    assert_eq!((post.method.as_str(), post.path.as_str()), ("POST", "/hook?a=b"));
    assert_eq!(post.header("content-type"), "application/json");
    assert!(post.header("host").starts_with(HOST));
    assert_eq!(post.header("webhook-id"), event.id.to_string());
    let now = messenger.world.store.ids().now();
    assert_eq!(post.header("webhook-timestamp"), now.as_second().to_string());
    let signature = webhook.secret.sign(&event.id.to_string(), now, &post.body);
    assert_eq!(post.header("webhook-signature"), signature);
    let told: Value = serde_json::from_str(&post.body).expect("JSON");
    let expected = json!({
        "type": "verification.completed",
        "timestamp": event.at,
        "data": {"request_id": 1},
    });
    assert_eq!(told, expected);
}

#[tokio::test]
async fn for_a_day_the_secret_before_signs_too() {
    let messenger = Messenger::start().await;
    let first = messenger.webhook().await;
    let owner = messenger.owner().await;
    let second = messenger.world.store.rotate_webhook_secret(&owner).await.expect("rotated");
    let event = messenger.event(messenger.world.organisation);
    let signatures = async || {
        assert!(messenger.deliver(&[body(&event)], 1).await.is_empty());
        let post = messenger.receiver.received().pop().expect("a post");
        let now = messenger.world.store.ids().now();
        let by = |webhook: &attesta_store::Webhook| {
            webhook.secret.sign(&event.id.to_string(), now, &post.body)
        };
        (post.header("webhook-signature").to_owned(), by(&first), by(&second))
    };
    let (found, first_signs, second_signs) = signatures().await;
    assert_eq!(found, format!("{second_signs} {first_signs}"));
    messenger.world.clock.advance(SignedDuration::from_hours(24));
    let (found, _, second_signs) = signatures().await;
    assert_eq!(found, second_signs);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let messenger = Messenger::start().await;
    messenger.webhook().await;
    messenger.receiver.answers(302);
    let event = messenger.event(messenger.world.organisation);
    assert_eq!(messenger.deliver(&[body(&event)], 1).await, ["0"]);
    assert_eq!(messenger.receiver.received().len(), 1);
}

#[tokio::test]
async fn a_name_for_a_place_inside_is_not_connected_to() {
    for places in [&["127.0.0.1"][..], &["93.184.216.34", "127.0.0.1"], &["::1"], &["10.1.2.3"]] {
        let messenger = Messenger::with_hosts_at(places).await;
        messenger.webhook().await;
        let event = messenger.event(messenger.world.organisation);
        assert_eq!(messenger.deliver(&[body(&event)], 1).await, ["0"], "{places:?}");
        assert!(messenger.receiver.received().is_empty(), "{places:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let mut messenger = Messenger::start().await;
    messenger.webhook().await;
    let here = Everywhere(vec![messenger.receiver.address.ip()]);
    messenger.app.poster = Poster::new(here, TlsContext::default());
    let event = messenger.event(messenger.world.organisation);
    assert_eq!(messenger.deliver(&[body(&event)], 1).await, ["0"]);
    assert!(messenger.receiver.received().is_empty());
}
