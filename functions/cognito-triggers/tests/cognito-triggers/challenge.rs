//! How a sign-in by a secret goes on.

use attesta_model::Error;
use serde_json::{Value, json};

use crate::world::{Triggers, sample};

fn round(name: &str, result: bool) -> Value {
    json!({"challengeName": name, "challengeResult": result, "challengeMetadata": null})
}

#[tokio::test]
async fn there_is_one_question_and_one_answer_to_it() {
    let triggers = Triggers::start().await;
    let asked = json!({
        "challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false,
    });
    let is_in = json!({"issueTokens": true, "failAuthentication": false});
    let is_out = json!({"issueTokens": false, "failAuthentication": true});
    let custom = |result| round("CUSTOM_CHALLENGE", result);
    for (session, expected) in [
        (json!([]), &asked),
        (json!(null), &asked),
        (json!([custom(true)]), &is_in),
        (json!([custom(false)]), &is_out),
        (json!([custom(false), custom(true)]), &is_out),
        (json!([custom(true), custom(true)]), &is_out),
        (json!([round("SRP_A", true)]), &is_out),
        (json!([round("PASSWORD_VERIFIER", true)]), &is_out),
    ] {
        let response = triggers.ask("define", "somebody", &json!({"session": session})).await;
        assert_eq!(response.as_ref(), Ok(expected), "{session}");
    }
    for session in [json!([]), json!([custom(true)])] {
        let nobody = json!({"session": session, "userNotFound": true});
        assert_eq!(triggers.ask("define", "somebody", &nobody).await.as_ref(), Ok(&is_out));
    }
}

#[tokio::test]
async fn the_question_tells_nothing() {
    let triggers = Triggers::start().await;
    let response = triggers.ask("create", "somebody", &json!({})).await;
    let expected = json!({"publicChallengeParameters": {}, "privateChallengeParameters": {}});
    assert_eq!(response, Ok(expected));
}

#[tokio::test]
async fn an_event_goes_back_as_it_came() {
    let triggers = Triggers::start().await;
    let mut event = sample("define");
    event["something"] = json!({"new": [1]});
    let mut answer = triggers.answer(&event).await.expect("answered");
    assert_ne!(answer["response"], event["response"]);
    answer["response"] = event["response"].clone();
    assert_eq!(answer, event);
}

#[tokio::test]
async fn what_is_no_trigger_of_ours_is_refused() {
    let triggers = Triggers::start().await;
    for trigger in ["PreSignUp_SignUp", "CustomMessage_ForgotPassword", "", "UserMigration_Other"] {
        let mut event = sample("define");
        event["triggerSource"] = json!(trigger);
        let refused = triggers.answer(&event).await;
        assert!(matches!(refused, Err(Error::Internal(_))), "{trigger}");
    }
}
