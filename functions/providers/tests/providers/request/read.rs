//! `GET …/request/{request_id}/`.

use attesta_testing::World;
use serde_json::{Value, json};

use crate::world::Providers;

#[tokio::test]
async fn a_provider_reads_a_request_with_a_link_to_the_document() {
    let api = Providers::start().await;
    let (id, request) = api.request().await;
    let answer = api.get(&request).await;
    assert_eq!(answer.status, 200);
    let link = answer.body["request"]["data"].as_str().expect("a link");
    assert!(link.contains("/requests/document?") && link.contains("X-Amz-Signature="), "{link}");
    assert!(link.contains("X-Amz-Expires=900"), "{link}");
    assert_eq!(
        answer.body,
        json!({
            "id": answer.body["id"],
            "request": {"id": id, "data": link},
            "learner_id": api.world.learner,
            "result": null,
            "status": 0,
            "error_message": null,
            "code": 0,
            "audit": null,
            "audit_data": null,
        })
    );
}

#[tokio::test]
async fn reading_takes_one_round_to_the_table() {
    let api = Providers::start().await;
    let (_, request) = api.request().await;
    api.get(&request).await;
    assert_eq!(api.calls(), ["BatchGetItem"]);
}

#[tokio::test]
async fn a_provider_sees_its_own_result_of_a_request_that_others_have_too() {
    let api = Providers::start().await;
    let world = &api.world;
    let (colleague, _) = world.add_provider(4, World::PLAGIARISM).await;
    let id = world.submit(&[World::PLAGIARISM]).await;
    world.answer(colleague, id, 0.25, attesta_model::verification::ResultCode::Alert).await;
    let body = api.get(&crate::world::path(id)).await.body;
    assert_eq!((&body["status"], &body["result"]), (&json!(0), &Value::Null));
}
