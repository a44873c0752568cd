//! `/customers/business-connections/{id}/contacts/{userId}`.

use attesta_identity::UserCaller;
use attesta_model::{DirectoryJob, Notice, Status, User};
use attesta_store::Seed;
use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::{BusinessConnections, PATH, contact, told};

const UNA: &str = "una@farm.example";

/// A farm that the world's user deals with, and its contact.
async fn farm() -> (BusinessConnections, String, String) {
    let function = BusinessConnections::start().await;
    let (farm, contacts) = function.shell("Far Farm", &[UNA]).await;
    function.world.settle().await;
    (function, farm, contacts[0].clone())
}

async fn call(
    function: &BusinessConnections,
    caller: &UserCaller,
    method: &str,
    (of, id): (&str, &str),
) -> Answer {
    let path = format!("{PATH}/{of}/contacts/{id}");
    function.call(caller, method, &path, &Value::Null).await
}

#[tokio::test]
async fn a_contact_is_let_in_and_told_how_to_sign_in() {
    let (function, farm, una) = farm().await;
    let answer = call(&function, &function.world.user, "PUT", (&farm, &una)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let own = function.world.organisation;
    let profile = json!({"organisationId": own, "businessUnits": [], "roles": []});
    for (field, expected) in [
        ("id", json!(una)),
        ("email", json!(UNA)),
        ("type", json!("external")),
        ("external", json!(true)),
        ("status", json!("active")),
        ("organisationId", json!(farm)),
        ("organisationName", json!("Far Farm")),
        ("roles", json!([])),
        ("profiles", json!([profile])),
        ("settings", Value::Null),
        ("preferences", Value::Null),
        ("tokens", Value::Null),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    assert_eq!(function.user(&una).await.status, Status::Active);
    let rows = function.world.outbox().await;
    let notices: Vec<_> =
        rows.iter().flat_map(|row| &row.messages).map(|message| &message.notice).collect();
    let text = |text: &str| text.to_owned();
    let (name, organisation) = (text("Una Umber"), text("one"));
    assert_eq!(notices, [&Notice::ContactConnected { email: text(UNA), name, organisation }]);
    // Again, they stay as they are, and hear no more of it.
    let again = call(&function, &function.world.user, "PUT", (&farm, &una)).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &answer.body));
    assert_eq!(function.world.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_contact_may_do_nothing_before_and_little_after() {
    let (function, farm, una) = farm().await;
    let caller = UserCaller::new(una.parse().expect("an id"));
    let answer = function.call(&caller, "GET", PATH, &Value::Null).await;
    assert_eq!(told(&answer), (403, "forbidden"), "waits to be let in");
    call(&function, &function.world.user, "PUT", (&farm, &una)).await;
    for (method, path) in [
        ("GET", PATH.to_owned()),
        ("DELETE", format!("{PATH}/{farm}")),
        ("PUT", format!("{PATH}/{farm}/contacts/{una}")),
    ] {
        let answer = function.call(&caller, method, &path, &Value::Null).await;
        assert_eq!(told(&answer), (403, "forbidden"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_contact_who_may_act_at_home_keeps_what_they_have_there() {
    let function = BusinessConnections::start().await;
    let other = function.world.other_organisation.to_string();
    function.connect(&json!({"id": other, "contacts": [contact("two@example.com")]})).await;
    let two = function.world.other_user.user_id.to_string();
    let answer = call(&function, &function.world.user, "PUT", (&other, &two)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        answer.body["profiles"].as_array().map(Vec::len),
        Some(1),
        "theirs elsewhere is not shown"
    );
    let answer = function.call(&function.world.other_user, "GET", PATH, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body["id"]), (200, &json!(other)));
    let answer = call(&function, &function.world.user, "DELETE", (&other, &two)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["profiles"]), (200, &json!([])));
    let answer = function.call(&function.world.other_user, "GET", PATH, &Value::Null).await;
    assert_eq!(told(&answer), (401, "unauthenticated"), "signed out");
}

#[tokio::test]
async fn a_contact_is_out_at_once() {
    let (function, farm, una) = farm().await;
    let user = &function.world.user;
    assert_eq!(told(&call(&function, user, "DELETE", (&farm, &una)).await), (404, "not_found"));
    call(&function, user, "PUT", (&farm, &una)).await;
    function.world.settle().await;
    let answer = call(&function, user, "DELETE", (&farm, &una)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["profiles"]), (200, &json!([])));
    let after = function.user(&una).await;
    assert_eq!(after.session, 1);
    let rows = function.world.outbox().await;
    let jobs: Vec<_> = rows.into_iter().flat_map(|row| row.jobs).collect();
    assert_eq!(jobs, [DirectoryJob::SignOut { user_id: after.id }]);
    assert_eq!(told(&call(&function, user, "DELETE", (&farm, &una)).await), (404, "not_found"));
    // A contact they stay, who may be let in again.
    assert_eq!(call(&function, user, "PUT", (&farm, &una)).await.status, 200);
}

#[tokio::test]
async fn who_is_no_contact_of_that_connection_is_not_found() {
    let (function, farm, una) = farm().await;
    let other = function.world.other_organisation.to_string();
    let two = function.world.other_user.user_id.to_string();
    for method in ["PUT", "DELETE"] {
        for place in [(farm.as_str(), two.as_str()), (&other, &una), ("x", &una), (&farm, "x")] {
            let answer = call(&function, &function.world.user, method, place).await;
            assert_eq!(told(&answer), (404, "not_found"), "{method} {place:?}");
        }
        let answer = call(&function, &function.world.other_user, method, (&farm, &una)).await;
        assert_eq!(told(&answer), (404, "not_found"));
        let path = format!("{PATH}/{farm}/contacts/{una}");
        function.refused(method, &path, &Value::Null).await;
    }
    assert_eq!(function.user(&una).await.status, Status::Pending);
}

#[tokio::test]
async fn whoever_is_switched_off_stays_out() {
    let (function, farm, una) = farm().await;
    let seed = Seed(&function.world.store);
    let before = function.user(&una).await;
    for (status, expected) in
        [(Status::Inactive, (409, "user_inactive")), (Status::Deleted, (404, "not_found"))]
    {
        seed.user(&User { status, ..before.clone() }).await.expect("written");
        let answer = call(&function, &function.world.user, "PUT", (&farm, &una)).await;
        assert_eq!(told(&answer), expected);
    }
    assert!(function.world.outbox().await.is_empty());
}
