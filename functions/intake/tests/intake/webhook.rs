//! `/lapi/v1/webhook/{organisation_id}/`.

use attesta_model::Profile;
use attesta_store::Seed;
use attesta_testing::{Answer, call, json};
use serde_json::{Value, json};

use crate::world::Intake;

const URL: &str = "https://hooks.example.com/attesta";

async fn put(api: &Intake, url: &str) -> Answer {
    api.call("PUT", &path(api), &json!({ "url": url })).await
}

fn path(api: &Intake) -> String {
    format!("/lapi/v1/webhook/{}/", api.world.organisation)
}

#[tokio::test]
async fn an_owner_sets_where_to_be_told_and_sees_the_secret_once() {
    let api = Intake::start().await;
    assert_eq!(api.get(&path(&api)).await.parts(), (404, &json!({"detail": "Not found."})));
    let made = put(&api, URL).await;
    assert_eq!(made.status, 201);
    assert!(made.body["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
    let now = api.world.store.ids().now();
    let expected = json!({
        "organisation_id": api.world.organisation,
        "url": URL,
        "secret": null,
        "created_at": now,
        "updated_at": now,
    });
    assert_eq!(api.get(&path(&api)).await.parts(), (200, &expected));
    let moved = put(&api, "https://hooks.example.com/elsewhere").await;
    assert_eq!((moved.status.as_u16(), &moved.body["secret"]), (200, &Value::Null));
    assert_eq!(moved.body["url"], "https://hooks.example.com/elsewhere");
}

#[tokio::test]
async fn an_owner_gets_another_secret() {
    let api = Intake::start().await;
    let rotate = format!("{}secret/", path(&api));
    assert_eq!(api.call("POST", &rotate, &Value::Null).await.status, 404);
    let first = put(&api, URL).await.body["secret"].clone();
    let second = api.call("POST", &rotate, &Value::Null).await;
    assert_eq!(second.status, 201);
    assert!(second.body["secret"].is_string() && second.body["secret"] != first);
}

#[tokio::test]
async fn an_owner_is_told_no_more() {
    let api = Intake::start().await;
    put(&api, URL).await;
    assert_eq!(api.call("DELETE", &path(&api), &Value::Null).await.status, 204);
    assert_eq!(api.get(&path(&api)).await.status, 404);
    assert_eq!(api.call("DELETE", &path(&api), &Value::Null).await.status, 404);
}

#[tokio::test]
async fn nobody_is_told_inside_a_network_or_in_the_clear() {
    let api = Intake::start().await;
    for (url, problem) in [
        (json!("http://hooks.example.com/"), "Must be an https URL."),
        (json!("https://127.0.0.1/"), "The host must be a public name, and no address."),
        (json!("https://localhost/"), "The host must be a public name, and no address."),
        (json!("https://u:p@hooks.example.com/"), "Must hold no credentials and no fragment."),
        (json!("not an address"), "Enter a valid URL."),
        (json!(7), "Not a valid string."),
        (json!(null), "This field may not be null."),
    ] {
        let answer = api.call("PUT", &path(&api), &json!({ "url": url })).await;
        assert_eq!(answer.parts(), (400, &json!({ "url": [problem] })), "{url}");
    }
    let answer = api.call("PUT", &path(&api), &json!({})).await;
    assert_eq!(answer.parts(), (400, &json!({"url": ["This field is required."]})));
}

#[tokio::test]
async fn others_of_the_organisation_may_look_and_strangers_may_not() {
    let api = Intake::start().await;
    put(&api, URL).await;
    let stranger = api.world.user_token(&api.world.other_user);
    for (method, body) in [("GET", Value::Null), ("PUT", json!({ "url": URL }))] {
        let answer = call(&api.router, json(method, &path(&api), &stranger, &body)).await;
        assert_eq!(answer.status, 404, "{method}");
        let answer = call(&api.router, json(method, &path(&api), "", &body)).await;
        assert_eq!(answer.status, 401, "{method}");
    }
    let (user_id, organisation_id) = (api.world.user.user_id, api.world.organisation);
    let member = Profile::new(user_id, organisation_id, vec!["member".to_owned()]);
    Seed(&api.world.store).profile(&member).await.expect("written");
    assert_eq!(api.get(&path(&api)).await.status, 200);
    assert_eq!(put(&api, URL).await.status, 403);
    assert_eq!(api.call("DELETE", &path(&api), &Value::Null).await.status, 403);
    let rotate = format!("{}secret/", path(&api));
    assert_eq!(api.call("POST", &rotate, &Value::Null).await.status, 403);
}
