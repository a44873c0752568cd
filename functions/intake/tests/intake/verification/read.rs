//! `GET /lapi/v1/verification/{organisation_id}/{learner_id}/{request_id}/`.

use attesta_model::RequestId;
use attesta_model::verification::ResultCode;
use attesta_testing::{World, call, json};
use serde_json::{Value, json};

use crate::world::Intake;

/// A request to instruments: its number and its path.
async fn submitted(api: &Intake, instruments: &[u64]) -> (RequestId, String) {
    let id = api.submitted(instruments).await["id"].as_u64().expect("a number");
    (RequestId::new(id).expect("in range"), format!("{}{id}/", api.verification()))
}

async fn read(api: &Intake, path: &str) -> Value {
    let answer = api.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

fn summary(instrument: &Value) -> Value {
    json!(["status", "result", "code", "level"].map(|field| &instrument[field]))
}

#[tokio::test]
async fn a_user_reads_what_they_were_answered() {
    let api = Intake::start().await;
    let mut first = api.submitted(&[World::PLAGIARISM, World::VOICE]).await;
    let path = format!("{}{}/", api.verification(), first["id"]);
    let mut body = read(&api, &path).await;
    assert!(body["data"].as_str().expect("a link").contains("X-Amz-Signature="));
    first["data"].take();
    body["data"].take();
    assert_eq!(body, first);
}

#[tokio::test]
async fn a_user_sees_what_the_results_amount_to() {
    let api = Intake::start().await;
    for (result, code, expected) in [
        (0.9, ResultCode::Ok, json!([1, 0.9, 1, 1])),
        (0.8, ResultCode::Ok, json!([1, 0.8, 1, 1])),
        (0.79, ResultCode::Ok, json!([1, 0.79, 2, 2])),
        (0.49, ResultCode::Ok, json!([1, 0.49, 3, 3])),
        (0.9, ResultCode::Alert, json!([1, 0.9, 3, 1])),
    ] {
        let (id, path) = submitted(&api, &[World::PLAGIARISM]).await;
        let row = api.world.answer(api.world.provider, id, result, code).await;
        let body = read(&api, &path).await;
        assert_eq!(body["status"], 3);
        assert_eq!(summary(&body["instruments"][0]), expected);
        assert_eq!(
            body["instruments"][0]["results"],
            json!([{
                "id": row.id,
                "provider_id": 1,
                "status": 1,
                "result": result,
                "code": code.number(),
                "error_message": null,
                "updated_at": row.updated_at,
            }])
        );
    }
}

#[tokio::test]
async fn a_user_sees_the_worse_of_two_providers_that_disagree() {
    let api = Intake::start().await;
    let (colleague, _) = api.world.add_provider(4, World::PLAGIARISM).await;
    let (id, path) = submitted(&api, &[World::PLAGIARISM]).await;
    api.world.answer(api.world.provider, id, 0.95, ResultCode::Ok).await;
    let open = read(&api, &path).await;
    assert_eq!(open["status"], 2);
    assert_eq!(summary(&open["instruments"][0]), json!([0, null, 0, 0]));
    api.world.answer(colleague, id, 0.2, ResultCode::Ok).await;
    let done = read(&api, &path).await;
    assert_eq!(done["status"], 3);
    assert_eq!(summary(&done["instruments"][0]), json!([1, 0.95, 3, 3]));
    let results = done["instruments"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
}

#[tokio::test]
async fn a_user_sees_each_instrument_for_itself() {
    let api = Intake::start().await;
    let (id, path) = submitted(&api, &[World::INTEGRITY, World::PLAGIARISM, World::VOICE]).await;
    api.world.answer(api.world.other_provider, id, 0.6, ResultCode::Ok).await;
    let body = read(&api, &path).await;
    assert_eq!(body["status"], 2);
    let summaries: Vec<_> =
        body["instruments"].as_array().expect("a list").iter().map(summary).collect();
    assert_eq!(summaries, [json!([1, 0.6, 2, 2]), json!([0, null, 0, 0]), json!([4, 0.0, 2, 0])]);
    api.world.answer(api.world.provider, id, 0.9, ResultCode::Ok).await;
    assert_eq!(read(&api, &path).await["status"], 6, "nobody implements one of them");
}

#[tokio::test]
async fn a_user_finds_no_request_of_others() {
    let api = Intake::start().await;
    let world = &api.world;
    let (id, path) = submitted(&api, &[World::PLAGIARISM]).await;
    let not_found = json!({"detail": "Not found."});
    let (organisation, learner) = (world.organisation, world.learner);
    for place in [
        format!("{}/{learner}/{id}", world.other_organisation),
        format!("{organisation}/{}/{id}", world.user.user_id),
        format!("{organisation}/{learner}/7"),
        format!("{organisation}/{learner}/x"),
        format!("{organisation}/{learner}/-1"),
        format!("{organisation}/{learner}/9007199254740992"),
        format!("x/{learner}/{id}"),
    ] {
        let answer = api.get(&format!("/lapi/v1/verification/{place}/")).await;
        assert_eq!(answer.parts(), (404, &not_found), "{place}");
    }
    let foreign = world.user_token(&world.other_user);
    let own = format!("/lapi/v1/verification/{}/{learner}/{id}/", world.other_organisation);
    for uri in [path, own] {
        let answer = call(&api.router, json("GET", &uri, &foreign, &Value::Null)).await;
        assert_eq!(answer.parts(), (404, &not_found), "{uri}");
    }
}
