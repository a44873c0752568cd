//! `POST …/enrolment/{learner_id}/unlock/`.

use serde_json::json;

use super::{A, B, LIST};
use crate::world::Providers;

#[tokio::test]
async fn whoever_knows_the_token_unlocks_a_model() {
    let api = Providers::start().await;
    let form = api.lock(A).await.body;
    let _ = api.calls();
    let answer = api.unlock(A).await;
    let expected = json!({"id": form["id"], "learner_id": api.world.learner});
    assert_eq!(answer.parts(), (201, &expected), "without a model there is no data");
    assert_eq!(api.calls(), ["BatchGetItem", "PutItem"]);
    let row = api.get(&api.model()).await.body;
    assert_eq!((&row["is_locked"], &row["task_id"]), (&json!(false), &json!(null)));
    let form = api.lock(B).await.body;
    api.upload(&form, b"{\"model\": 1}");
    api.save(B, &[]).await;
    api.lock(A).await;
    let answer = api.unlock(A).await;
    assert_eq!(api.linked(&answer.body["data"]), b"{\"model\": 1}");
}

#[tokio::test]
async fn there_must_be_a_lock_and_its_token() {
    let api = Providers::start().await;
    let detail = |text: &str| json!({"detail": text});
    assert_eq!(api.unlock(A).await.parts(), (404, &detail("No model to unlock")));
    api.lock(A).await;
    assert_eq!(api.unlock(B).await.parts(), (403, &detail("Invalid unlock token")));
    assert_eq!(api.unlock(A).await.status, 201);
    for token in [A, B] {
        assert_eq!(api.unlock(token).await.parts(), (406, &detail("Model is not locked")));
    }
    let answer = api.call("POST", &format!("{LIST}x/unlock/"), &json!({"token": A})).await;
    assert_eq!(answer.parts(), (404, &detail("Not found.")));
    for (body, told) in [
        (json!({}), "This field is required."),
        (json!({"token": "x"}), "Must be a valid UUID."),
        (json!({"token": null}), "This field may not be null."),
    ] {
        let answer = api.call("POST", &format!("{}unlock/", api.model()), &body).await;
        assert_eq!(answer.parts(), (400, &json!({"token": [told]})), "{body}");
    }
}
