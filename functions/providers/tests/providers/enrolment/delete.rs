//! `DELETE …/enrolment/{learner_id}/`.

use attesta_model::verification::SampleStatus;
use serde_json::{Value, json};

use super::{A, LIST};
use crate::world::Providers;

#[tokio::test]
async fn a_model_goes_with_all_that_is_its_own() {
    let api = Providers::start().await;
    let samples = api.samples(&[SampleStatus::Valid; 150]).await;
    let form = api.lock(A).await.body;
    api.upload(&form, b"{}");
    api.save(A, &samples).await;
    assert_eq!((api.models().len(), api.world.aws.items("USED_SAMPLES").await), (1, 1));
    let _ = api.calls();
    let answer = api.call("DELETE", &api.model(), &Value::Null).await;
    assert_eq!(answer.parts(), (204, &Value::Null));
    assert_eq!(api.calls(), ["BatchGetItem", "TransactWriteItems", "BatchWriteItem"]);
    assert_eq!((api.models().len(), api.world.aws.items("USED_SAMPLES").await), (0, 0));
    assert_eq!(api.world.aws.items("ENROLMENT").await, 0);
    let list = api.get(LIST).await.body;
    assert_eq!((&list["count"], &list["results"]), (&json!(0), &json!([])));
    for method in ["GET", "DELETE"] {
        let answer = api.call(method, &api.model(), &Value::Null).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{method}");
    }
}

#[tokio::test]
async fn a_locked_model_goes_too_with_what_was_uploaded() {
    let api = Providers::start().await;
    let form = api.lock(A).await.body;
    api.upload(&form, b"{}");
    assert_eq!(api.call("DELETE", &api.model(), &Value::Null).await.status, 204);
    assert_eq!(api.models(), Vec::<String>::new());
    assert_eq!(api.save(A, &[]).await.status, 404);
    assert_eq!(api.lock(A).await.status, 201);
}

#[tokio::test]
async fn an_object_that_can_not_be_deleted_holds_nothing_up() {
    let api = Providers::start().await;
    let form = api.lock(A).await.body;
    api.upload(&form, b"{}");
    api.save(A, &[]).await;
    api.world.aws.bucket.set_down(true);
    assert_eq!(api.call("DELETE", &api.model(), &Value::Null).await.status, 204);
}
