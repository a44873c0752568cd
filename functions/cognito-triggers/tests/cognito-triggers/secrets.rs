//! Who gets in by a secret.

use attesta_identity::Secret;
use attesta_model::{Notice, Redirects, Staff, Status, User};
use attesta_store::{ApiToken, Asked};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{SUBJECT, Triggers};

impl Triggers {
    /// A link that the world's user was sent.
    async fn link(&self) -> String {
        let phone = Some("+447700900001".to_owned());
        self.set(&User { subject: Some(SUBJECT), phone, ..self.user().await }).await;
        let places: Redirects = "https://app.example.com".parse().expect("a list");
        let place = places.allow("https://app.example.com").expect("allowed");
        let store = &self.world.store;
        store.send_link(Some(self.user_id()), &place, Asked::Seldom).await.expect("asked");
        let mut rows = self.world.outbox().await;
        let notice = rows.pop().expect("a row").messages.remove(0).notice;
        let Notice::MagicLink { link, .. } = notice else { panic!("another notice") };
        link.split_once('#').expect("a secret").1.to_owned()
    }

    /// An API token of the world's user.
    async fn api_token(&self) -> (ApiToken, Secret) {
        let (staff, store) = (&self.world.staff, &self.world.store);
        let subject = store.token_subject(staff, &self.user_id().to_string(), None).await;
        let roles = ["owner".to_owned()].into();
        let day = SignedDuration::from_hours(24);
        let subject = subject.expect("a user");
        store.create_api_token(&subject, staff.user_id, roles, day, None).await.expect("made")
    }

    async fn is_right(&self, user: &str, answer: &str, request: Value) -> bool {
        let mut request = request;
        request["challengeAnswer"] = json!(answer);
        let response = self.ask("verify", user, &request).await.expect("answered");
        assert_eq!(response.as_object().expect("an object").len(), 1);
        response["answerCorrect"].as_bool().expect("a verdict")
    }
}

fn naming(token: &ApiToken) -> Value {
    json!({"clientMetadata": {"api_token_id": token.id}})
}

#[tokio::test]
async fn a_link_gets_its_user_in_once() {
    let triggers = Triggers::start().await;
    let (link, user) = (triggers.link().await, triggers.user_id().to_string());
    assert!(triggers.is_right(&user, &link, json!({})).await);
    assert!(!triggers.is_right(&user, &link, json!({})).await);
}

#[tokio::test]
async fn a_link_gets_nobody_else_in() {
    let triggers = Triggers::start().await;
    let (link, user) = (triggers.link().await, triggers.user_id().to_string());
    let other = triggers.world.other_user.user_id.to_string();
    let staff = triggers.world.staff.user_id.to_string();
    for nobody in [&other, &staff, "una@example.com", ""] {
        assert!(!triggers.is_right(nobody, &link, json!({})).await, "{nobody}");
    }
    let another = json!({"userAttributes": {"sub": Uuid::nil()}});
    assert!(!triggers.is_right(&user, &link, another).await);
    assert!(!triggers.is_right(&user, &link, json!({"userAttributes": {}})).await);
    assert!(!triggers.is_right(&user, &link, json!({"userAttributes": null})).await);
    assert!(!triggers.is_right(&user, &link, json!({"userNotFound": true})).await);
    assert!(triggers.is_right(&user, &link, json!({})).await);
}

#[tokio::test]
async fn whoever_became_staff_or_inactive_gets_in_by_no_secret() {
    let triggers = Triggers::start().await;
    let (link, user) = (triggers.link().await, triggers.user_id().to_string());
    let (token, secret) = triggers.api_token().await;
    let before = triggers.user().await;
    for changed in [
        User { staff: Some(Staff::ReadOnly), ..before.clone() },
        User { status: Status::Inactive, ..before.clone() },
    ] {
        triggers.set(&changed).await;
        assert!(!triggers.is_right(&user, &link, json!({})).await);
        assert!(!triggers.is_right(&user, secret.expose(), naming(&token)).await);
    }
    triggers.set(&before).await;
    assert!(triggers.is_right(&user, &link, json!({})).await);
    assert!(triggers.is_right(&user, secret.expose(), naming(&token)).await);
}

#[tokio::test]
async fn an_api_token_gets_its_user_in_where_our_server_names_it() {
    let triggers = Triggers::start().await;
    let user = triggers.user_id().to_string();
    let (token, secret) = triggers.api_token().await;
    let (other, _) = triggers.api_token().await;
    for _ in 0..2 {
        assert!(triggers.is_right(&user, secret.expose(), naming(&token)).await);
    }
    assert!(!triggers.is_right(&user, secret.expose(), json!({})).await);
    assert!(!triggers.is_right(&user, secret.expose(), naming(&other)).await);
    let foreign = triggers.world.other_user.user_id.to_string();
    assert!(!triggers.is_right(&foreign, secret.expose(), naming(&token)).await);
}

#[tokio::test]
async fn an_api_token_that_counts_no_more_gets_nobody_in() {
    let triggers = Triggers::start().await;
    let user = triggers.user_id().to_string();
    let (taken_back, secret) = triggers.api_token().await;
    let (staff, id) = (&triggers.world.staff, taken_back.id.to_string());
    let managed = triggers.world.store.managed_api_token(staff, &id).await.expect("there");
    triggers.world.store.revoke_api_token(&managed).await.expect("revoked");
    assert!(!triggers.is_right(&user, secret.expose(), naming(&taken_back)).await);
    assert!(triggers.ask("tokens", &user, &naming(&taken_back)).await.is_err());
    let (run_out, secret) = triggers.api_token().await;
    triggers.world.clock.advance(SignedDuration::from_hours(24));
    assert!(!triggers.is_right(&user, secret.expose(), naming(&run_out)).await);
    assert!(triggers.ask("tokens", &user, &naming(&run_out)).await.is_err());
}

#[tokio::test]
async fn tokens_that_come_from_an_api_token_say_so_and_with_which_roles() {
    let triggers = Triggers::start().await;
    let user = triggers.user_id().to_string();
    let (token, _) = triggers.api_token().await;
    let response = triggers.ask("tokens", &user, &naming(&token)).await.expect("claims");
    let details = &response["claimsAndScopeOverrideDetails"];
    let expected = json!({
        "session_version": "0", "api_token_id": token.id.to_string(), "roles": "owner",
    });
    for part in ["idTokenGeneration", "accessTokenGeneration"] {
        assert_eq!(details[part]["claimsToAddOrOverride"], expected, "{part}");
    }
    let foreign = triggers.world.other_user.user_id.to_string();
    assert!(triggers.ask("tokens", &foreign, &naming(&token)).await.is_err());
}

#[tokio::test]
async fn nonsense_is_refused_without_a_look_at_the_table() {
    let triggers = Triggers::start().await;
    let user = triggers.user_id().to_string();
    let _ = triggers.world.store.meter().take();
    for nonsense in ["", "true", "atl_", "att_nonsense", "123456"] {
        assert!(!triggers.is_right(&user, nonsense, json!({})).await, "{nonsense}");
    }
    assert!(triggers.world.store.meter().take().is_empty());
}
