//! `PUT /customers/business-connections/{id}/relationships/{relationship}`.

use attesta_store::Event;
use serde_json::{Value, json};

use crate::world::{BusinessConnections, PATH, told};

/// Has the organisation's program told of what happens.
async fn set_webhook(function: &BusinessConnections) {
    let world = &function.world;
    let owner = world.store.organisation(&world.user, world.organisation).await.expect("an owner");
    let url = "https://hooks.example.com/".parse().expect("an address");
    world.store.set_webhook(&owner, url).await.expect("set");
}

async fn events(function: &BusinessConnections) -> Vec<Event> {
    function.world.outbox().await.into_iter().flat_map(|row| row.events).collect()
}

#[tokio::test]
async fn a_relationship_is_noted_and_told_once() {
    let function = BusinessConnections::start().await;
    set_webhook(&function).await;
    let (farm, _) = function.shell("Far Farm", &["una@farm.example"]).await;
    for _ in 0..2 {
        for relationship in ["organiser", "carrier"] {
            let path = format!("{PATH}/{farm}/relationships/{relationship}");
            let answer = function.call(&function.world.user, "PUT", &path, &Value::Null).await;
            assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
        }
    }
    let answer = function.call(&function.world.user, "GET", PATH, &Value::Null).await;
    let row = &answer.body["connectedOrganisations"][0];
    assert_eq!(row["relationship"], json!(["carrier", "organiser"]));
    let told = events(&function).await;
    let own = function.world.organisation;
    let mut relationships = Vec::new();
    for event in &told {
        assert_eq!(event.kind, "connection.relationship-added");
        assert_eq!(event.organisation_id, own);
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        assert_eq!(data["organisation_id"], json!(own));
        assert_eq!(data["connected_organisation_id"], farm);
        relationships.push(data["relationship"].as_str().expect("a name").to_owned());
    }
    relationships.sort();
    assert_eq!(relationships, ["carrier", "organiser"]);
}

#[tokio::test]
async fn nobody_is_told_where_nobody_wants_to_be() {
    let function = BusinessConnections::start().await;
    let (farm, _) = function.shell("Far Farm", &["una@farm.example"]).await;
    let path = format!("{PATH}/{farm}/relationships/trading");
    let answer = function.call(&function.world.user, "PUT", &path, &Value::Null).await;
    assert_eq!(answer.status, 200);
    assert!(events(&function).await.is_empty());
}

#[tokio::test]
async fn what_there_is_none_of_is_refused() {
    let function = BusinessConnections::start().await;
    let (farm, _) = function.shell("Far Farm", &["una@farm.example"]).await;
    let user = &function.world.user;
    let put = async |id: &str, relationship: &str| {
        let path = format!("{PATH}/{id}/relationships/{relationship}");
        function.call(user, "PUT", &path, &Value::Null).await
    };
    let answer = put(&farm, "friend").await;
    assert_eq!(told(&answer), (400, "invalid_request"));
    assert_eq!(answer.body["validation"][0]["field"], "relationship");
    let other = function.world.other_organisation.to_string();
    for id in [other.as_str(), "0197f0a0"] {
        assert_eq!(told(&put(id, "trading").await), (409, "not_connected"));
    }
    let path = format!("{PATH}/{farm}/relationships/trading");
    function.refused("PUT", &path, &Value::Null).await;
    let answer = function.call(&function.world.other_user, "PUT", &path, &Value::Null).await;
    assert_eq!(told(&answer), (409, "not_connected"));
}
