//! `POST /customers/business-connections/check`.

use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::{BusinessConnections, PATH, contact, told};

const CHECK: &str = "/customers/business-connections/check";

async fn check(function: &BusinessConnections, body: &Value) -> Answer {
    function.call(&function.world.user, "POST", CHECK, body).await
}

/// A farm that the other organisation deals with, and that the world's doesn't.
async fn strangers_farm(function: &BusinessConnections) -> Value {
    let contacts = [contact("una@farm.example"), contact("una@gmail.com")];
    let body = json!({"name": "Far Farm", "companyNumber": "01234567", "contacts": contacts});
    let answer = function.call(&function.world.other_user, "POST", PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["connectedOrganisations"][0]["organisationId"].clone()
}

#[tokio::test]
async fn what_would_come_of_it_is_told() {
    let function = BusinessConnections::start().await;
    let farm = strangers_farm(&function).await;
    let (own, two) = (function.world.organisation, function.world.other_organisation);
    let new = || contact("new@nowhere.example");
    let by = |email: &str| json!({"name": "x", "contacts": [contact(email)]});
    let farm_alone = || vec![farm.clone()];
    for (body, status, blocks, organisations) in [
        (by("new@nowhere.example"), "none", false, vec![]),
        (json!({"name": "FAR FARM", "contacts": [new()]}), "match", false, farm_alone()),
        (json!({"companyNumber": "01234567", "contacts": [new()]}), "match", false, farm_alone()),
        (json!({"id": farm, "contacts": [new()]}), "match", false, farm_alone()),
        (json!({"id": two, "contacts": [new()]}), "match", false, vec![json!(two)]),
        // By its domain, which a public host's is not.
        (by("somebody@farm.example"), "match", false, farm_alone()),
        (by("somebody@gmail.com"), "none", false, vec![]),
        // By somebody's very address: a new organisation can't have them.
        (by("una@gmail.com"), "taken", true, farm_alone()),
        (by("staff@example.com"), "taken", true, vec![]),
        (json!({"id": farm, "contacts": [contact("una@gmail.com")]}), "match", false, farm_alone()),
        (
            json!({"id": two, "contacts": [contact("una@gmail.com")]}),
            "taken",
            true,
            vec![json!(two), farm.clone()],
        ),
        (
            json!({"name": "Far Farm", "companyNumber": "2", "contacts": [new()]}),
            "taken",
            true,
            vec![],
        ),
        (json!({"id": own, "contacts": [new()]}), "own", true, vec![]),
        (by("one@example.com"), "own", true, vec![]),
    ] {
        let answer = check(&function, &body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        let found = answer.body["organisations"].as_array().expect("a list");
        let found: Vec<_> = found.iter().map(|one| one["id"].clone()).collect();
        let told = (&answer.body["status"], &answer.body["blockNewConnection"], found);
        assert_eq!(told, (&json!(status), &json!(blocks), organisations), "{body}");
    }
    let connect = json!({"id": farm, "contacts": [contact("una@farm.example")]});
    function.connect(&connect).await;
    for body in [&connect, &by("una@gmail.com")] {
        let answer = check(&function, body).await;
        let told = (&answer.body["status"], &answer.body["blockNewConnection"]);
        assert_eq!(told, (&json!("connected"), &json!(true)), "{body}");
    }
}

#[tokio::test]
async fn of_a_stranger_no_more_is_told_than_what_it_is_called() {
    let function = BusinessConnections::start().await;
    let farm = strangers_farm(&function).await;
    let body = json!({"id": farm, "contacts": [contact("new@nowhere.example")]});
    let answer = check(&function, &body).await;
    let found = answer.body["organisations"][0].as_object().expect("an object");
    let known = found.iter().filter(|(_, value)| !value.is_null());
    let known: Vec<_> = known.map(|(field, value)| (field.as_str(), value.clone())).collect();
    assert_eq!(known, [("id", farm), ("name", json!("Far Farm"))]);
}

#[tokio::test]
async fn nothing_is_made() {
    let function = BusinessConnections::start().await;
    strangers_farm(&function).await;
    let items = async || {
        let aws = &function.world.aws;
        let mut counts = Vec::new();
        for kind in ["ORGANISATION", "USER", "CONNECTION", "NAME", "PROFILE", "OUTBOX"] {
            counts.push(aws.items(kind).await);
        }
        counts
    };
    let before = items().await;
    let body = json!({"name": "New Farm", "contacts": [contact("new@nowhere.example")]});
    assert_eq!(check(&function, &body).await.status, 200);
    assert_eq!(items().await, before);
}

#[tokio::test]
async fn every_member_may_and_nobody_else() {
    let function = BusinessConnections::start().await;
    let body = json!({"name": "New Farm", "contacts": [contact("new@nowhere.example")]});
    let member = function.member().await;
    assert_eq!(function.call(&member, "POST", CHECK, &body).await.status, 200);
    let answer = function.call(&function.world.staff, "POST", CHECK, &body).await;
    assert_eq!(told(&answer), (403, "forbidden"));
}

#[tokio::test]
async fn what_can_be_none_is_refused_as_where_it_is_made() {
    let function = BusinessConnections::start().await;
    for (body, field) in [
        (json!({"contacts": [contact("a@b.example")]}), "name"),
        (json!({"name": "x", "contacts": []}), "contacts"),
        (json!({"id": "0197f0a0", "contacts": [contact("a@b.example")]}), "id"),
        (
            json!({"name": "x", "contacts": [{"id": function.world.other_user.user_id}]}),
            "contacts.0.id",
        ),
    ] {
        let answer = check(&function, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["validation"][0]["field"]),
            (400, &json!(field))
        );
    }
}

#[tokio::test]
async fn asking_without_end_is_put_off() {
    let function = BusinessConnections::start().await;
    let body = json!({"name": "x", "contacts": [contact("a@b.example")]});
    for _ in 0..30 {
        assert_eq!(check(&function, &body).await.status, 200);
    }
    let answer = check(&function, &body).await;
    assert_eq!(told(&answer), (429, "throttled"));
    assert!(answer.header("retry-after").is_some());
    // A colleague may still ask.
    let member = function.member().await;
    assert_eq!(function.call(&member, "POST", CHECK, &body).await.status, 200);
}
