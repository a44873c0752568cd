//! Who is not let in, and what bad input gets, through the gateway.

use attesta_reference_provider::http::Method;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use serde_json::{Value, json};

use super::Stack;

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let stack = Stack::running();
    let known = json!({"username": stack.text("/owner/username"), "password": "Wrong-1-Password"});
    let unknown = json!({"username": "nobody@example.com", "password": "Wrong-1-Password"});
    let one = stack.post("/customers/auth/login", "", &known).await;
    let other = stack.post("/customers/auth/login", "", &unknown).await;
    assert_eq!((one.status, other.status), (401, 401));
    assert_eq!(one.body, other.body);
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_wrong_secret_signs_no_provider_in() {
    let stack = Stack::running();
    let body = json!({"role_id": stack.text("/provider/roleId"), "secret_id": "atp_nonsense"});
    let answer = stack.post("/api/v2/auth/approle", "", &body).await;
    assert_eq!((answer.status, answer.body), (401, json!("Invalid credentials")));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn each_kind_of_caller_stays_on_its_own_surface() {
    let stack = Stack::running();
    let owner = stack.sign_in("owner").await;
    let provider = stack.provider_token().await;
    let own = format!("/api/v2/provider/{}/", stack.text("/provider/id"));
    assert_eq!(stack.get(&own, &provider).await.status, 200);
    assert_eq!(stack.get(&own, &owner).await.status, 403);
    assert_eq!(stack.get(&own, "").await.status, 401);
    let place = stack.new_learner(&owner).await;
    let upload = format!("/lapi/v1/upload/{place}");
    assert_eq!(stack.post(&upload, &provider, &json!({})).await.status, 401);
    let another = stack.get("/api/v2/provider/999/", &provider).await;
    assert_eq!(another.status, 403);
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_foreign_organisation_is_not_there() {
    let stack = Stack::running();
    let owner = stack.sign_in("owner").await;
    let nobodys = "00000000-0000-7000-8000-000000000000";
    let path = format!("/lapi/v1/learner/{nobodys}/{nobodys}/");
    let answer = stack.call(Method::PUT, &path, &owner, &json!({}), &[]).await;
    assert_eq!((answer.status, answer.body), (404, json!({"detail": "Not found."})));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn bad_bodies_get_the_dialects_error() {
    let stack = Stack::running();
    let owner = stack.sign_in("owner").await;
    let path = format!("/lapi/v1/verification/{}", stack.new_learner(&owner).await);
    for (body, status) in [
        (json!("not an object"), 400),
        (json!({"instruments": "5", "data": "x"}), 400),
        (json!({"instruments": [99], "data": "x"}), 400),
        (json!({"instruments": [5], "data": "x".repeat(300 * 1024)}), 400),
        (json!({"instruments": [5], "data": "x".repeat(1100 * 1024)}), 413),
        (json!({"instruments": [5], "upload": "00000000-0000-7000-8000-000000000000"}), 400),
    ] {
        let answer = stack.post(&path, &owner, &body).await;
        assert_eq!(answer.status, status, "{:?}", answer.body);
        assert!(answer.body.is_object() || answer.body.is_array(), "{:?}", answer.body);
    }
    let method = stack.call(Method::DELETE, &path, &owner, &Value::Null, &[]).await;
    let told = json!({"detail": "Method \"DELETE\" not allowed."});
    assert_eq!((method.status, method.body), (405, told));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn keys_are_public_and_nothing_else_is() {
    let stack = Stack::running();
    let keys = stack.get("/.well-known/jwks.json", "").await;
    assert_eq!(keys.status, 200);
    assert_eq!(keys.body["keys"][0]["alg"], "ES256");
    assert!(keys.body["keys"][0].get("d").is_none());
    assert_eq!(stack.get("/api/v2/nowhere/", "").await.status, 404);
}

/// Receives from a queue with the worker's own key; whether it may.
async fn worker_may_receive(stack: &Stack, queue_url: &str) -> bool {
    let queues = aws_sdk_sqs::Client::new(&stack.aws_of_worker());
    let receive = queues.receive_message().queue_url(queue_url).wait_time_seconds(0);
    match receive.visibility_timeout(0).send().await {
        Ok(_) => true,
        Err(error) => {
            let code = error.code().unwrap_or_default().to_owned();
            assert!(code.contains("AccessDenied"), "{code}");
            false
        }
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_workers_key_opens_its_own_queue_and_no_other() {
    let stack = Stack::running();
    let own = stack.text("/provider/queueUrl");
    assert!(worker_may_receive(&stack, &own).await);
    assert!(!worker_may_receive(&stack, &format!("{own}-dead")).await);
    let failures = stack.text("/queues/attesta-relay-failures");
    assert!(!worker_may_receive(&stack, &failures).await);
}
