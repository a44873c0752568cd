//! Learners and people who are to be forgotten.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::{Stack, a_uuid};

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_learner_goes_with_all_that_was_handed_in_for_them() {
    let stack = Stack::running();
    let owner = stack.sign_in("owner").await;
    let place = stack.new_learner(&owner).await;
    let path = format!("/lapi/v1/verification/{place}");
    let body = json!({"instruments": [5], "data": "Nobody will read this one either."});
    let request = stack.post(&path, &owner, &body).await;
    assert_eq!(request.status, 201, "{:?}", request.body);
    let learner = format!("/lapi/v1/learner/{place}");
    let erased = stack.call(Method::DELETE, &learner, &owner, &Value::Null, &[]).await;
    assert_eq!(erased.status, 202, "{:?}", erased.body);
    assert!(erased.body["erasing_at"].is_string(), "{:?}", erased.body);
    let provider = stack.provider_token().await;
    let result =
        format!("/api/v2/provider/{}/request/{}/", stack.text("/provider/id"), request.body["id"]);
    stack.run("scheduler").await;
    stack.until(&result, &provider, |answer| answer.status == 404).await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_user_goes_from_the_pool_and_from_the_table() {
    let stack = Stack::running();
    let staff = stack.sign_in("staff").await;
    let owner = stack.sign_in("owner").await;
    let email = format!("{}@leaving.example", a_uuid().simple());
    let user = json!({
        "givenName": "Lea",
        "familyName": "Leaving",
        "email": email,
        "phone": null,
        "roles": [],
    });
    let made = stack.post("/customers/users", &owner, &user).await;
    assert_eq!(made.status, 200, "{:?}", made.body);
    let path = format!("/customers/users/{}", made.body["id"].as_str().expect("an id"));
    let named = json!({"givenName": "Leah"});
    let renamed = stack.call(Method::PATCH, &path, &owner, &named, &[]).await;
    assert_eq!(renamed.status, 200, "{:?}", renamed.body);
    let gone = stack.call(Method::DELETE, &path, &owner, &Value::Null, &[]).await;
    assert_eq!(gone.status, 202, "{:?}", gone.body);
    assert_eq!(stack.get(&path, &owner).await.status, 404);
    stack.run("scheduler").await;
    let seen = stack.get(&path, &staff).await;
    assert_eq!((seen.status, &seen.body["status"]), (200, &json!("deleted")), "{:?}", seen.body);
    assert_eq!(seen.body["profiles"], json!([]));
}
