//! `POST /lapi/v1/upload/{organisation_id}/{learner_id}/`.

use serde_json::{Value, json};

use crate::world::Intake;

#[tokio::test]
async fn a_user_gets_a_form_for_one_document() {
    let api = Intake::start().await;
    let answer = api.call("POST", &api.learner("upload"), &Value::Null).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let body = answer.body;
    assert_eq!(body["expires_at"], "2025-11-22T08:15:00Z");
    let id = body["upload_id"].as_str().expect("a UUID");
    let fields = &body["upload"]["fields"];
    let (organisation, learner) = (api.world.organisation, api.world.learner);
    assert_eq!(fields["key"], format!("uploads/{organisation}/{learner}/{id}"));
    assert!(body["upload"]["url"].as_str().expect("a URL").ends_with("/data/"), "{body}");
    for field in ["policy", "x-amz-signature", "x-amz-credential", "x-amz-date", "x-amz-algorithm"]
    {
        assert!(fields[field].is_string(), "{field}");
    }
    assert_eq!(api.kept().await, [0; 5]);
}

#[tokio::test]
async fn every_form_is_for_another_document() {
    let api = Intake::start().await;
    let uri = api.learner("upload");
    let first = api.call("POST", &uri, &json!({"key": "mine", "upload_id": "mine"})).await;
    let second = api.call("POST", &uri, &Value::Null).await;
    assert_ne!(first.body["upload_id"], second.body["upload_id"]);
}
