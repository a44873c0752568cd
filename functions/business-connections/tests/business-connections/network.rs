//! `POST /customers/business-connections/check-network`.

use serde_json::json;

use crate::world::{BusinessConnections, PATH, contact, told};

#[tokio::test]
async fn it_is_the_other_that_must_deal_with_the_callers() {
    let function = BusinessConnections::start().await;
    let world = &function.world;
    let (own, other) = (world.organisation, world.other_organisation);
    let path = format!("{PATH}/check-network");
    let is_in = async |caller, id| {
        let answer = function.call(caller, "POST", &path, &json!({"organisationId": id})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["isInNetwork"].as_bool().expect("a truth")
    };
    function.connect(&json!({"id": other, "contacts": [contact("new@two.example")]})).await;
    let member = function.member().await;
    assert!(!is_in(&world.user, other.to_string()).await);
    assert!(!is_in(&member, other.to_string()).await);
    assert!(is_in(&world.other_user, own.to_string()).await);
    assert!(!is_in(&world.other_user, "0197f0a0".to_owned()).await);
    for body in [json!({}), json!({"organisationId": null})] {
        let answer = function.call(&member, "POST", &path, &body).await;
        assert_eq!(told(&answer), (400, "invalid_request"));
    }
    let answer = function.call(&world.staff, "POST", &path, &json!({"organisationId": own})).await;
    assert_eq!(told(&answer), (403, "forbidden"));
}
