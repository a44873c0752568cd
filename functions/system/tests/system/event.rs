//! The sample event in `events/` is one that the function takes.

use attesta_testing::{call, raw};
use serde_json::Value;

use crate::world::System;

const SAMPLE: &str = include_str!("../../../../events/system.json");

#[tokio::test]
async fn the_sample_event_is_answered() {
    let event: Value = serde_json::from_str(SAMPLE).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let method = text(&event["requestContext"]["http"]["method"]);
    let system = System::start().await;
    let answer = call(&system.router, raw(&method, &text(&event["rawPath"]), "", "")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
