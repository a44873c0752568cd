//! Somebody signs in whom the main pool does not know.

use attesta_cognito_triggers::App;
use attesta_model::{Error, Status};
use serde_json::{Value, json};

use crate::world::{Triggers, sample};

const REFUSED: Error = Error::Unauthenticated("nobody to migrate");

/// Somebody as the marketplace pool has them.
fn una(email_verified: &str) -> Value {
    json!({
        "Username": "5f2c0f52-7a5e-4a4e-9f2e-0f5d3a1b2c3d",
        "Enabled": true,
        "UserStatus": "CONFIRMED",
        "UserAttributes": [
            {"Name": "sub", "Value": "5f2c0f52-7a5e-4a4e-9f2e-0f5d3a1b2c3d"},
            {"Name": "email", "Value": "una@example.com"},
            {"Name": "email_verified", "Value": email_verified},
            {"Name": "phone_number", "Value": "+447400123456"},
            {"Name": "phone_number_verified", "Value": "true"},
            {"Name": "given_name", "Value": "Una"},
        ],
    })
}

fn tokens() -> Value {
    json!({"AuthenticationResult": {"AccessToken": "a", "IdToken": "i", "ExpiresIn": 3600}})
}

impl Triggers {
    async fn with_una() -> Self {
        let triggers = Self::start().await;
        triggers.marketplace.set("AdminInitiateAuth", tokens());
        triggers.marketplace.set("AdminGetUser", una("true"));
        triggers
    }

    fn asked_marketplace(&self) -> Vec<String> {
        self.marketplace.take_calls().into_iter().map(|(name, _)| name).collect()
    }
}

#[tokio::test]
async fn whoever_proves_their_password_becomes_a_user_of_the_main_pool() {
    let triggers = Triggers::with_una().await;
    let answer = triggers.answer(&sample("migrate")).await.expect("answered");
    let user = triggers.world.store.user_by_name("una@example.com").await.expect("read");
    let user = user.expect("somebody");
    assert_eq!((user.status, user.phone.as_deref()), (Status::Active, Some("+447400123456")));
    let expected = json!({
        "userAttributes": {
            "username": user.id.to_string(),
            "email": "una@example.com",
            "email_verified": "true",
            "phone_number": "+447400123456",
            "phone_number_verified": "true",
            "given_name": "Una",
        },
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
        "forceAliasCreation": false,
    });
    assert_eq!(answer["response"], expected);
    let (name, input) = triggers.marketplace.take_calls().remove(0);
    assert_eq!(name, "AdminInitiateAuth");
    assert_eq!(input["AuthParameters"]["USERNAME"], "una@example.com");
    assert_eq!(input["AuthParameters"]["PASSWORD"], "Correct-1-Horse");
}

#[tokio::test]
async fn a_migration_that_broke_off_comes_to_the_same_when_tried_again() {
    let triggers = Triggers::with_una().await;
    let first = triggers.answer(&sample("migrate")).await;
    assert!(first.is_ok());
    assert_eq!(triggers.answer(&sample("migrate")).await, first);
}

#[tokio::test]
async fn what_is_no_proof_moves_nobody() {
    let triggers = Triggers::with_una().await;
    for refusal in ["NotAuthorizedException", "UserNotFoundException"] {
        triggers.marketplace.refuse("AdminInitiateAuth", refusal);
        assert_eq!(triggers.answer(&sample("migrate")).await, Err(REFUSED), "{refusal}");
    }
    for challenge in ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"] {
        let asked = json!({"ChallengeName": challenge, "Session": "s", "ChallengeParameters": {}});
        triggers.marketplace.set("AdminInitiateAuth", asked);
        assert_eq!(triggers.answer(&sample("migrate")).await, Err(REFUSED), "{challenge}");
    }
    assert!(triggers.asked_marketplace().iter().all(|name| name == "AdminInitiateAuth"));
    triggers.marketplace.set("AdminInitiateAuth", tokens());
    triggers.marketplace.set("AdminGetUser", una("false"));
    assert_eq!(triggers.answer(&sample("migrate")).await, Err(REFUSED));
    let mut weak = sample("migrate");
    weak["request"]["password"] = json!("weak");
    triggers.marketplace.set("AdminGetUser", una("true"));
    assert_eq!(triggers.answer(&weak).await, Err(REFUSED));
    assert_eq!(triggers.world.store.user_by_name("una@example.com").await, Ok(None));
}

#[tokio::test]
async fn nobody_moves_by_a_forgotten_password() {
    let triggers = Triggers::with_una().await;
    let mut event = sample("migrate");
    event["triggerSource"] = json!("UserMigration_ForgotPassword");
    event["request"]["password"] = json!(null);
    assert!(triggers.answer(&event).await.is_err());
    assert!(triggers.asked_marketplace().is_empty());
}

#[tokio::test]
async fn where_the_marketplace_pool_is_not_set_up_nobody_moves() {
    let mut triggers = Triggers::start().await;
    triggers.app = App { marketplace: None, ..triggers.app };
    assert!(matches!(triggers.answer(&sample("migrate")).await, Err(Error::Internal(_))));
}
