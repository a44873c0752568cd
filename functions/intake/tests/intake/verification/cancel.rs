//! `POST …/verification/{organisation_id}/{learner_id}/{request_id}/cancel/`.

use attesta_model::RequestId;
use attesta_model::verification::ResultCode;
use attesta_testing::{World, call, json as request};
use serde_json::{Value, json};

use crate::world::Intake;

/// The answer but for its link, which is signed anew each time.
fn unsigned(mut body: Value) -> Value {
    body["data"].take();
    body
}

#[tokio::test]
async fn a_user_cancels_a_request_that_is_open_and_may_say_so_again() {
    let api = Intake::start().await;
    let made = api.submitted(&[World::PLAGIARISM]).await;
    assert_eq!(made["cancelled"], false);
    let path = format!("{}{}/", api.verification(), made["id"]);
    let cancel = format!("{path}cancel/");
    let answer = api.call("POST", &cancel, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!((&answer.body["status"], &answer.body["cancelled"]), (&json!(4), &json!(true)));
    let result = &answer.body["instruments"][0]["results"][0];
    assert_eq!(
        (&result["status"], &result["error_message"]),
        (&json!(2), &json!("The request was cancelled."))
    );
    let again = api.call("POST", &cancel, &Value::Null).await;
    assert_eq!(again.status, 200);
    assert_eq!(unsigned(again.body), unsigned(answer.body.clone()));
    assert_eq!(unsigned(api.get(&path).await.body), unsigned(answer.body));
}

#[tokio::test]
async fn a_request_that_is_no_longer_open_or_not_ones_own_is_not_cancelled() {
    let api = Intake::start().await;
    let made = api.submitted(&[World::PLAGIARISM]).await;
    let cancel = format!("{}{}/cancel/", api.verification(), made["id"]);
    let foreign = api.world.user_token(&api.world.other_user);
    let answer = call(&api.router, request("POST", &cancel, &foreign, &Value::Null)).await;
    assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
    let id = made["id"].as_u64().and_then(RequestId::new).expect("a number");
    api.world.answer(api.world.provider, id, 0.9, ResultCode::Ok).await;
    let answer = api.call("POST", &cancel, &Value::Null).await;
    assert_eq!(answer.parts(), (400, &json!(["The request is no longer open."])));
    let nowhere = format!("{}7/cancel/", api.verification());
    assert_eq!(api.call("POST", &nowhere, &Value::Null).await.status, 404);
}
