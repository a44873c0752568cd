//! Batches: each event for itself.

use attesta_messenger::handle;
use attesta_runtime::Measures;
use aws_lambda_events::event::sqs::SqsEvent;

use crate::world::{Messenger, body};

const SAMPLES: [&str; 2] = [
    include_str!("../../../../events/messenger.json"),
    include_str!("../../../../events/messenger-messages.json"),
];

#[tokio::test]
async fn the_samples_are_understood() {
    let mut messenger = Messenger::start().await;
    messenger.app.urls.messages = "https://sqs.example.com/1/attesta-messages".to_owned();
    for sample in SAMPLES {
        let event: SqsEvent = serde_json::from_str(sample).expect("an event");
        let answer = handle(&messenger.app, event).await.expect("handled");
        assert!(answer.answer.batch_item_failures.is_empty());
    }
    assert_eq!(messenger.aws.mails().len(), 1, "the second sample's");
}

#[tokio::test]
async fn what_fails_fails_alone_and_waits_longer_each_time() {
    let messenger = Messenger::start().await;
    messenger.webhook().await;
    let nobody = body(&messenger.event(messenger.world.other_organisation));
    let event = body(&messenger.event(messenger.world.organisation));
    let batch = [event.clone(), "nonsense".to_owned(), nobody, event];
    assert_eq!(messenger.deliver(&batch, 1).await, ["1"]);
    assert_eq!(messenger.receiver.received().len(), 2);
    messenger.receiver.answers(500);
    for (received, wait) in [(1, 30), (2, 60), (5, 480), (10, 7200), (40, 7200)] {
        assert_eq!(messenger.deliver(&batch[..1], received).await, ["0"]);
        let queues = &messenger.world.aws.queues;
        assert_eq!(queues.put_off().pop(), Some((queues.url("events"), wait)));
    }
}

#[tokio::test]
async fn each_way_is_counted_with_what_it_came_to() {
    let messenger = Messenger::start().await;
    messenger.webhook().await;
    let event = body(&messenger.event(messenger.world.organisation));
    let batch = [event.clone(), "nonsense".to_owned(), event.clone()];
    let told = messenger.worked("events", &batch, 1).await.measures;
    assert_eq!(told, Measures::default().count("WebhookTold", 2));
    messenger.receiver.answers(500);
    let told = messenger.worked("events", &[event], 1).await.measures;
    assert_eq!(told, Measures::default().count("WebhookFailed", 1));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_asked_no_more() {
    let messenger = Messenger::start().await;
    messenger.webhook().await;
    messenger.receiver.answers(410);
    let event = body(&messenger.event(messenger.world.organisation));
    assert!(messenger.deliver(&[event], 1).await.is_empty());
    assert!(messenger.world.aws.queues.put_off().is_empty());
}
