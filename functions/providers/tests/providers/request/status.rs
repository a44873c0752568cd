//! `POST …/request/{request_id}/status/`.

use serde_json::json;

use crate::world::Providers;

#[tokio::test]
async fn a_provider_sets_the_status_and_nothing_else() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let body =
        json!({"status": 6, "result": 0.5, "code": 3, "error_message": "no", "audit_data": {}});
    let answer = api.call("POST", &format!("{request}status/"), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let mut before = api.get(&request).await.body;
    let mut after = answer.body;
    for link in [&mut before, &mut after] {
        link["request"]["data"].take();
    }
    assert_eq!(after, before);
    assert_eq!(
        (&after["status"], &after["result"], &after["code"], &after["error_message"]),
        (&json!(6), &json!(null), &json!(0), &json!(null))
    );
    assert_eq!(api.evidence(), Vec::<String>::new());
}

#[tokio::test]
async fn a_provider_that_sends_no_status_is_told_in_a_list() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let integer = "status must be an integer";
    let range = "status value out of range";
    for (body, refusal) in [
        (json!({}), "status field is required"),
        (json!({"status": null}), integer),
        (json!({"status": "6"}), integer),
        (json!({"status": 1.5}), integer),
        (json!({"status": true}), integer),
        (json!({"status": 8}), range),
        (json!({"status": -1}), range),
    ] {
        let answer = api.call("POST", &format!("{request}status/"), &body).await;
        assert_eq!(answer.parts(), (400, &json!([refusal])), "{body}");
    }
    assert_eq!(api.get(&request).await.body["status"], 0);
}

#[tokio::test]
async fn a_provider_can_not_call_a_request_processed_without_a_result() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let answer = api.call("POST", &format!("{request}status/"), &json!({"status": 1})).await;
    let refusal = json!({"result": ["A processed result needs a value."]});
    assert_eq!(answer.parts(), (400, &refusal));
}

#[tokio::test]
async fn a_provider_can_not_change_the_status_of_a_processed_result() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let done = json!({"status": 1, "result": 0.9, "code": 1});
    assert_eq!(api.call("PUT", &request, &done).await.status, 200);
    let status = format!("{request}status/");
    let answer = api.call("POST", &status, &json!({"status": 2})).await;
    assert_eq!(answer.parts(), (400, &json!(["Cannot change processed results status."])));
    let _ = api.calls();
    assert_eq!(api.call("POST", &status, &json!({"status": 1})).await.status, 201);
    assert_eq!(api.calls(), ["BatchGetItem"]);
}
