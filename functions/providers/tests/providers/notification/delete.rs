//! `DELETE …/notification/{id}/`.

use serde_json::{Value, json};

use super::{LIST, body, path};
use crate::world::Providers;

#[tokio::test]
async fn a_provider_deletes_a_notification_and_its_key_is_free() {
    let api = Providers::start().await;
    let (row, other) = (api.notification("key").await, api.notification("other").await);
    let answer = api.call("DELETE", &path(&row), &Value::Null).await;
    assert_eq!(answer.parts(), (204, &Value::Null));
    assert_eq!(api.calls(), ["BatchGetItem", "TransactWriteItems"]);
    assert_eq!(api.tally().await, [1, 1, 2, 1], "due times are left to the clock");
    let gone = json!({"detail": "Not found."});
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let answer = api.call(method, &path(&row), &body("key")).await;
        assert_eq!(answer.parts(), (404, &gone), "{method}");
    }
    assert_eq!(api.get(&path(&other)).await.body, other);
    let again = api.call("POST", LIST, &body("key")).await;
    assert_eq!(again.status, 201);
    assert_ne!(again.body["id"], row["id"]);
}

#[tokio::test]
async fn of_two_that_delete_at_once_one_does() {
    let api = Providers::start().await;
    let row = api.notification("key").await;
    let delete = || {
        let (api, path) = (&api, path(&row));
        async move { api.call("DELETE", &path, &Value::Null).await.status.as_u16() }
    };
    let mut statuses: [u16; 2] = tokio::join!(delete(), delete()).into();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
    assert_eq!(api.tally().await, [0, 0, 1, 0]);
}

#[tokio::test]
async fn what_is_made_changed_and_deleted_at_once_is_counted_right() {
    let api = Providers::start().await;
    for round in 0..4 {
        let row = api.notification("key").await;
        let path = path(&row);
        let new = body("key");
        let patch = json!({"info": {"round": round}, "key": format!("key {round}")});
        let (deleted, posted, _) = tokio::join!(
            api.call("DELETE", &path, &Value::Null),
            api.call("POST", LIST, &new),
            api.call("PATCH", &path, &patch),
        );
        assert_eq!((deleted.status.as_u16(), posted.status.as_u16()), (204, 201));
        let [rows, keys, _, count] = api.tally().await;
        assert_eq!((rows, keys), (count, count));
    }
}
