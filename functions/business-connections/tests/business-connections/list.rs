//! `GET /customers/business-connections`.

use attesta_model::Status;
use serde_json::{Value, json};

use crate::world::{BusinessConnections, PATH, contact, names, told};

/// Deals with three farms that are named out of order, one of which stores.
async fn three() -> BusinessConnections {
    let function = BusinessConnections::start().await;
    for (name, relationship) in [("beta", "trading"), ("Alpha", "storage"), ("Gamma", "carrier")] {
        let contacts = [contact(&format!("una@{name}.example"))];
        let body = json!({"name": name, "relationship": relationship, "contacts": contacts});
        function.connect(&body).await;
    }
    function
}

async fn list(function: &BusinessConnections, query: &str) -> Value {
    let path = format!("{PATH}{query}");
    let answer = function.call(&function.world.user, "GET", &path, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn they_come_by_name_either_way() {
    let function = three().await;
    assert_eq!(names(&list(&function, "").await), ["Alpha", "beta", "Gamma"]);
    let query = "?sortBy=name&sortDesc=true";
    assert_eq!(names(&list(&function, query).await), ["Gamma", "beta", "Alpha"]);
    assert_eq!(names(&list(&function, "?tags=storage,carrier").await), ["Alpha", "Gamma"]);
    assert_eq!(names(&list(&function, "?tags=organiser").await), [""; 0]);
}

#[tokio::test]
async fn links_lead_through_the_pages() {
    let function = three().await;
    let mut path = format!("{PATH}?limit=1&tags=trading,carrier&sortDesc=true");
    let mut seen = Vec::new();
    loop {
        let answer = function.call(&function.world.user, "GET", &path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        seen.extend(names(&answer.body).into_iter().map(str::to_owned));
        let Some(link) = answer.header("link") else { break };
        let (next, _) = link.split_once('>').expect("a link");
        path = next.trim_start_matches('<').to_owned();
    }
    assert_eq!(seen, ["Gamma", "beta"]);
    assert_eq!(names(&list(&function, "?offset=9").await), [""; 0]);
}

#[tokio::test]
async fn a_query_that_can_be_none_is_refused() {
    let function = BusinessConnections::start().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("sortBy=status", "sortBy"),
        ("sortDesc=1", "sortDesc"),
        ("tags=friend", "tags"),
    ] {
        let path = format!("{PATH}?{query}");
        let answer = function.call(&function.world.user, "GET", &path, &Value::Null).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["validation"][0]["field"]),
            (400, &json!(field))
        );
    }
    let path = format!("{PATH}?offset=10001");
    let answer = function.call(&function.world.user, "GET", &path, &Value::Null).await;
    assert_eq!(told(&answer), (400, "refused"));
}

#[tokio::test]
async fn every_member_sees_their_own_organisations_and_nobody_elses() {
    let function = three().await;
    let member = function.member().await;
    let answer = function.call(&member, "GET", PATH, &Value::Null).await;
    assert_eq!(names(&answer.body), ["Alpha", "beta", "Gamma"]);
    let answer = function.call(&function.world.other_user, "GET", PATH, &Value::Null).await;
    let id = json!(function.world.other_organisation);
    assert_eq!((&answer.body["id"], names(&answer.body)), (&id, Vec::new()));
    for staff in [&function.world.staff, &function.world.read_only_staff] {
        let answer = function.call(staff, "GET", PATH, &Value::Null).await;
        assert_eq!(told(&answer), (403, "forbidden"));
    }
    function.world.set_organisation_status(Status::Inactive).await;
    let answer = function.call(&member, "GET", PATH, &Value::Null).await;
    assert_eq!(told(&answer), (403, "forbidden"));
}

#[tokio::test]
async fn who_owns_another_is_told_once_that_one_deals_with_theirs_too() {
    let function = BusinessConnections::start().await;
    let (user, other) = (&function.world.other_user, function.world.other_organisation);
    let body = json!({"id": other, "contacts": [contact("new@two.example")]});
    let record = function.connect(&body).await;
    assert_eq!(record["connectedOrganisations"][0]["ownerContact"], Value::Null);
    let contacts = [contact("new@one.example")];
    let back = json!({"id": function.world.organisation, "contacts": contacts});
    let answer = function.call(user, "POST", PATH, &back).await;
    let owner = &answer.body["connectedOrganisations"][0]["ownerContact"];
    assert_eq!(owner["email"], "one@example.com", "{}", answer.body);
    let record = list(&function, "").await;
    let owner = &record["connectedOrganisations"][0]["ownerContact"];
    assert_eq!(owner["id"], json!(user.user_id));
}
