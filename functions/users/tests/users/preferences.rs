//! `PUT /customers/users/preferences`.

use attesta_identity::UserCaller;
use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    async fn prefer(&self, by: &UserCaller, body: &Value) -> Answer {
        self.as_user("PUT", "/preferences", by, body).await
    }
}

fn wheat() -> Value {
    json!({"commodity": 7, "grades": [1, 2.5], "regions": ["gb-eng", "FR-75"]})
}

#[tokio::test]
async fn what_a_user_wants_takes_the_place_of_all_before() {
    let users = Users::start().await;
    let mia = users.member("mia", &["member"]).await;
    let anything = json!({"commodity": null, "grades": [], "regions": [], "enabled": false});
    let body = json!({"preferences": [wheat(), anything], "notificationsEnabled": true});
    let answer = users.prefer(&mia, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let seen = json!([
        {"commodity": 7.0, "grades": [1.0, 2.5], "regions": ["GB-ENG", "FR-75"]},
        {"commodity": null, "grades": [], "regions": []},
    ]);
    assert_eq!(
        (&answer.body["preferences"], &answer.body["notificationsEnabled"]),
        (&seen, &json!(true))
    );
    assert_eq!(answer.body["roles"], json!(["member"]));
    let kept = users.kept(mia.user_id).await;
    assert_eq!(kept.preferences.iter().map(|one| one.enabled).collect::<Vec<_>>(), [true, false]);
    let answer = users.prefer(&mia, &json!({"preferences": []})).await;
    assert_eq!(
        (&answer.body["preferences"], &answer.body["notificationsEnabled"]),
        (&json!([]), &json!(true))
    );
    assert!(users.kept(mia.user_id).await.preferences.is_empty());
}

#[tokio::test]
async fn a_preference_is_of_numbers_and_regions() {
    let users = Users::start().await;
    let many = |value: Value| Value::Array(vec![value; 51]);
    for (field, value, told) in [
        ("commodity", json!("7"), "preferences.0.commodity"),
        ("commodity", json!("NaN"), "preferences.0.commodity"),
        ("grades", Value::Null, "preferences.0.grades"),
        ("grades", json!(["1"]), "preferences.0.grades"),
        ("grades", many(json!(1)), "preferences.0.grades"),
        ("regions", json!(["England"]), "preferences.0.regions"),
        ("regions", many(json!("GB-ENG")), "preferences.0.regions"),
        ("enabled", json!(1), "preferences.0.enabled"),
    ] {
        let mut wish = wheat();
        wish[field] = value.clone();
        let answer = users.prefer(&users.world.user, &json!({"preferences": [wish]})).await;
        let field = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), field), (400, &json!(told)), "{value}");
    }
    for bad in [
        json!({}),
        json!({"preferences": null}),
        json!({"preferences": many(wheat())}),
        json!({"preferences": [{"grades": [], "regions": []}]}),
    ] {
        assert_eq!(users.prefer(&users.world.user, &bad).await.status, 400);
    }
    let mut more = wheat();
    more["name"] = json!("wheat");
    let more = users.prefer(&users.world.user, &json!({"preferences": [more]})).await;
    assert_eq!(more.status, 200, "{}", more.body);
    let most = json!({"preferences": vec![wheat(); 50]});
    assert_eq!(users.prefer(&users.world.user, &most).await.status, 200);
}

#[tokio::test]
async fn programs_and_readers_have_none_to_set() {
    let users = Users::start().await;
    let body = json!({"preferences": []});
    let program = users.program(&[attesta_model::Scope::CustomersWrite]).await;
    assert_eq!(users.by("PUT", "/preferences", &program, &body).await.status, 401);
    assert_eq!(users.prefer(&users.world.read_only_staff, &body).await.status, 403);
}
