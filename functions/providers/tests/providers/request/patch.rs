//! `PATCH …/request/{request_id}/`.

use serde_json::{Value, json};

use crate::world::Providers;

#[tokio::test]
async fn a_provider_changes_a_part_and_keeps_the_evidence() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let open = json!({"status": 6, "result": 0.4, "audit_data": {"a": 1}});
    let first = api.call("PUT", &request, &open).await.body;
    let answer = api.call("PATCH", &request, &json!({"code": 2})).await;
    assert_eq!(answer.status, 200);
    let key = |link: &Value| link.as_str().expect("a link").split('?').next().map(str::to_owned);
    assert_eq!(key(&answer.body["audit"]), key(&first["audit"]));
    assert_eq!((&answer.body["code"], &answer.body["result"]), (&json!(2), &json!(0.4)));
}

#[tokio::test]
async fn a_provider_replaces_or_removes_evidence_where_it_says_so() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    api.call("PATCH", &request, &json!({"audit_data": {"a": 1}})).await;
    let replaced = api.call("PATCH", &request, &json!({"audit_data": {"b": 2}})).await.body;
    let link = replaced["audit"].as_str().expect("a link");
    let stored = api.world.aws.bucket.get(link).expect("stored");
    assert_eq!(stored, json!({"b": 2}).to_string());
    let removed = api.call("PATCH", &request, &json!({"audit_data": null})).await.body;
    assert_eq!(removed["audit"], Value::Null);
}

#[tokio::test]
async fn an_empty_change_changes_nothing() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    for body in [json!({}), Value::Null] {
        assert_eq!(api.call("PATCH", &request, &body).await.status, 200);
        assert_eq!(api.calls(), ["BatchGetItem"]);
    }
}

#[tokio::test]
async fn a_processed_result_is_frozen_here_too() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let done = json!({"status": 1, "result": 0.9, "code": 1, "audit_data": {"a": 1}});
    api.call("PUT", &request, &done).await;
    let answer = api.call("PATCH", &request, &json!({"status": 3})).await;
    assert_eq!(answer.parts(), (400, &json!(["Cannot change processed results status."])));
    let answer = api.call("PATCH", &request, &json!({"result": 0.1})).await;
    assert_eq!(answer.parts(), (400, &json!(["Cannot change processed results."])));
    assert_eq!(api.call("PATCH", &request, &json!({"result": 0.9})).await.status, 200);
}

#[tokio::test]
async fn a_provider_can_not_be_done_without_a_result() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let answer = api.call("PATCH", &request, &json!({"status": 1})).await;
    let refusal = json!({"result": ["A processed result needs a value."]});
    assert_eq!(answer.parts(), (400, &refusal));
    assert_eq!(api.call("PATCH", &request, &json!({"result": 0.2})).await.status, 200);
    assert_eq!(api.call("PATCH", &request, &json!({"status": 1})).await.status, 200);
}
