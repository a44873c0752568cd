//! `POST /lapi/v1/verification/{organisation_id}/{learner_id}/`.

use attesta_testing::{World, call, raw};
use serde_json::{Value, json};

use crate::world::Intake;

#[tokio::test]
async fn a_user_submits_a_text() {
    let api = Intake::start().await;
    let body = json!({"instruments": [5], "activity": "essay-1", "data": "a text"});
    let answer = api.submit(&body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let (document, now) = (answer.body, api.world.store.ids().now());
    assert_eq!(
        document,
        json!({
            "id": document["id"],
            "organisation_id": api.world.organisation,
            "learner_id": api.world.learner,
            "activity": "essay-1",
            "status": 2,
            "cancelled": false,
            "created_at": now,
            "data": document["data"],
            "instruments": [{
                "instrument_id": 5,
                "status": 0,
                "result": null,
                "code": 0,
                "level": 0,
                "results": [{
                    "id": document["instruments"][0]["results"][0]["id"],
                    "provider_id": 1,
                    "status": 0,
                    "result": null,
                    "code": 0,
                    "error_message": null,
                    "updated_at": now,
                }],
            }],
        })
    );
    let link = document["data"].as_str().expect("a link");
    assert_eq!(api.world.aws.bucket.get(link).expect("stored"), "a text");
    assert_eq!(api.kept().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn submitting_takes_one_round_of_reads_and_one_transaction() {
    let api = Intake::start().await;
    api.submitted(&[World::PLAGIARISM]).await;
    let calls = api.world.store.meter().take();
    let mut calls: Vec<_> = calls.into_iter().map(|call| call.operation).collect();
    calls.sort_unstable();
    assert_eq!(calls, ["BatchGetItem", "Query", "Query", "TransactWriteItems"]);
}

#[tokio::test]
async fn a_user_submits_what_they_uploaded_and_can_no_longer_change_it() {
    let api = Intake::start().await;
    let form = api.call("POST", &api.learner("upload"), &Value::Null).await.body;
    let key = form["upload"]["fields"]["key"].as_str().expect("a key");
    api.world.aws.bucket.put(key, b"an uploaded text");
    let body =
        json!({"instruments": [5], "upload": form["upload_id"], "activity": null, "data": null});
    let answer = api.submit(&body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    api.world.aws.bucket.put(key, b"another text");
    let link = answer.body["data"].as_str().expect("a link");
    assert!(link.contains("/requests/"), "{link}");
    assert_eq!(api.world.aws.bucket.get(link).expect("stored"), "an uploaded text");
}

#[tokio::test]
async fn an_upload_that_is_not_there_or_anothers_is_refused() {
    let api = Intake::start().await;
    let world = &api.world;
    let upload = "0197f0a0-0000-7000-8000-00000000000a";
    world
        .aws
        .bucket
        .put(&format!("uploads/{}/{}/{upload}", world.other_organisation, world.learner), b"x");
    let answer = api.submit(&json!({"instruments": [5], "upload": upload})).await;
    assert_eq!(answer.parts(), (400, &json!({"upload": ["Nothing was uploaded."]})));
    assert_eq!(api.kept().await, [0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn a_user_asks_several_instruments_each_once() {
    let api = Intake::start().await;
    let body = api.submitted(&[6, 5, 6, 5]).await;
    let instruments = body["instruments"].as_array().expect("a list").iter();
    let ids: Vec<_> = instruments.map(|instrument| &instrument["instrument_id"]).collect();
    assert_eq!(ids, [&json!(6), &json!(5)]);
    assert_eq!(api.kept().await, [1, 2, 1, 0, 1]);
}

#[tokio::test]
async fn an_instrument_without_a_provider_is_told_at_once() {
    let api = Intake::start().await;
    let body = api.submitted(&[World::VOICE]).await;
    assert_eq!(body["status"], 6);
    assert_eq!(
        body["instruments"][0],
        json!({"instrument_id": 3, "status": 4, "result": 0.0, "code": 2, "level": 0, "results": []})
    );
    assert_eq!(api.kept().await, [1, 0, 1, 0, 1], "one row, to say that it is complete");
}

#[tokio::test]
async fn a_learner_who_is_not_enrolled_is_told_at_once() {
    let api = Intake::start().await;
    let body = api.submitted(&[World::FACE]).await;
    assert_eq!(body["status"], 4);
    let instrument = &body["instruments"][0];
    assert_eq!((&instrument["status"], &instrument["code"]), (&json!(5), &json!(2)));
    assert_eq!(instrument["results"][0]["status"], 5);
}

#[tokio::test]
async fn an_instrument_that_can_not_be_asked_is_refused_and_nothing_is_kept() {
    let api = Intake::start().await;
    for (instruments, refusals) in [
        (json!([World::DISABLED]), json!(["\"9\" is not a valid choice."])),
        (
            json!([5, 77, World::DISABLED]),
            json!(["\"77\" is not a valid choice.", "\"9\" is not a valid choice."]),
        ),
        (json!([-1]), json!(["\"-1\" is not a valid choice."])),
        (json!([]), json!(["This field may not be blank."])),
        (json!(["5"]), json!(["A valid integer is required."])),
        (json!(5), json!(["Expected a list of items."])),
        (json!((0..11).collect::<Vec<_>>()), json!(["At most ten instruments."])),
        (Value::Null, json!(["This field may not be null."])),
    ] {
        let answer = api.submit(&json!({"instruments": instruments, "data": "text"})).await;
        assert_eq!(answer.parts(), (400, &json!({"instruments": refusals})));
    }
    let answer = api.submit(&json!({"data": "text"})).await;
    assert_eq!(answer.parts(), (400, &json!({"instruments": ["This field is required."]})));
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn either_a_text_or_an_upload_is_wanted() {
    let api = Intake::start().await;
    let upload = "0197f0a0-0000-7000-8000-00000000000a";
    let either = json!({"data": ["Give either data or an upload."]});
    for (body, refusal) in [
        (json!({}), either.clone()),
        (json!({"data": null, "upload": null}), either.clone()),
        (json!({"data": "text", "upload": upload}), either),
        (json!({"data": ""}), json!({"data": ["This field may not be blank."]})),
        (json!({"data": {"text": 1}}), json!({"data": ["Not a valid string."]})),
        (json!({"upload": "x"}), json!({"upload": ["Must be a valid UUID."]})),
        (
            json!({"data": "x", "activity": "x".repeat(251)}),
            json!({"activity": ["Ensure this field has no more than 250 characters."]}),
        ),
        (
            json!({"data": "x", "content_type": "text/plain\r\nx: y"}),
            json!({"content_type": ["Must be a media type."]}),
        ),
        (
            json!({"data": "x", "content_type": "text/é"}),
            json!({"content_type": ["Must be a media type."]}),
        ),
    ] {
        let mut body = body;
        body["instruments"] = json!([5]);
        let answer = api.submit(&body).await;
        assert_eq!(answer.parts(), (400, &refusal), "{body}");
    }
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn a_text_of_256_kib_is_taken_and_a_larger_one_must_be_uploaded() {
    let api = Intake::start().await;
    let most = "é".repeat(128 * 1024);
    let answer = api.submit(&json!({"instruments": [5], "data": most})).await;
    assert_eq!(answer.status, 201);
    let answer = api.submit(&json!({"instruments": [5], "data": format!("{most}x")})).await;
    let refusal = json!({"data": ["More than 256 KiB must be uploaded."]});
    assert_eq!(answer.parts(), (400, &refusal));
    let answer = api.submit(&json!({"instruments": [5], "data": most.repeat(5)})).await;
    assert_eq!(answer.parts(), (413, &json!({"detail": "Request body too large."})));
    assert_eq!(api.kept().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_body_that_is_none_is_refused_in_the_dialect() {
    let api = Intake::start().await;
    for broken in ["{", "[]", "null", "{\"instruments\": [1e400]}"] {
        let answer = call(&api.router, raw("POST", &api.verification(), &api.token, broken)).await;
        assert_eq!(answer.status, 400, "{broken}");
        let detail = answer.body["detail"].as_str().expect("a text");
        assert!(detail.starts_with("JSON parse error - "), "{detail}");
    }
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn while_the_bucket_is_down_nothing_is_accepted_and_nothing_is_told() {
    let api = Intake::start().await;
    api.world.aws.bucket.set_down(true);
    let upload = "0197f0a0-0000-7000-8000-00000000000a";
    for body in
        [json!({"instruments": [5], "data": "text"}), json!({"instruments": [5], "upload": upload})]
    {
        let answer = api.submit(&body).await;
        assert_eq!(answer.parts(), (500, &json!({"detail": "Error processing the request."})));
    }
    assert_eq!(api.kept().await, [0; 5]);
}
