//! What tokens say.

use attesta_model::{Error, Status, User, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{SUBJECT, Triggers, sample};

const REFUSED: Error = Error::Unauthenticated("no tokens");

/// A response with these claims in both tokens.
fn both(claims: &Value) -> Value {
    let added = json!({"claimsToAddOrOverride": claims});
    json!({"claimsAndScopeOverrideDetails": {
        "idTokenGeneration": added, "accessTokenGeneration": added,
    }})
}

#[tokio::test]
async fn both_tokens_of_a_user_say_which_session_they_are_of() {
    let triggers = Triggers::start().await;
    let user = triggers.user_id().to_string();
    let response = triggers.ask("tokens", &user, &json!({})).await;
    assert_eq!(response, Ok(both(&json!({"session_version": "0"}))));
    triggers.world.store.end_sessions(triggers.user_id()).await.expect("ended");
    for source in ["Authentication", "NewPasswordChallenge", "RefreshTokens"] {
        let mut event = sample("tokens");
        event["userName"] = json!(user);
        event["triggerSource"] = json!(format!("TokenGeneration_{source}"));
        event["request"]["clientMetadata"] = json!(null);
        let answer = triggers.answer(&event).await.expect("answered");
        assert_eq!(answer["response"], both(&json!({"session_version": "1"})), "{source}");
    }
}

#[tokio::test]
async fn nobody_who_may_not_act_gets_tokens() {
    let triggers = Triggers::start().await;
    for nobody in ["", "una@example.com", &UserId(Uuid::nil()).to_string()] {
        let refused = triggers.ask("tokens", nobody, &json!({})).await;
        assert_eq!(refused, Err(REFUSED), "{nobody}");
    }
    let user = triggers.user().await;
    triggers.set(&User { status: Status::Inactive, ..user }).await;
    let refused = triggers.ask("tokens", &triggers.user_id().to_string(), &json!({})).await;
    assert_eq!(refused, Err(REFUSED));
}

#[tokio::test]
async fn what_the_pool_calls_a_user_is_noted_at_their_first_tokens() {
    let triggers = Triggers::start().await;
    let user = triggers.user_id().to_string();
    triggers.ask("tokens", &user, &json!({})).await.expect("claims");
    assert_eq!(triggers.user().await.subject, Some(SUBJECT));
    let _ = triggers.world.store.meter().take();
    triggers.ask("tokens", &user, &json!({})).await.expect("claims");
    let calls = triggers.world.store.meter().take();
    let operations: Vec<_> = calls.iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["BatchGetItem"]);
}
