//! `PUT` and `PATCH …/notification/{id}/`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{LIST, body, path};
use crate::world::Providers;

#[tokio::test]
async fn a_provider_moves_and_renames_a_notification() {
    let api = Providers::start().await;
    let row = api.notification("old").await;
    api.world.clock.advance(SignedDuration::from_secs(1));
    let whole = json!({"key": "new", "when": "2025-11-22T12:00:00Z", "info": {"b": 2}});
    let answer = api.call("PUT", &path(&row), &whole).await;
    assert_eq!(api.calls(), ["BatchGetItem", "TransactWriteItems"]);
    let expected = json!({
        "id": row["id"],
        "info": {"a": 1, "b": 2},
        "provider": 1,
        "key": "new",
        "when": "2025-11-22T12:00:00Z",
        "created_at": "2025-11-22T08:00:00Z",
        "updated_at": "2025-11-22T08:00:01Z",
    });
    assert_eq!(answer.parts(), (200, &expected));
    assert_eq!(api.get(&path(&row)).await.body, expected);
    assert_eq!(api.tally().await, [1, 1, 2, 1]);
    let other = api.notification("old").await;
    assert_ne!(other["id"], row["id"], "the old key is free");
    let same = api.call("POST", LIST, &whole).await.body;
    assert_eq!(same["id"], row["id"], "the new one is not");
}

#[tokio::test]
async fn a_put_needs_key_and_time_and_a_patch_needs_nothing() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    let required = "This field is required.";
    for (body, refusal) in [
        (json!({}), json!({"key": [required], "when": [required]})),
        (json!({"key": "key"}), json!({"when": [required]})),
    ] {
        assert_eq!(api.call("PUT", &path(&row), &body).await.parts(), (400, &refusal));
    }
    let _ = api.calls();
    assert_eq!(api.call("PATCH", &path(&row), &json!({})).await.parts(), (200, &row));
    assert_eq!(api.calls(), ["BatchGetItem"]);
    for (body, name, value) in [
        (json!({"info": {"a": 2}}), "info", json!({"a": 2})),
        (json!({"info": null}), "info", Value::Null),
        (json!({"when": "2025-11-23T00:00"}), "when", json!("2025-11-23T00:00:00Z")),
        (json!({"key": "other"}), "key", json!("other")),
    ] {
        let answer = api.call("PATCH", &path(&row), &body).await;
        assert_eq!((answer.status.as_u16(), &answer.body[name]), (200, &value), "{body}");
    }
    let last = api.get(&path(&row)).await.body;
    assert_eq!((&last["key"], &last["when"]), (&json!("other"), &json!("2025-11-23T00:00:00Z")));
}

#[tokio::test]
async fn a_key_that_another_row_has_is_refused() {
    let api = Providers::start().await;
    let (row, other) = (api.notification("key").await, api.notification("other").await);
    let refusal = json!({
        "non_field_errors": ["The fields provider_id, key must make a unique set."],
    });
    for method in ["PUT", "PATCH"] {
        let answer = api.call(method, &path(&row), &body("other")).await;
        assert_eq!(answer.parts(), (400, &refusal), "{method}");
    }
    assert_eq!(api.call("PUT", &path(&row), &body("key")).await.parts(), (200, &row));
    assert_eq!(api.get(&path(&other)).await.body, other);
    assert_eq!(api.tally().await, [2, 2, 2, 2]);
}

#[tokio::test]
async fn wrong_values_are_refused_in_both() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    for method in ["PUT", "PATCH"] {
        for (name, value) in [
            ("key", json!("")),
            ("key", json!(null)),
            ("when", json!("x")),
            ("when", json!(null)),
            ("info", json!(1)),
            ("info", json!({"b": "x".repeat(16 * 1024 - 12)})),
        ] {
            let mut body = body("key");
            body[name] = value;
            let answer = api.call(method, &path(&row), &body).await;
            assert_eq!(answer.status, 400, "{method} {name}");
            assert!(answer.body[name][0].is_string(), "{method} {}", answer.body);
        }
    }
    assert_eq!(api.get(&path(&row)).await.body, row);
}

#[tokio::test]
async fn two_that_rename_to_one_key_at_once_leave_it_to_one() {
    let api = Providers::start().await;
    let (a, b) = (api.notification("a").await, api.notification("b").await);
    let rename = |row: Value| {
        let api = &api;
        async move { api.call("PATCH", &path(&row), &json!({"key": "c"})).await.status.as_u16() }
    };
    let mut statuses: [u16; 2] = tokio::join!(rename(a), rename(b)).into();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(api.tally().await, [2, 2, 2, 2]);
}

#[tokio::test]
async fn many_changes_at_once_are_all_made() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    let patch = |n: u32| {
        let (api, path) = (&api, path(&row));
        let body = json!({"info": {n.to_string(): n}});
        async move { api.call("PATCH", &path, &body).await.status.as_u16() }
    };
    let statuses: [u16; 4] = tokio::join!(patch(1), patch(2), patch(3), patch(4)).into();
    assert_eq!(statuses, [200; 4]);
    let info = &api.get(&path(&row)).await.body["info"];
    assert_eq!(*info, json!({"a": 1, "1": 1, "2": 2, "3": 3, "4": 4}));
}
