//! `PUT …/enrolment/{learner_id}/`.

use attesta_model::verification::SampleStatus;
use attesta_model::{LOCK_LIFETIME, SampleId};
use attesta_testing::{Answer, World, call, json as request, raw};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{A, B, LIST, NOBODY, ids, locked};
use crate::world::Providers;

const VALID: SampleStatus = SampleStatus::Valid;

#[tokio::test]
async fn what_the_holder_uploaded_becomes_the_model_as_it_is_saved() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 3]).await;
    let form = api.lock(A).await.body;
    api.upload(&form, b"{\"model\": 1}");
    let _ = api.calls();
    let saved = api.save(A, &samples).await;
    assert_eq!(api.calls(), ["BatchGetItem", "BatchGetItem", "PutItem"]);
    let expected = json!({
        "id": form["id"],
        "learner_id": api.world.learner,
        "model": saved.body["model"],
        "is_locked": false,
        "task_id": null,
        "model_upload_url": null,
        "percentage": 0.5,
        "can_analyse": true,
        "model_total_samples": 3,
        "used_samples": samples,
    });
    assert_eq!(saved.parts(), (200, &expected));
    let link = expected["model"].as_str().expect("a link");
    assert!(link.contains("X-Amz-Expires=900"), "{link}");
    let read = api.get(&api.model()).await.body;
    assert_eq!(api.linked(&read["model"]), b"{\"model\": 1}");
    let place = format!("data/models/{}/1/{A}-1", api.world.learner);
    assert_eq!(api.models(), [place], "and the upload is gone");
}

#[tokio::test]
async fn a_model_takes_the_place_of_the_one_before() {
    let api = Providers::start().await;
    for (task, model) in [(A, b"{\"model\": 1}"), (B, b"{\"model\": 2}"), (A, b"{\"model\": 3}")] {
        let form = api.lock(task).await.body;
        api.upload(&form, model);
        let saved = api.save(task, &[]).await.body;
        assert_eq!(api.linked(&saved["model"]), model);
        assert_eq!(api.models().len(), 1, "the one before is gone: {:?}", api.models());
    }
    // Nothing uploaded: the model stays.
    api.lock(B).await;
    let saved = api.save(B, &[]).await;
    assert_eq!(api.linked(&saved.body["model"]), b"{\"model\": 3}");
}

#[tokio::test]
async fn what_a_task_leaves_out_falls_to_nothing() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 2]).await;
    for more in [json!({}), json!({"used_samples": null}), json!({"used_samples": []})] {
        api.lock(A).await;
        assert_eq!(api.save(A, &samples).await.body["model_total_samples"], 2);
        let mut body = more;
        body["learner_id"] = json!(api.world.learner);
        body["task_id"] = json!(A);
        let saved = api.call("PUT", &api.model(), &body).await;
        assert_eq!(saved.status, 200, "an unlocked model is accepted");
        let saved = saved.body;
        assert_eq!((&saved["percentage"], &saved["can_analyse"]), (&json!(0.0), &json!(false)));
        assert_eq!(
            (&saved["model_total_samples"], &saved["used_samples"]),
            (&json!(0), &json!([]))
        );
    }
}

#[tokio::test]
async fn only_the_holder_saves_and_a_model_that_nobody_holds_anybody_may() {
    let api = Providers::start().await;
    assert_eq!(api.save(A, &[]).await.parts(), (404, &json!({"detail": "Not found."})));
    api.lock(A).await;
    let before = api.get(&api.model()).await.body;
    assert_eq!(api.save(B, &[]).await.parts(), (400, &locked()));
    assert_eq!(api.get(&api.model()).await.body, before);
    assert_eq!(api.save(A, &[]).await.status, 200);
    assert_eq!(api.save(B, &[]).await.status, 200);
}

#[tokio::test]
async fn a_holder_whose_lock_was_taken_changes_nothing() {
    let api = Providers::start().await;
    let first = api.lock(A).await.body;
    api.upload(&first, b"{\"model\": 1}");
    api.save(A, &[]).await;
    let stale = api.lock(A).await.body;
    api.world.clock.advance(LOCK_LIFETIME + SignedDuration::from_millis(1));
    let api = Providers { token: api.world.provider_token(api.world.provider), ..api };
    assert_eq!(api.lock(B).await.status, 201);
    let before = api.get(&api.model()).await.body;
    api.upload(&stale, b"{\"model\": 2}");
    assert_eq!(api.save(A, &[]).await.parts(), (400, &locked()));
    assert_eq!(api.linked(&api.get(&api.model()).await.body["model"]), b"{\"model\": 1}");
    // Not even once the new holder has saved.
    assert_eq!(api.save(B, &[]).await.status, 200);
    assert_eq!(api.save(A, &[]).await.status, 200, "nobody holds it");
    let after = api.get(&api.model()).await.body;
    assert_eq!(api.linked(&after["model"]), b"{\"model\": 1}");
    assert_eq!(after["id"], before["id"]);
}

#[tokio::test]
async fn what_is_uploaded_after_an_unlock_or_a_save_is_no_model() {
    let api = Providers::start().await;
    let form = api.lock(A).await.body;
    api.unlock(A).await;
    api.upload(&form, b"{\"model\": 1}");
    assert_eq!(api.save(A, &[]).await.body["model"], Value::Null);
    let form = api.lock(A).await.body;
    api.upload(&form, b"{\"model\": 2}");
    api.save(A, &[]).await;
    api.upload(&form, b"{\"model\": 3}");
    let saved = api.save(A, &[]).await.body;
    assert_eq!(api.linked(&saved["model"]), b"{\"model\": 2}", "the form can't change it");
}

#[tokio::test]
async fn while_the_bucket_is_down_nothing_is_saved() {
    let api = Providers::start().await;
    let form = api.lock(A).await.body;
    api.upload(&form, b"{}");
    api.world.aws.bucket.set_down(true);
    assert_eq!(api.save(A, &[]).await.status, 500);
    let row = api.get(&api.model()).await.body;
    assert_eq!((&row["is_locked"], &row["can_analyse"]), (&json!(true), &json!(false)));
    api.world.aws.bucket.set_down(false);
    assert!(api.save(A, &[]).await.body["model"].is_string());
}

#[tokio::test]
async fn wrong_bodies_are_told_in_the_words_that_clients_know() {
    let api = Providers::start().await;
    let own = api.samples(&[VALID]).await[0];
    let foreign = api.world.put_samples(api.world.learner, World::FACE, &[VALID]).await[0];
    api.lock(A).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"learner_id": api.world.learner, "task_id": A});
        body[name] = value;
        body
    };
    let no_sample = |id: &dyn std::fmt::Display| json!({"used_samples": [format!("Invalid pk \"{id}\" - object does not exist.")]});
    let unknown = SampleId::new(5).expect("in range");
    for (body, refusal) in [
        (with("used_samples", json!([own, 5])), no_sample(&5)),
        (with("used_samples", json!([unknown, own])), no_sample(&unknown)),
        (with("used_samples", json!([-1])), no_sample(&-1)),
        (with("used_samples", json!([1_i64 << 53])), no_sample(&(1_i64 << 53))),
        (with("used_samples", json!([foreign])), no_sample(&foreign)),
        (
            with("used_samples", json!(vec![1; 50_001])),
            json!({"used_samples": ["Ensure this field has no more than 50000 elements."]}),
        ),
        (
            with("used_samples", json!(["x"])),
            json!({"used_samples": ["A valid integer is required."]}),
        ),
        (with("used_samples", json!(7)), json!({"used_samples": ["Expected a list of items."]})),
        (with("percentage", json!("high")), json!({"percentage": ["A valid number is required."]})),
        (with("percentage", Value::Null), json!({"percentage": ["This field may not be null."]})),
        (
            with("percentage", json!(-0.1)),
            json!({"percentage": ["Ensure this value is greater than or equal to 0."]}),
        ),
        (
            with("percentage", json!(1000)),
            json!({"percentage": ["Ensure this value is less than or equal to 999.99."]}),
        ),
        (with("can_analyse", json!(1)), json!({"can_analyse": ["Must be a valid boolean."]})),
        (
            with("learner_id", json!(NOBODY)),
            json!({"learner_id": ["Must be the learner of the path."]}),
        ),
        (with("learner_id", json!("x")), json!({"learner_id": ["Must be a valid UUID."]})),
        (with("task_id", json!("x")), json!({"task_id": ["Must be a valid UUID."]})),
        (
            json!({"can_analyse": null}),
            json!({
                "learner_id": ["This field is required."],
                "task_id": ["This field is required."],
                "can_analyse": ["This field may not be null."],
            }),
        ),
    ] {
        let answer = api.call("PUT", &api.model(), &body).await;
        assert_eq!(answer.parts(), (400, &refusal));
    }
    assert_eq!(api.get(&api.model()).await.body["is_locked"], true);
}

async fn used(api: &Providers, query: &str) -> Answer {
    api.get(&format!("{}used_samples/?{query}", api.model())).await
}

#[tokio::test]
async fn a_model_is_made_of_thousands_of_samples() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 2_500]).await;
    api.lock(A).await;
    for (count, chunks) in [(2_500, 3), (100, 0), (1_001, 2), (101, 1), (0, 0)] {
        let mut given = samples[..count].to_vec();
        given.reverse();
        let saved = api.save(A, &given).await;
        let shown = &samples[..count.min(1_000)];
        assert_eq!(saved.status, 200, "{}", saved.body);
        assert_eq!(saved.body["model_total_samples"], count);
        assert_eq!(api.world.aws.items("USED_SAMPLES").await, chunks, "{count}");
        let read = api.get(&api.model()).await.body;
        assert_eq!(read["used_samples"], json!(shown));
        assert_eq!(api.lock(A).await.body["used_samples"], json!(shown));
        let listed = api.get(LIST).await.body;
        assert_eq!(listed["results"][0]["used_samples"], json!(samples[..count.min(100)]));
        let page = used(&api, "limit=3&offset=999").await.body;
        assert_eq!(ids(&page), samples[count.min(999)..count.min(1_002)]);
        assert_eq!(page["count"], count);
    }
}

#[tokio::test]
async fn a_body_names_as_many_samples_as_a_model_is_made_of() {
    let api = Providers::start().await;
    api.lock(A).await;
    let highest = (1_u64 << 53) - 1;
    let ids: Vec<_> = (0..50_000).map(|n| (highest - n).to_string()).collect();
    let text = format!(
        "{{\"learner_id\": \"{}\", \"task_id\": \"{A}\", \"used_samples\": [{}]}}",
        api.world.learner,
        ids.join(", ")
    );
    let answer = call(&api.router, raw("PUT", &api.model(), &api.token, text)).await;
    let lowest = highest - 49_999;
    let refusal = format!("Invalid pk \"{lowest}\" - object does not exist.");
    assert_eq!(answer.parts(), (400, &json!({"used_samples": [refusal]})), "and not 413");
}

#[tokio::test]
async fn a_refused_save_leaves_no_samples_behind() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 150]).await;
    api.lock(A).await;
    // All save at once, and leave one set.
    let put = || async {
        let body = json!({"learner_id": api.world.learner, "task_id": A, "used_samples": samples});
        let call = call(&api.router, request("PUT", &api.model(), &api.token, &body));
        call.await.status.as_u16()
    };
    let statuses: [u16; 4] = tokio::join!(put(), put(), put(), put()).into();
    assert_eq!(statuses, [200; 4]);
    assert_eq!(api.world.aws.items("USED_SAMPLES").await, 1);
}
