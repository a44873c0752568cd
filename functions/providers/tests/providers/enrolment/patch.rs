//! `PATCH …/enrolment/{learner_id}/`.

use attesta_model::verification::SampleStatus;
use serde_json::{Value, json};

use super::{A, B, NOBODY, locked};
use crate::world::Providers;

#[tokio::test]
async fn a_task_changes_what_it_gives_and_keeps_the_lock() {
    let api = Providers::start().await;
    let samples = api.samples(&[SampleStatus::Valid; 2]).await;
    assert_eq!(api.call("PATCH", &api.model(), &json!({"task_id": A})).await.status, 404);
    api.lock(A).await;
    let mut expected = api.get(&api.model()).await.body;
    for (name, value) in [
        ("percentage", json!(99.5)),
        ("can_analyse", json!(true)),
        ("used_samples", json!(samples)),
    ] {
        let mut body = json!({"task_id": A});
        body[name] = value.clone();
        expected[name] = value;
        expected["model_total_samples"] = json!(expected["used_samples"].as_array().map(Vec::len));
        let _ = api.calls();
        let answer = api.call("PATCH", &api.model(), &body).await;
        assert_eq!(answer.parts(), (200, &expected));
        assert_eq!(api.calls().last(), Some(&"PutItem"));
    }
    assert_eq!(expected["task_id"], A);
    let body = json!({"task_id": A, "learner_id": api.world.learner});
    assert_eq!(api.call("PATCH", &api.model(), &body).await.parts(), (200, &expected));
    let body = json!({"task_id": A, "used_samples": null});
    let answer = api.call("PATCH", &api.model(), &body).await.body;
    assert_eq!((&answer["used_samples"], &answer["percentage"]), (&json!([]), &json!(99.5)));
}

#[tokio::test]
async fn what_was_uploaded_waits_for_the_save() {
    let api = Providers::start().await;
    let form = api.lock(A).await.body;
    api.upload(&form, b"{}");
    let answer = api.call("PATCH", &api.model(), &json!({"task_id": A, "percentage": 1})).await;
    assert_eq!((&answer.body["model"], &answer.body["is_locked"]), (&Value::Null, &json!(true)));
    assert!(api.save(A, &[]).await.body["model"].is_string());
}

#[tokio::test]
async fn only_the_holder_changes_a_locked_model() {
    let api = Providers::start().await;
    api.lock(A).await;
    let change = |task: &str| json!({"task_id": task, "percentage": 7});
    let answer = api.call("PATCH", &api.model(), &change(B)).await;
    assert_eq!(answer.parts(), (400, &locked()));
    api.unlock(A).await;
    let answer = api.call("PATCH", &api.model(), &change(B)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["is_locked"]), (200, &json!(false)));
}

#[tokio::test]
async fn wrong_bodies_are_told_in_the_words_that_clients_know() {
    let api = Providers::start().await;
    api.lock(A).await;
    for (body, refusal) in [
        (json!({}), json!({"task_id": ["This field is required."]})),
        (
            json!({"task_id": A, "learner_id": NOBODY}),
            json!({"learner_id": ["Must be the learner of the path."]}),
        ),
        (
            json!({"task_id": A, "used_samples": [5]}),
            json!({"used_samples": ["Invalid pk \"5\" - object does not exist."]}),
        ),
    ] {
        let answer = api.call("PATCH", &api.model(), &body).await;
        assert_eq!(answer.parts(), (400, &refusal));
    }
}
