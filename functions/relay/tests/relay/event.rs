//! What AWS sends, as AWS sends it.

use attesta_store::OutboxRow;
use attesta_testing::World;
use aws_lambda_events::event::dynamodb::Event;
use serde_json::{Value, json};

use crate::support::{SAMPLE, app, event, handle, image, sample};

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

#[tokio::test]
async fn the_sample_is_understood() {
    let world = World::start().await;
    let event: Event = serde_json::from_str(SAMPLE).expect("an event");
    let answer = handle(&app(&world), event).await.expect("delivered");
    assert_eq!(
        serde_json::to_value(answer.answer).expect("JSON"),
        json!({ "batchItemFailures": [] })
    );
    let sent = world.aws.queues.sent();
    let task = &sample()["Records"][0]["dynamodb"]["NewImage"]["tasks"]["L"][0]["M"];
    assert_eq!(sent.len(), 1);
    assert_eq!(task["queue_url"]["S"], sent[0].queue_url.as_str());
}

#[test]
fn the_sample_is_what_the_store_would_have_written() {
    let event: Event = serde_json::from_str(SAMPLE).expect("an event");
    let change = &event.records[0].change;
    let row: OutboxRow = serde_dynamo::from_item(change.new_image.clone()).expect("a row");
    let new_image = &sample()["Records"][0]["dynamodb"]["NewImage"];
    assert_eq!(&image(&row), new_image);
}

/// Whether a value passes a filter pattern: a list names what a field may be.
fn passes(pattern: &Value, value: &Value) -> bool {
    match pattern {
        Value::Array(choices) => choices.contains(value),
        Value::Object(fields) => {
            fields.iter().all(|(name, pattern)| passes(pattern, &value[name.as_str()]))
        }
        _ => panic!("no pattern: {pattern}"),
    }
}

/// Whether the template's filter lets a record through.
fn is_let_through(record: &Value) -> bool {
    let template: yaml_serde::Value = yaml_serde::from_str(TEMPLATE).expect("YAML");
    let source = &template["Resources"]["RelayFunction"]["Properties"]["Events"]["Outbox"];
    let filters = source["Properties"]["FilterCriteria"]["Filters"].as_sequence().expect("a list");
    filters.iter().any(|filter| {
        let pattern = filter["Pattern"].as_str().expect("a text");
        passes(&serde_json::from_str(pattern).expect("JSON"), record)
    })
}

#[test]
fn the_templates_filter_lets_new_rows_through_and_nothing_else_of_the_outbox() {
    let record = sample()["Records"][0].clone();
    assert!(is_let_through(&record));
    let mut other = record.clone();
    other["dynamodb"]["NewImage"]["type"]["S"] = json!("RESULT");
    assert!(!is_let_through(&other));
    for name in ["MODIFY", "REMOVE"] {
        let mut other = record.clone();
        other["eventName"] = json!(name);
        assert!(!is_let_through(&other), "{name}");
    }
}

#[test]
fn the_templates_filter_lets_every_change_of_what_has_entries_through() {
    for kind in ["ORGANISATION", "USER", "PROFILE", "ENTRY", "ENTERED"] {
        let has_entries = !kind.starts_with("ENT");
        let image = json!({"type": {"S": kind}});
        for (name, side) in [("INSERT", "NewImage"), ("MODIFY", "NewImage"), ("REMOVE", "OldImage")]
        {
            let record = json!({"eventName": name, "dynamodb": {side: image}});
            assert_eq!(is_let_through(&record), has_entries, "{name} {kind}");
        }
    }
}

#[tokio::test]
async fn an_empty_batch_is_no_failure() {
    let world = World::start().await;
    let answer = handle(&app(&world), event([])).await.expect("nothing to do");
    assert!(answer.answer.batch_item_failures.is_empty());
}
