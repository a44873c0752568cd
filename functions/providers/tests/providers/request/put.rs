//! `PUT …/request/{request_id}/`.

use attesta_runtime::Measures;
use attesta_testing::{call, raw};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Providers;

/// What the published worker sends.
fn processed() -> Value {
    json!({
        "status": 1,
        "error_message": null,
        "result": 0.9,
        "code": 1,
        "message_code": "fine",
        "audit_data": {"matches": [1, 2], "corpus": "own"},
    })
}

#[tokio::test]
async fn a_provider_answers_with_evidence() {
    let api = Providers::start().await;
    let (id, request) = api.request().await;
    let answer = api.call("PUT", &request, &processed()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(api.calls(), ["BatchGetItem", "TransactWriteItems"], "a round and a write");
    let audit = answer.body["audit"].as_str().expect("a link");
    let mut expected = api.get(&request).await.body;
    expected["audit"] = json!(audit);
    expected["request"] = json!({"id": id, "data": answer.body["request"]["data"]});
    assert_eq!(answer.body, expected);
    assert_eq!(
        (&expected["status"], &expected["result"], &expected["code"], &expected["audit_data"]),
        (&json!(1), &json!(0.9), &json!(1), &Value::Null)
    );
    let stored = api.world.aws.bucket.get(audit).expect("stored");
    let stored: Value = serde_json::from_slice(&stored).expect("JSON");
    assert_eq!(stored, processed()["audit_data"]);
}

#[tokio::test]
async fn an_answer_is_counted_once_with_the_time_since_the_request() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let measured = async |status: u8| {
        let answer = api.call("PATCH", &request, &json!({"status": status})).await;
        answer.extensions.get::<Measures>().cloned().expect("measured")
    };
    let of = |result: &str| {
        let of = [("provider", "1".to_owned()), ("result", result.to_owned())];
        Measures::of(of).count("Results", 1)
    };
    api.world.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(measured(6).await, of("Processing"), "the rest is still to come");
    assert_eq!(measured(6).await, Measures::default(), "said before");
    api.world.clock.advance(SignedDuration::from_secs(3));
    assert_eq!(measured(2).await, of("Error").milliseconds("RoundTrip", [5000.0]));
}

#[tokio::test]
async fn a_provider_that_repeats_its_answer_changes_and_writes_nothing() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let first = api.call("PUT", &request, &processed()).await.body;
    let _ = api.calls();
    let again = api.call("PUT", &request, &processed()).await;
    assert_eq!(again.status, 200);
    assert_eq!(api.calls(), ["BatchGetItem"]);
    assert_eq!(api.evidence().len(), 1);
    let key = |link: &Value| link.as_str().expect("a link").split('?').next().map(str::to_owned);
    assert_eq!(key(&again.body["audit"]), key(&first["audit"]));
}

#[tokio::test]
async fn a_provider_that_leaves_evidence_out_removes_it() {
    for absent in [json!({"status": 6}), json!({"status": 6, "audit_data": null})] {
        let api = Providers::start().await;
        let (_, request) = api.request().await;
        let open = json!({"status": 6, "audit_data": {"a": 1}});
        assert!(api.call("PUT", &request, &open).await.body["audit"].is_string());
        let answer = api.call("PUT", &request, &absent).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["audit"]),
            (200, &Value::Null),
            "{absent}"
        );
        assert_eq!(api.get(&request).await.body["audit"], Value::Null);
    }
}

#[tokio::test]
async fn fields_that_are_left_out_stay_as_they_are() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let open = json!({"status": 7, "result": 0.3, "code": 2, "error_message": "slow"});
    api.call("PUT", &request, &open).await;
    let body = api.call("PUT", &request, &json!({})).await.body;
    assert_eq!((&body["status"], &body["result"]), (&json!(7), &json!(0.3)));
    assert_eq!((&body["code"], &body["error_message"]), (&json!(2), &json!("slow")));
    let body =
        api.call("PUT", &request, &json!({"result": null, "error_message": null})).await.body;
    assert_eq!((&body["result"], &body["error_message"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_processed_result_is_frozen_and_a_refused_change_leaves_nothing_behind() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    api.call("PUT", &request, &processed()).await;
    let before = api.evidence();
    let with = |name: &str, value: Value| {
        let mut body = processed();
        body[name] = value;
        body
    };
    let results = "Cannot change processed results.";
    for (body, refusal) in [
        (with("status", json!(2)), "Cannot change processed results status."),
        (with("result", json!(0.1)), results),
        (with("code", json!(3)), results),
        (with("error_message", json!("late")), results),
        (with("audit_data", json!({"matches": []})), results),
        (with("audit_data", Value::Null), results),
    ] {
        let answer = api.call("PUT", &request, &body).await;
        assert_eq!(answer.parts(), (400, &json!([refusal])), "{body}");
    }
    assert_eq!(api.evidence(), before);
}

#[tokio::test]
async fn a_provider_can_not_be_done_without_a_result() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    for body in [
        json!({"status": 1}),
        json!({"status": 1, "result": null}),
        json!({"status": 1, "code": 1, "audit_data": {"a": 1}}),
    ] {
        let answer = api.call("PUT", &request, &body).await;
        let refusal = json!({"result": ["A processed result needs a value."]});
        assert_eq!(answer.parts(), (400, &refusal), "{body}");
    }
    assert_eq!(api.evidence(), Vec::<String>::new());
    assert_eq!(api.get(&request).await.body["status"], 0);
}

#[tokio::test]
async fn wrong_types_are_told_in_the_words_that_clients_know() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    for (body, refusal) in [
        (json!({"result": "high"}), json!({"result": ["A valid number is required."]})),
        (json!({"status": 8}), json!({"status": ["\"8\" is not a valid choice."]})),
        (json!({"status": "done"}), json!({"status": ["\"done\" is not a valid choice."]})),
        (json!({"status": null}), json!({"status": ["This field may not be null."]})),
        (json!({"code": 4}), json!({"code": ["\"4\" is not a valid choice."]})),
        (json!({"error_message": 5}), json!({"error_message": ["Not a valid string."]})),
        (json!({"error_message": ""}), json!({"error_message": ["This field may not be blank."]})),
        (json!({"audit_data": []}), json!({"audit_data": ["Expected a dictionary of items."]})),
        (
            json!({"result": true, "code": {}}),
            json!({
                "result": ["A valid number is required."],
                "code": ["\"{}\" is not a valid choice."],
            }),
        ),
        (
            json!({"error_message": "x".repeat(10_001)}),
            json!({"error_message": ["Ensure this field has no more than 10000 characters."]}),
        ),
    ] {
        let answer = api.call("PUT", &request, &body).await;
        assert_eq!(answer.parts(), (400, &refusal));
    }
    assert_eq!(api.get(&request).await.body["status"], 0);
}

#[tokio::test]
async fn the_request_in_a_body_and_unknown_fields_are_ignored() {
    let api = Providers::start().await;
    let (id, request) = api.request().await;
    let body = json!({"request": {"id": 7, "data": "x"}, "learner_id": 1, "id": 2, "zebra": []});
    let answer = api.call("PUT", &request, &body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["request"]["id"], json!(id));
    assert_eq!(answer.body["learner_id"], json!(api.world.learner));
}

#[tokio::test]
async fn a_body_that_is_none_is_refused_in_the_dialect() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    for broken in ["{", "[]", "5", "{\"result\": 1e999}", "{\"result\": NaN}"] {
        let answer = call(&api.router, raw("PUT", &request, &api.token, broken)).await;
        assert_eq!(answer.status, 400, "{broken}");
        let detail = answer.body["detail"].as_str().expect("a text");
        assert!(detail.starts_with("JSON parse error - "), "{detail}");
    }
    let large = format!("{{\"audit_data\": {{\"a\": \"{}\"}}}}", "x".repeat(1024 * 1024));
    let answer = call(&api.router, raw("PUT", &request, &api.token, large)).await;
    assert_eq!(answer.parts(), (413, &json!({"detail": "Request body too large."})));
    assert_eq!(api.evidence(), Vec::<String>::new());
}

#[tokio::test]
async fn while_the_bucket_is_down_nothing_changes_and_nothing_is_told() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    api.world.aws.bucket.set_down(true);
    let answer = api.call("PUT", &request, &processed()).await;
    assert_eq!(answer.parts(), (500, &json!({"detail": "Error processing the request."})));
    assert_eq!(api.get(&request).await.body["status"], 0);
    api.world.aws.bucket.set_down(false);
    assert_eq!(api.call("PUT", &request, &processed()).await.status, 200);
}

#[tokio::test]
async fn many_answers_at_once_leave_one_of_them() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    let put = |n: u32| {
        let body = json!({"status": 1, "result": f64::from(n) / 10.0, "code": 1});
        let (api, request) = (&api, &request);
        async move { api.call("PUT", request, &body).await.status.as_u16() }
    };
    let statuses: [u16; 4] = tokio::join!(put(1), put(2), put(3), put(4)).into();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 3, "{statuses:?}");
}

#[tokio::test]
async fn a_provider_can_not_answer_a_cancelled_request() {
    let api = Providers::start().await;
    let (id, request) = api.request().await;
    let world = &api.world;
    let cancelled = world.store.cancel(&world.user, world.organisation, world.learner, id).await;
    cancelled.expect("cancelled");
    let refusal = json!(["The request was cancelled."]);
    let body = json!({"status": 1, "result": 0.9, "code": 1, "audit_data": {"a": 1}});
    for method in ["PUT", "PATCH"] {
        assert_eq!(api.call(method, &request, &body).await.parts(), (400, &refusal), "{method}");
    }
    let status = api.call("POST", &format!("{request}status/"), &json!({"status": 7})).await;
    assert_eq!(status.parts(), (400, &refusal));
    assert_eq!(api.evidence(), Vec::<String>::new());
    assert_eq!(api.get(&request).await.body["status"], 2);
}
