//! `PUT /lapi/v1/learner/{organisation_id}/{learner_id}/`.

use attesta_model::Profile;
use attesta_store::Seed;
use attesta_testing::{call, json};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Intake;

const LEARNER: &str = "0197f0a0-0000-7000-8000-00000000000a";

async fn put(api: &Intake, token: &str, organisation: &str, learner: &str) -> (u16, Value) {
    let uri = format!("/lapi/v1/learner/{organisation}/{learner}/");
    let answer = call(&api.router, json("PUT", &uri, token, &Value::Null)).await;
    (answer.status.as_u16(), answer.body)
}

#[tokio::test]
async fn a_user_brings_a_learner_once() {
    let api = Intake::start().await;
    let organisation = api.world.organisation.to_string();
    let expected = json!({
        "learner_id": LEARNER,
        "organisation_id": organisation,
        "created_at": api.world.store.ids().now(),
    });
    assert_eq!(put(&api, &api.token, &organisation, LEARNER).await, (201, expected.clone()));
    api.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(put(&api, &api.token, &organisation, LEARNER).await, (200, expected.clone()));
    let upper = LEARNER.to_uppercase();
    assert_eq!(put(&api, &api.token, &organisation, &upper).await, (200, expected));
}

#[tokio::test]
async fn a_user_can_not_take_another_organisations_learner() {
    let api = Intake::start().await;
    let not_found = (404, json!({"detail": "Not found."}));
    let foreign = api.world.user_token(&api.world.other_user);
    let own = api.world.other_organisation.to_string();
    let learner = api.world.learner.to_string();
    assert_eq!(put(&api, &foreign, &own, &learner).await, not_found);
    let organisation = api.world.organisation.to_string();
    assert_eq!(put(&api, &api.token, &organisation, &learner).await.0, 200);
}

#[tokio::test]
async fn a_user_brings_learners_to_their_own_organisation_alone() {
    let api = Intake::start().await;
    let not_found = (404, json!({"detail": "Not found."}));
    let foreign = api.world.other_organisation.to_string();
    let own = api.world.organisation.to_string();
    for organisation in [foreign.as_str(), LEARNER, "x", "%FF"] {
        assert_eq!(put(&api, &api.token, organisation, LEARNER).await, not_found, "{organisation}");
    }
    let simple = LEARNER.replace('-', "");
    for learner in ["x", &simple, "{0197f0a0-0000-7000-8000-00000000000a}"] {
        let learner = learner.replace('{', "%7B").replace('}', "%7D");
        assert_eq!(put(&api, &api.token, &own, &learner).await, not_found, "{learner}");
    }
    assert_eq!(api.world.aws.items("LEARNER").await, 1, "the world's own");
}

#[tokio::test]
async fn an_owner_has_a_learner_erased_and_sees_how_it_stands() {
    let api = Intake::start().await;
    let path = api.learner("learner");
    let found = api.get(&path).await;
    assert_eq!((found.status.as_u16(), found.body.get("erasing_at")), (200, None));
    let answer = api.call("DELETE", &path, &Value::Null).await;
    let expected = json!({
        "learner_id": api.world.learner,
        "organisation_id": api.world.organisation,
        "created_at": found.body["created_at"],
        "erasing_at": api.world.store.ids().now(),
    });
    assert_eq!(answer.parts(), (202, &expected));
    assert_eq!(api.get(&path).await.parts(), (200, &expected));
    assert_eq!(api.call("DELETE", &path, &Value::Null).await.parts(), (202, &expected));
    let refused = api.submit(&json!({"instruments": [5], "data": "text"})).await;
    assert_eq!(refused.parts(), (404, &json!({"detail": "Not found."})));
    assert_eq!(api.call("POST", &api.learner("upload"), &Value::Null).await.status, 404);
    let refused = api.call("PUT", &path, &Value::Null).await;
    assert_eq!(refused.parts(), (409, &json!({"detail": "The learner is being erased."})));
}

#[tokio::test]
async fn only_an_owner_erases() {
    let api = Intake::start().await;
    let (user_id, organisation_id) = (api.world.user.user_id, api.world.organisation);
    let stranger = api.world.user_token(&api.world.other_user);
    let path = api.learner("learner");
    for (method, token, status) in
        [("GET", &stranger, 404), ("DELETE", &stranger, 404), ("DELETE", &String::new(), 401)]
    {
        let answer = call(&api.router, json(method, &path, token, &Value::Null)).await;
        assert_eq!(answer.status, status, "{method}");
    }
    let member = Profile::new(user_id, organisation_id, vec!["member".to_owned()]);
    Seed(&api.world.store).profile(&member).await.expect("written");
    assert_eq!(api.call("DELETE", &path, &Value::Null).await.status, 403);
    assert_eq!(api.get(&path).await.status, 200);
}
