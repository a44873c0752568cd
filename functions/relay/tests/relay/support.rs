//! Events as the stream makes them, and clients that fail.

use attesta_messaging::{Courier, QueueUrls};
use attesta_model::Result;
use attesta_relay::App;
use attesta_runtime::Worked;
use attesta_store::{OutboxRow, keys};
use attesta_testing::{World, deployed};
use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::streams::DynamoDbEventResponse;
use aws_sdk_sqs::Client;
use serde_json::{Value, json};

pub(crate) const SAMPLE: &str = include_str!("../../../../events/relay.json");

/// The sample of an event.
pub(crate) fn sample() -> Value {
    serde_json::from_str(SAMPLE).expect("JSON")
}

/// An event as AWS sends it, with these new items.
pub(crate) fn event(images: impl IntoIterator<Item = Value>) -> Event {
    let record = |(at, image): (usize, Value)| {
        let mut record = sample()["Records"][0].clone();
        record["dynamodb"]["SequenceNumber"] = json!(sequence(at));
        record["dynamodb"]["NewImage"] = image;
        record
    };
    let records: Vec<_> = images.into_iter().enumerate().map(record).collect();
    serde_json::from_value(json!({ "Records": records })).expect("an event")
}

/// An event with these rows.
pub(crate) fn event_of(rows: &[OutboxRow]) -> Event {
    event(rows.iter().map(image))
}

/// The place in the stream of a record of [`event`].
pub(crate) fn sequence(at: usize) -> String {
    format!("{at:028}")
}

/// A row as the stream shows it.
pub(crate) fn image(row: &OutboxRow) -> Value {
    let item: serde_dynamo::Item = serde_dynamo::to_item(row).expect("an item");
    let mut image = serde_json::to_value(item).expect("JSON");
    let key = keys::outbox(row.id, row.created_at);
    image["pk"] = json!({ "S": key.pk });
    image["sk"] = json!({ "S": key.sk });
    image["type"] = json!({ "S": "OUTBOX" });
    image
}

/// Where the messenger's queues are.
pub(crate) fn urls(world: &World) -> QueueUrls {
    let [events, messages, directory, imports] =
        ["events", "messages", "directory", "imports"].map(|name| world.aws.queues.url(name));
    QueueUrls { events, messages, directory, imports }
}

/// A courier whose calls all come through.
pub(crate) fn courier(world: &World) -> Courier {
    Courier::new(world.store.clone(), Client::new(&world.aws.queues_config()), urls(world))
}

/// The function with a courier whose calls all come through.
pub(crate) fn app(world: &World) -> App {
    with(courier(world), world)
}

/// What the function makes of an event.
pub(crate) async fn handle(app: &App, event: Event) -> Result<Worked<DynamoDbEventResponse>> {
    deployed("relay", attesta_relay::handle(app, event)).await
}

/// The function with this courier.
pub(crate) fn with(courier: Courier, world: &World) -> App {
    App { store: world.store.clone(), courier }
}
