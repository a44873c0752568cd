//! The sample event reaches the operation that it means.

use lambda_http::request::LambdaRequest;
use serde_json::Value;

use crate::world::Shop;

#[tokio::test]
async fn the_sample_event_is_a_call_of_the_list_of_tenants() {
    let shop = Shop::open().await;
    let event: LambdaRequest =
        serde_json::from_str(include_str!("../../../../events/provider-instances.json"))
            .expect("an event");
    let request: lambda_http::Request = event.into();
    let answer = attesta_testing::call(&shop.router, request.map(axum::body::Body::new)).await;
    assert_eq!(answer.parts(), (401, &Value::Null), "its token is none");
}
