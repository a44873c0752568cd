//! `POST /api/v2/admin/request/{request_id}/dispatch/`.

use attesta_model::RequestId;
use attesta_model::verification::ResultCode;
use attesta_testing::{World, call, json};
use serde_json::{Value, json};

use crate::world::Admin;

fn path(id: RequestId) -> String {
    format!("/api/v2/admin/request/{id}/dispatch/")
}

/// What goes to providers' queues, by queue.
async fn asked(world: &World) -> Vec<String> {
    let rows = world.outbox().await;
    rows.into_iter().flat_map(|row| row.tasks).map(|task| task.queue).collect()
}

#[tokio::test]
async fn staff_have_those_asked_again_who_have_not_answered() {
    let api = Admin::start().await;
    let id = api.world.submit(&[World::PLAGIARISM, World::INTEGRITY]).await;
    api.world.answer(api.world.provider, id, 0.9, ResultCode::Ok).await;
    api.world.settle().await;
    for _ in 0..2 {
        let answer = api.call("POST", &path(id), &Value::Null).await;
        assert_eq!(answer.parts(), (202, &json!({"request_id": id, "unanswered": 1})));
        assert_eq!(asked(&api.world).await, ["queue_2"]);
        api.world.settle().await;
    }
}

#[tokio::test]
async fn what_is_answered_or_is_none_is_not_asked_again() {
    let api = Admin::start().await;
    let id = api.world.submit(&[World::PLAGIARISM]).await;
    api.world.answer(api.world.provider, id, 0.9, ResultCode::Ok).await;
    let answer = api.call("POST", &path(id), &Value::Null).await;
    assert_eq!(answer.parts(), (400, &json!(["The request is no longer open."])));
    for request in ["77", "x"] {
        let uri = format!("/api/v2/admin/request/{request}/dispatch/");
        let answer = api.call("POST", &uri, &Value::Null).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{request}");
    }
}

#[tokio::test]
async fn nobody_but_staff_has_providers_asked_again() {
    let api = Admin::start().await;
    let id = api.world.submit(&[World::PLAGIARISM]).await;
    api.world.settle().await;
    for caller in [&api.world.user, &api.world.read_only_staff] {
        assert_eq!(api.call_as(caller, ("POST", &path(id)), &Value::Null).await.status, 403);
    }
    let answer = call(&api.router, json("POST", &path(id), "", &Value::Null)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(api.get(&path(id)).await.status, 405);
    assert!(asked(&api.world).await.is_empty());
}
