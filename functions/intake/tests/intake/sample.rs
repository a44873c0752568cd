//! `/lapi/v1/enrolment/{organisation_id}/{learner_id}/`.

use attesta_model::SampleId;
use attesta_model::verification::ValidationStatus;
use attesta_testing::{World, call, json as request, with_header};
use serde_json::{Value, json};

use crate::world::Intake;

async fn start() -> Intake {
    let api = Intake::start().await;
    api.world.set_validating(&[api.world.provider]).await;
    let _ = api.world.store.meter().take();
    api
}

fn enrolment(api: &Intake) -> String {
    api.learner("enrolment")
}

async fn hand_in(api: &Intake, body: &Value) -> attesta_testing::Answer {
    api.call("POST", &enrolment(api), body).await
}

/// What is kept: samples, validations, messages, answers, objects.
async fn kept(api: &Intake) -> [usize; 5] {
    let aws = &api.world.aws;
    [
        aws.items("SAMPLE").await,
        aws.items("VALIDATION").await,
        aws.items("OUTBOX").await,
        aws.items("IDEMPOTENCY").await,
        aws.bucket.keys().len(),
    ]
}

#[tokio::test]
async fn a_user_hands_in_a_sample() {
    let api = start().await;
    let body = json!({"instrument": 5, "data": "{}", "content_type": "application/json"});
    let answer = hand_in(&api, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let mut calls: Vec<_> =
        api.world.store.meter().take().into_iter().map(|call| call.operation).collect();
    calls.sort_unstable();
    assert_eq!(calls, ["BatchGetItem", "BatchGetItem", "Query", "TransactWriteItems"]);
    let (sample, now) = (answer.body, api.world.store.ids().now());
    assert_eq!(
        sample,
        json!({
            "id": sample["id"],
            "organisation_id": api.world.organisation,
            "learner_id": api.world.learner,
            "instrument_id": 5,
            "status": 0,
            "created_at": now,
            "data": sample["data"],
            "validations": [{
                "id": sample["validations"][0]["id"],
                "provider_id": 1,
                "status": 0,
                "error_message": null,
                "message_code_id": null,
                "contribution": null,
                "updated_at": now,
            }],
        })
    );
    let link = sample["data"].as_str().expect("a link");
    let place = format!("/samples/{}/{}/", api.world.organisation, api.world.learner);
    assert!(link.contains(&place), "{link}");
    assert_eq!(api.world.aws.bucket.get(link).expect("stored"), "{}");
    assert_eq!(kept(&api).await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_sample_that_nobody_validates_says_so() {
    let api = Intake::start().await;
    let body = hand_in(&api, &json!({"instrument": World::VOICE, "data": "{}"})).await.body;
    assert_eq!((&body["status"], &body["validations"]), (&json!(4), &json!([])));
    assert_eq!(kept(&api).await, [1, 0, 0, 0, 1]);
}

#[tokio::test]
async fn a_user_hands_in_what_they_uploaded() {
    let api = start().await;
    let form = api.call("POST", &api.learner("upload"), &Value::Null).await.body;
    let key = form["upload"]["fields"]["key"].as_str().expect("a key");
    api.world.aws.bucket.put(key, b"uploaded");
    let body = json!({"instrument": 5, "upload": form["upload_id"]});
    let answer = hand_in(&api, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let link = answer.body["data"].as_str().expect("a link");
    assert!(link.contains("/samples/"), "{link}");
    assert_eq!(api.world.aws.bucket.get(link).expect("stored"), "uploaded");
    let none = json!({"instrument": 5, "upload": "0197f0a0-0000-7000-8000-00000000000a"});
    let answer = hand_in(&api, &none).await;
    assert_eq!(answer.parts(), (400, &json!({"upload": ["Nothing was uploaded."]})));
}

#[tokio::test]
async fn a_sample_that_can_not_be_taken_is_refused_and_nothing_is_kept() {
    let api = start().await;
    let large = "x".repeat(256 * 1024 + 1);
    for (body, refusal) in [
        (
            json!({"instrument": 9, "data": "x"}),
            json!({"instrument": ["\"9\" is not a valid choice."]}),
        ),
        (
            json!({"instrument": 77, "data": "x"}),
            json!({"instrument": ["\"77\" is not a valid choice."]}),
        ),
        (
            json!({"instrument": -1, "data": "x"}),
            json!({"instrument": ["\"-1\" is not a valid choice."]}),
        ),
        (
            json!({"instrument": "5", "data": "x"}),
            json!({"instrument": ["A valid integer is required."]}),
        ),
        (json!({"data": "x"}), json!({"instrument": ["This field is required."]})),
        (json!({"instrument": 5}), json!({"data": ["Give either data or an upload."]})),
        (
            json!({"instrument": 5, "data": large}),
            json!({"data": ["More than 256 KiB must be uploaded."]}),
        ),
        (
            json!({"instrument": 5, "data": "x", "content_type": "a\nb"}),
            json!({"content_type": ["Must be a media type."]}),
        ),
    ] {
        let answer = hand_in(&api, &body).await;
        assert_eq!(answer.parts(), (400, &refusal));
    }
    assert_eq!(kept(&api).await, [0; 5]);
}

#[tokio::test]
async fn the_same_call_again_has_the_same_answer_and_no_effect() {
    let api = start().await;
    let again = async |key: &str, body: &Value| {
        let call_again = request("POST", &enrolment(&api), &api.token, body);
        call(&api.router, with_header(call_again, "idempotency-key", key)).await
    };
    let body = json!({"instrument": 5, "data": "{}"});
    let first = again("key", &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let stands = kept(&api).await;
    assert_eq!(stands, [1, 1, 1, 1, 1]);
    let second = again("key", &body).await;
    assert_eq!((second.status.as_u16(), &second.body["id"]), (201, &first.body["id"]));
    assert_eq!(kept(&api).await, stands);
    let other = again("key", &json!({"instrument": 5, "data": "[]"})).await;
    let detail = "This Idempotency-Key was used with another body.";
    assert_eq!(other.parts(), (409, &json!({"detail": detail})));
    let verification = request(
        "POST",
        &api.verification(),
        &api.token,
        &json!({"instruments": [5], "data": "{}"}),
    );
    let elsewhere = with_header(verification, "idempotency-key", "key");
    assert_eq!(call(&api.router, elsewhere).await.status, 201, "another route");
}

#[tokio::test]
async fn a_user_sees_what_came_of_a_sample_and_a_stranger_nothing() {
    let api = start().await;
    let made = hand_in(&api, &json!({"instrument": 5, "data": "{}"})).await.body;
    let id = made["id"].as_u64().and_then(SampleId::new).expect("a number");
    api.world.judge(api.world.provider, id, ValidationStatus::Valid).await;
    let _ = api.world.store.meter().take();
    let path = format!("{}sample/{id}/", enrolment(&api));
    let body = api.get(&path).await.body;
    assert_eq!((&body["status"], &body["validations"][0]["status"]), (&json!(1), &json!(1)));
    assert_eq!(api.world.store.meter().take().len(), 2, "one round of two");
    for nowhere in ["sample/7/", "sample/x/"] {
        let answer = api.get(&format!("{}{nowhere}", enrolment(&api))).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
    }
    let foreign = api.world.user_token(&api.world.other_user);
    for (method, uri) in [("GET", path), ("POST", enrolment(&api))] {
        let body = json!({"instrument": 5, "data": "{}"});
        let answer = call(&api.router, request(method, &uri, &foreign, &body)).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{uri}");
        let answer = call(&api.router, request(method, &uri, "", &body)).await;
        assert_eq!(answer.status, 401, "{uri}");
    }
}

#[tokio::test]
async fn of_a_learner_who_is_being_erased_no_sample_is_taken() {
    let api = start().await;
    assert_eq!(api.call("DELETE", &api.learner("learner"), &Value::Null).await.status, 202);
    let answer = hand_in(&api, &json!({"instrument": 5, "data": "{}"})).await;
    assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
    assert_eq!(kept(&api).await, [0; 5]);
}
