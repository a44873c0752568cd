//! `POST …/notification/`: an upsert by key.

use attesta_testing::{call, json as request};
use serde_json::{Value, json};

use super::{LIST, body, path};
use crate::world::Providers;

#[tokio::test]
async fn a_provider_asks_to_be_told() {
    let api = Providers::start().await;
    let answer = api.call("POST", LIST, &body("exam 1/#%\u{1}")).await;
    assert_eq!(api.calls(), ["BatchGetItem", "TransactWriteItems"], "a round and a write");
    let id = answer.body["id"].clone();
    assert!(id.as_u64().is_some_and(|id| id < 1 << 53));
    let row = json!({
        "id": id,
        "info": {"a": 1},
        "provider": 1,
        "key": "exam 1/#%\u{1}",
        "when": "2025-11-22T09:00:00.25Z",
        "created_at": "2025-11-22T08:00:00Z",
        "updated_at": "2025-11-22T08:00:00Z",
    });
    assert_eq!(answer.parts(), (201, &row));
    assert_eq!(api.get(&path(&row)).await.parts(), (200, &row));
    assert_eq!(api.calls(), ["BatchGetItem"]);
    assert_eq!(api.tally().await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_second_call_with_the_key_changes_the_first_ones_row() {
    let api = Providers::start().await;
    let first = api.notification("key").await;
    api.world.clock.advance(jiff::SignedDuration::from_secs(5));
    let again = json!({"key": "key", "when": "2025-11-22T10:30:00+01:00", "info": {"b": 2}});
    let answer = api.call("POST", LIST, &again).await;
    assert_eq!(api.calls(), ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]);
    let mut expected = first.clone();
    expected["info"] = json!({"a": 1, "b": 2});
    expected["when"] = json!("2025-11-22T09:30:00Z");
    expected["updated_at"] = json!("2025-11-22T08:00:05Z");
    assert_eq!(answer.parts(), (201, &expected));
    assert_eq!(api.get(&path(&first)).await.body, expected);
    assert_eq!(api.tally().await, [1, 1, 2, 1], "the first due time is left, and counts no more");
}

#[tokio::test]
async fn the_same_call_again_writes_nothing() {
    let api = Providers::start().await;
    let first = api.notification("key").await;
    assert_eq!(api.call("POST", LIST, &body("key")).await.parts(), (201, &first));
    assert_eq!(api.calls(), ["BatchGetItem", "BatchGetItem"]);
}

#[tokio::test]
async fn info_that_is_null_clears_and_info_that_is_absent_stays() {
    let api = Providers::start().await;
    api.notification("key").await;
    for (info, expected) in [
        (None, json!({"a": 1})),
        (Some(json!({"a": {"x": []}})), json!({"a": {"x": []}})),
        (Some(Value::Null), Value::Null),
        (None, Value::Null),
        (Some(json!({})), json!({})),
    ] {
        let mut again = json!({"key": "key", "when": "2025-11-22T09:00:00.250000"});
        if let Some(info) = info {
            again["info"] = info;
        }
        let answer = api.call("POST", LIST, &again).await;
        assert_eq!(answer.parts(), (201, &answer.body));
        assert_eq!(answer.body["info"], expected);
    }
    assert_eq!(api.tally().await, [1, 1, 1, 1], "one time all along");
}

#[tokio::test]
async fn what_is_wrong_is_told_in_the_words_that_clients_know() {
    let api = Providers::start().await;
    let format = "Datetime has wrong format. Use one of these formats instead: \
        YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
    let required = "This field is required.";
    let with = |name: &str, value: Value| {
        let mut body = body("key");
        body[name] = value;
        body
    };
    for (body, refusal) in [
        (json!({}), json!({"key": [required], "when": [required]})),
        (with("key", json!(null)), json!({"key": ["This field may not be null."]})),
        (with("key", json!("")), json!({"key": ["This field may not be blank."]})),
        (with("key", json!(5)), json!({"key": ["Not a valid string."]})),
        (
            with("key", json!("é".repeat(251))),
            json!({"key": ["Ensure this field has no more than 250 characters."]}),
        ),
        (with("when", json!(null)), json!({"when": ["This field may not be null."]})),
        (with("when", json!("")), json!({"when": [format]})),
        (with("when", json!("soon")), json!({"when": [format]})),
        (with("when", json!("2025-11-22")), json!({"when": [format]})),
        (with("when", json!(1_763_798_400)), json!({"when": [format]})),
        (
            with("when", json!("9999-01-01T00:00")),
            json!({"when": ["Datetime value out of range."]}),
        ),
        (with("info", json!([])), json!({"info": ["Expected a dictionary of items."]})),
        (
            with("info", json!({"x": "x".repeat(16 * 1024)})),
            json!({"info": ["Ensure this field has no more than 16384 bytes."]}),
        ),
    ] {
        let answer = api.call("POST", LIST, &body).await;
        assert_eq!(answer.parts(), (400, &refusal));
    }
    assert_eq!(api.tally().await, [0; 4]);
    let longest = with("key", json!("é".repeat(250)));
    assert_eq!(api.call("POST", LIST, &longest).await.status, 201);
}

#[tokio::test]
async fn ids_and_unknown_fields_in_a_body_are_ignored() {
    let api = Providers::start().await;
    let mut body = body("key");
    body["id"] = json!(7);
    body["provider"] = json!(2);
    body["zebra"] = json!([]);
    let row = api.call("POST", LIST, &body).await.body;
    assert_eq!((&row["provider"], row["id"] != json!(7)), (&json!(1), true));
}

#[tokio::test]
async fn many_calls_at_once_with_one_key_make_one_row() {
    let api = Providers::start().await;
    let post = |n: u32| {
        let body = json!({"key": "key", "when": "2025-11-22T09:00:00", "info": {n.to_string(): n}});
        let api = &api;
        async move {
            let answer = call(&api.router, request("POST", LIST, &api.token, &body)).await;
            assert_eq!(answer.status, 201, "{}", answer.body);
            answer.body["id"].clone()
        }
    };
    let [a, b, c, d] = tokio::join!(post(1), post(2), post(3), post(4)).into();
    assert!(a == b && b == c && c == d);
    assert_eq!(api.tally().await, [1, 1, 1, 1]);
    let info = &api.get(LIST).await.body["results"][0]["info"];
    assert_eq!(*info, json!({"1": 1, "2": 2, "3": 3, "4": 4}));
}
