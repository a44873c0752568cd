//! The sample event in `events/` is one that the function takes.

use attesta_testing::{call, raw};
use serde_json::Value;

use crate::world::Organisations;

const SAMPLE: &str = include_str!("../../../../events/organisations.json");

#[tokio::test]
async fn the_sample_event_is_answered() {
    let event: Value = serde_json::from_str(SAMPLE).expect("JSON");
    let function = Organisations::start().await;
    let token = function.world.user_token(&function.world.user);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let organisation = function.world.organisation.to_string();
    let ours = |text: String| text.replace("019abc00-0000-7000-8000-000000000001", &organisation);
    let (path, body) = (ours(text(&event["rawPath"])), ours(text(&event["body"])));
    let method = text(&event["requestContext"]["http"]["method"]);
    let answer = call(&function.router, raw(&method, &path, &token, body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
