//! `GET /lapi/v1/results/{organisation_id}/{learner_id}/`.

use attesta_model::RequestId;
use attesta_model::verification::ResultCode;
use attesta_testing::{World, call, json as request};
use serde_json::{Value, json};

use crate::world::Intake;

#[tokio::test]
async fn a_user_sees_how_their_learners_results_lie() {
    let api = Intake::start().await;
    let path = api.learner("results");
    assert_eq!(api.get(&path).await.parts(), (200, &json!({"instruments": []})));
    for result in [0.05, 0.95, 1.0] {
        let id = api.submitted(&[World::PLAGIARISM]).await["id"].as_u64();
        let id = id.and_then(RequestId::new).expect("a number");
        api.world.answer(api.world.provider, id, result, ResultCode::Ok).await;
    }
    api.world.settle().await;
    let _ = api.world.store.meter().take();
    let bins = json!([1, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    let instrument = json!({"instrument_id": 5, "histogram": bins,
        "providers": [{"provider_id": 1, "histogram": bins}]});
    assert_eq!(api.get(&path).await.parts(), (200, &json!({"instruments": [instrument]})));
    assert_eq!(api.world.store.meter().take().len(), 2, "one round of two");
    let foreign = api.world.user_token(&api.world.other_user);
    let answer = call(&api.router, request("GET", &path, &foreign, &Value::Null)).await;
    assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
}
