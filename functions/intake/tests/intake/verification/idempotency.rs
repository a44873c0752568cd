//! `Idempotency-Key` on a submission.

use attesta_testing::{Answer, World, call, json, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Intake;

async fn submit(api: &Intake, key: &str, body: &Value) -> Answer {
    let request = json("POST", &api.verification(), &api.token, body);
    call(&api.router, with_header(request, "idempotency-key", key)).await
}

/// An answer without the signature of its link, which is a fresh one.
fn unsigned(mut body: Value) -> Value {
    let link = body["data"].as_str().expect("a link").split('?').next().map(str::to_owned);
    body["data"] = json!(link);
    body
}

#[tokio::test]
async fn the_same_call_again_has_the_same_answer_and_no_effect() {
    let api = Intake::start().await;
    let body = json!({"instruments": [5], "data": "text", "activity": "a"});
    let first = submit(&api, "key", &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let kept = api.kept().await;
    assert_eq!(kept, [1, 1, 1, 1, 1]);
    let id = first.body["id"].as_u64().and_then(attesta_model::RequestId::new).expect("a number");
    let code = attesta_model::verification::ResultCode::Ok;
    api.world.answer(api.world.provider, id, 0.9, code).await;
    let kept = api.kept().await;
    api.world.clock.advance(SignedDuration::from_hours(23));
    let token = api.world.user_token(&api.world.user);
    let request = json("POST", &api.verification(), &token, &body);
    let again = call(&api.router, with_header(request, "idempotency-key", "key")).await;
    assert_eq!(again.status, 201);
    assert_eq!(unsigned(again.body), unsigned(first.body));
    assert_eq!(api.kept().await, kept);
}

#[tokio::test]
async fn the_same_key_with_another_call_is_a_conflict() {
    let api = Intake::start().await;
    let body = json!({"instruments": [5], "data": "text"});
    assert_eq!(submit(&api, "key", &body).await.status, 201);
    let kept = api.kept().await;
    let other = json!({"instruments": [5], "data": "other"});
    let answer = submit(&api, "key", &other).await;
    let detail = json!({"detail": "This Idempotency-Key was used with another body."});
    assert_eq!(answer.parts(), (409, &detail));
    // The same body about another learner is another call.
    let learner = "0197f0a0-0000-7000-8000-00000000000a";
    let organisation = api.world.organisation;
    api.call("PUT", &format!("/lapi/v1/learner/{organisation}/{learner}/"), &Value::Null).await;
    let uri = format!("/lapi/v1/verification/{organisation}/{learner}/");
    let request = with_header(json("POST", &uri, &api.token, &body), "idempotency-key", "key");
    assert_eq!(call(&api.router, request).await.parts(), (409, &detail));
    assert_eq!(api.kept().await, kept);
}

#[tokio::test]
async fn another_key_or_none_or_one_of_yesterday_makes_another_request() {
    let api = Intake::start().await;
    let body = json!({"instruments": [5], "data": "text"});
    let first = submit(&api, "key", &body).await.body;
    for answer in [submit(&api, "other", &body).await, api.submit(&body).await] {
        assert_ne!(answer.body["id"], first["id"]);
    }
    api.world.clock.advance(SignedDuration::from_hours(24));
    let token = api.world.user_token(&api.world.user);
    let request = json("POST", &api.verification(), &token, &body);
    let answer = call(&api.router, with_header(request, "idempotency-key", "key")).await;
    assert_eq!(answer.status, 201);
    assert_ne!(answer.body["id"], first["id"]);
    assert_eq!(api.kept().await[0], 4);
}

#[tokio::test]
async fn a_key_belongs_to_its_user() {
    let api = Intake::start().await;
    let world = &api.world;
    let body = json!({"instruments": [5], "data": "text"});
    let first = submit(&api, "key", &body).await.body;
    let learner = "0197f0a0-0000-7000-8000-00000000000a";
    let foreign = world.user_token(&world.other_user);
    let place = format!("{}/{learner}/", world.other_organisation);
    let put = json("PUT", &format!("/lapi/v1/learner/{place}"), &foreign, &Value::Null);
    assert_eq!(call(&api.router, put).await.status, 201);
    let post = json("POST", &format!("/lapi/v1/verification/{place}"), &foreign, &body);
    let answer = call(&api.router, with_header(post, "idempotency-key", "key")).await;
    assert_eq!(answer.status, 201);
    assert_ne!(answer.body["id"], first["id"]);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let api = Intake::start().await;
    let body = json!({"instruments": [5], "data": "text"});
    let refusal = json!({"Idempotency-Key": ["Must be 1 to 255 visible ASCII characters."]});
    for key in ["", &"k".repeat(256), "é"] {
        assert_eq!(submit(&api, key, &body).await.parts(), (400, &refusal), "{key}");
    }
    assert_eq!(api.kept().await, [0; 5]);
    assert_eq!(submit(&api, &"k".repeat(255), &body).await.status, 201);
}

#[tokio::test]
async fn a_call_that_was_refused_does_not_use_up_its_key() {
    let api = Intake::start().await;
    let bad = json!({"instruments": [World::DISABLED], "data": "text"});
    assert_eq!(submit(&api, "key", &bad).await.status, 400);
    let good = json!({"instruments": [5], "data": "text"});
    assert_eq!(submit(&api, "key", &good).await.status, 201);
}

#[tokio::test]
async fn the_same_call_many_times_at_once_has_one_effect() {
    let api = Intake::start().await;
    let body = json!({"instruments": [5], "data": "text"});
    let (a, b, c, d) = tokio::join!(
        submit(&api, "key", &body),
        submit(&api, "key", &body),
        submit(&api, "key", &body),
        submit(&api, "key", &body),
    );
    let answers = [a, b, c, d].map(|answer| (answer.status.as_u16(), unsigned(answer.body)));
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(answers[0].0, 201);
    assert_eq!(api.kept().await[..4], [1, 1, 1, 1]);
}
