//! `DELETE /customers/business-connections/{id}`.

use attesta_model::DirectoryJob;
use serde_json::{Value, json};

use crate::world::{BusinessConnections, PATH, contact, names, told};

#[tokio::test]
async fn one_direction_ends_and_the_rest_is_told() {
    let function = BusinessConnections::start().await;
    let other = function.world.other_organisation;
    function.shell("Far Farm", &["una@farm.example"]).await;
    function.connect(&json!({"id": other, "contacts": [contact("new@two.example")]})).await;
    let back = json!({"id": function.world.organisation, "contacts": [contact("new@one.example")]});
    function.call(&function.world.other_user, "POST", PATH, &back).await;
    let path = format!("{PATH}/{other}");
    let answer = function.call(&function.world.user, "DELETE", &path, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
    assert_eq!(names(&answer.body), ["Far Farm"]);
    let answer = function.call(&function.world.user, "DELETE", &path, &Value::Null).await;
    assert_eq!(told(&answer), (404, "not_found"));
    let answer = function.call(&function.world.other_user, "GET", PATH, &Value::Null).await;
    assert_eq!(names(&answer.body), ["one"]);
}

#[tokio::test]
async fn contacts_that_were_let_in_are_out_at_once() {
    let function = BusinessConnections::start().await;
    let emails = ["una@farm.example", "uma@farm.example"];
    let (farm, contacts) = function.shell("Far Farm", &emails).await;
    let path = format!("{PATH}/{farm}/contacts/{}", contacts[0]);
    let answer = function.call(&function.world.user, "PUT", &path, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    function.world.settle().await;
    let profiles = function.world.aws.items("PROFILE").await;
    let path = format!("{PATH}/{farm}");
    let answer = function.call(&function.world.user, "DELETE", &path, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(function.world.aws.items("PROFILE").await, profiles - 1);
    let (una, uma) = (function.user(&contacts[0]).await, function.user(&contacts[1]).await);
    assert_eq!((una.session, uma.session), (1, 0));
    let rows = function.world.outbox().await;
    let jobs: Vec<_> = rows.into_iter().flat_map(|row| row.jobs).collect();
    assert_eq!(jobs, [DirectoryJob::SignOut { user_id: una.id }]);
}

#[tokio::test]
async fn none_but_an_owner_may() {
    let function = BusinessConnections::start().await;
    let (farm, _) = function.shell("Far Farm", &["una@farm.example"]).await;
    let path = format!("{PATH}/{farm}");
    function.refused("DELETE", &path, &Value::Null).await;
    let answer = function.call(&function.world.other_user, "DELETE", &path, &Value::Null).await;
    assert_eq!(told(&answer), (404, "not_found"));
    assert_eq!(function.world.aws.items("CONNECTION").await, 1);
}
