//! The sample event in `events/` is one that the function takes.

use attesta_testing::{call, raw};
use serde_json::Value;

use crate::world::Users;

const SAMPLE: &str = include_str!("../../../../events/users.json");

#[tokio::test]
async fn the_sample_event_is_answered() {
    let event: Value = serde_json::from_str(SAMPLE).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (path, body) = (text(&event["rawPath"]), text(&event["body"]));
    assert_eq!(event["headers"]["content-length"], body.len().to_string());
    let method = text(&event["requestContext"]["http"]["method"]);
    let users = Users::start().await;
    let answer = call(&users.router, raw(&method, &path, "", body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
