//! `POST /api/v2/provider/{provider_id}/enrolment/`.

use attesta_model::LOCK_LIFETIME;
use attesta_testing::call;
use attesta_testing::json as request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{A, B, LIST, NOBODY, locked};
use crate::world::Providers;

#[tokio::test]
async fn a_task_makes_and_locks_a_model_in_one_round_and_one_write() {
    let api = Providers::start().await;
    let answer = api.lock(A).await;
    assert_eq!(api.calls(), ["BatchGetItem", "TransactWriteItems"]);
    let form = &answer.body["model_upload_url"];
    let expected = json!({
        "id": answer.body["id"],
        "learner_id": api.world.learner,
        "model": null,
        "is_locked": true,
        "task_id": A,
        "model_upload_url": form,
        "percentage": 0.0,
        "can_analyse": false,
        "model_total_samples": 0,
        "used_samples": [],
    });
    assert_eq!(answer.parts(), (201, &expected));
    assert!(answer.body["id"].as_u64().is_some_and(|id| id < 1 << 53));
    api.unlock(A).await;
    let _ = api.calls();
    assert_eq!(api.lock(B).await.status, 201);
    assert_eq!(api.calls(), ["BatchGetItem", "UpdateItem"]);
}

#[tokio::test]
async fn the_form_takes_json_of_up_to_100_mib_for_a_quarter_of_an_hour() {
    let api = Providers::start().await;
    let body = api.lock(A).await.body;
    let form = &body["model_upload_url"];
    let key = format!("uploads/models/{}/1/{A}-1", api.world.learner);
    assert_eq!(form["fields"]["key"], json!(key));
    assert_eq!(form["fields"]["Content-Type"], "application/json");
    assert!(form["url"].as_str().is_some_and(|url| url.ends_with("/data/")), "{form}");
    let policy = STANDARD.decode(form["fields"]["policy"].as_str().expect("a policy"));
    let policy: Value = serde_json::from_slice(&policy.expect("base 64")).expect("JSON");
    assert_eq!(policy["expiration"], "2025-11-22T08:15:00Z");
    let conditions = policy["conditions"].as_array().expect("a list");
    for condition in [
        json!({"key": key}),
        json!({"Content-Type": "application/json"}),
        json!(["content-length-range", 1, 100 * 1024 * 1024]),
    ] {
        assert!(conditions.contains(&condition), "{condition}");
    }
}

#[tokio::test]
async fn whatever_else_a_task_gives_is_ignored() {
    let api = Providers::start().await;
    let body = json!({
        "learner_id": api.world.learner,
        "task_id": A,
        "percentage": "high",
        "can_analyse": 7,
        "used_samples": [1, "x"],
        "zebra": {},
    });
    let answer = api.call("POST", LIST, &body).await;
    assert_eq!(answer.status, 201);
    assert_eq!(
        (&answer.body["percentage"], &answer.body["can_analyse"]),
        (&json!(0.0), &json!(false))
    );
    assert_eq!(answer.body["used_samples"], json!([]));
}

#[tokio::test]
async fn a_second_task_is_told_that_the_model_is_locked_until_the_lock_is_too_old() {
    let api = Providers::start().await;
    let first = api.lock(A).await.body;
    assert_eq!(api.lock(B).await.parts(), (400, &locked()));
    let again = api.lock(A).await;
    assert_eq!((again.status.as_u16(), &again.body["id"]), (201, &first["id"]));
    let key = |body: &Value| body["model_upload_url"]["fields"]["key"].clone();
    assert_eq!(key(&again.body), key(&first), "the same hold");
    api.world.clock.advance(LOCK_LIFETIME + SignedDuration::from_millis(1));
    let token = api.world.provider_token(api.world.provider);
    let body = json!({"learner_id": api.world.learner, "task_id": B});
    let taken = call(&api.router, request("POST", LIST, &token, &body)).await;
    assert_eq!((taken.status.as_u16(), &taken.body["task_id"]), (201, &json!(B)));
    assert_eq!(key(&taken.body), json!(format!("uploads/models/{}/1/{B}-2", api.world.learner)));
}

#[tokio::test]
async fn wrong_bodies_are_told_in_the_words_that_clients_know() {
    let api = Providers::start().await;
    let learner = api.world.learner;
    let (required, uuid) = ("This field is required.", "Must be a valid UUID.");
    for (body, refusal) in [
        (json!({"learner_id": NOBODY, "task_id": A}), json!({"learner_id": ["Invalid learner"]})),
        (json!({}), json!({"learner_id": [required], "task_id": [required]})),
        (json!({"learner_id": "x", "task_id": A}), json!({"learner_id": [uuid]})),
        (json!({"learner_id": learner, "task_id": 7}), json!({"task_id": [uuid]})),
        (
            json!({"learner_id": learner, "task_id": null}),
            json!({"task_id": ["This field may not be null."]}),
        ),
    ] {
        let answer = api.call("POST", LIST, &body).await;
        assert_eq!(answer.parts(), (400, &refusal), "{body}");
    }
    assert_eq!(api.get(LIST).await.body["count"], 0);
}

#[tokio::test]
async fn a_provider_sees_who_holds_its_model_and_no_form() {
    let api = Providers::start().await;
    assert_eq!(api.get(&api.model()).await.parts(), (404, &json!({"detail": "Not found."})));
    let mut expected = api.lock(A).await.body;
    expected["model_upload_url"] = Value::Null;
    let _ = api.calls();
    assert_eq!(api.get(&api.model()).await.parts(), (200, &expected));
    assert_eq!(api.calls(), ["BatchGetItem"]);
    for learner in [NOBODY, "x", "%FF", "0197f0a000007000800000000000000a"] {
        let answer = api.get(&format!("{LIST}{learner}/")).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{learner}");
    }
}
