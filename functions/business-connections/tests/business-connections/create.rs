//! `POST /customers/business-connections`.

use attesta_model::{DirectoryJob, Status, Welcome};
use attesta_testing::{Answer, call, json as request, with_header};
use serde_json::{Value, json};

use crate::world::{BusinessConnections, PATH, contact, names, told};

fn farm() -> Value {
    json!({
        "name": "Far Farm",
        "companyNumber": "01234567",
        "relationship": "storage",
        "contacts": [contact("una@farm.example"), {"phone": "+447400123456"}],
    })
}

#[tokio::test]
async fn an_owner_gets_an_organisation_that_nobody_owns() {
    let function = BusinessConnections::start().await;
    let record = function.connect(&farm()).await;
    assert_eq!(record["id"], json!(function.world.organisation));
    let row = &record["connectedOrganisations"][0];
    for (field, expected) in [
        ("organisationName", json!("Far Farm")),
        ("relationship", json!(["storage"])),
        ("countryISO", json!("GB")),
        ("location", Value::Null),
        ("ownerContact", Value::Null),
    ] {
        assert_eq!(row[field], expected, "{field}");
    }
    let mut contacts = row["contacts"].as_array().expect("contacts").clone();
    contacts.sort_by_key(|one| one["email"].is_null());
    assert_eq!(contacts[0]["givenName"], "Una");
    assert_eq!(contacts[0]["email"], "una@farm.example");
    let phone = json!({"callingCode": "44", "number": "7400123456"});
    assert_eq!((&contacts[1]["email"], &contacts[1]["phone"]), (&Value::Null, &phone));
    let una = function.user(contacts[0]["id"].as_str().expect("an id")).await;
    assert_eq!((una.status, una.name.as_str()), (Status::Pending, "Una Umber"));
    assert_eq!(json!(una.organisation_id), row["organisationId"]);
}

#[tokio::test]
async fn the_user_pool_follows_and_nobody_is_sent_anything() {
    let function = BusinessConnections::start().await;
    function.connect(&farm()).await;
    let rows = function.world.outbox().await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let is_silent =
        |job: &DirectoryJob| matches!(job, DirectoryJob::Enter { welcome: Welcome::Silent, .. });
    assert!(row.jobs.len() == 2 && row.jobs.iter().all(is_silent), "{row:?}");
    assert!(row.messages.is_empty() && row.events.is_empty());
}

#[tokio::test]
async fn an_owner_deals_with_one_that_is_there_by_its_id() {
    let function = BusinessConnections::start().await;
    let other = function.world.other_organisation;
    let contacts = [contact("TWO@example.com"), contact("new@two.example")];
    let record = function.connect(&json!({"id": other, "contacts": contacts})).await;
    let row = &record["connectedOrganisations"][0];
    assert_eq!((&row["organisationId"], &row["organisationName"]), (&json!(other), &json!("two")));
    let ids: Vec<_> = row["contacts"].as_array().expect("contacts").iter().collect();
    assert!(ids.iter().any(|one| one["id"] == json!(function.world.other_user.user_id)));
    let new = ids.iter().find(|one| one["email"] == "new@two.example").expect("a contact");
    let new = function.user(new["id"].as_str().expect("an id")).await;
    assert_eq!((new.status, new.organisation_id), (Status::Pending, Some(other)));
    // By the user's own id, too, and nothing is made then.
    let user = json!({"id": function.world.user.user_id});
    let mine = json!({"id": function.world.organisation, "contacts": [user]});
    let answer = function.call(&function.world.other_user, "POST", PATH, &mine).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(function.world.outbox().await.len(), 1);
}

#[tokio::test]
async fn none_but_an_owner_may() {
    let function = BusinessConnections::start().await;
    function.refused("POST", PATH, &farm()).await;
    assert!(function.world.outbox().await.is_empty());
    assert_eq!(function.world.aws.items("CONNECTION").await, 0);
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_made() {
    let function = BusinessConnections::start().await;
    let una = || contact("una@farm.example");
    let many: Vec<_> = (0..21).map(|n| contact(&format!("u{n}@farm.example"))).collect();
    for (body, field) in [
        (json!({"name": "x"}), "contacts"),
        (json!({"name": "x", "contacts": null}), "contacts"),
        (json!({"name": "x", "contacts": []}), "contacts"),
        (json!({"name": "x", "contacts": many}), "contacts"),
        (json!({"name": "x", "contacts": [{"givenName": "Una"}]}), "contacts.0"),
        (json!({"name": "x", "contacts": [una(), contact("UNA@farm.example")]}), "contacts.1"),
        (json!({"name": "x", "contacts": [contact("una")]}), "contacts.0.email"),
        (json!({"name": "x", "contacts": [{"phone": "0740"}]}), "contacts.0.phone"),
        (json!({"name": "x", "contacts": [{"id": "0197f0a0"}]}), "contacts.0.id"),
        (json!({"contacts": [una()]}), "name"),
        (json!({"name": null, "id": null, "contacts": [una()]}), "name"),
        (json!({"name": " ", "contacts": [una()]}), "name"),
        (json!({"name": "x", "countryISO": "DE", "contacts": [una()]}), "countryISO"),
        (json!({"name": "x", "relationship": "friend", "contacts": [una()]}), "relationship"),
        (json!({"name": "x", "status": "active", "contacts": [una()]}), "status"),
        (json!({"id": "0197f0a0", "contacts": [una()]}), "id"),
    ] {
        let answer = function.call(&function.world.user, "POST", PATH, &body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert_eq!(answer.body["validation"][0]["field"], field, "{}", answer.body);
    }
    let own = json!({"id": function.world.organisation, "contacts": [una()]});
    let answer = function.call(&function.world.user, "POST", PATH, &own).await;
    assert_eq!(told(&answer), (400, "refused"));
    assert_eq!(function.world.aws.items("CONNECTION").await, 0);
    assert_eq!(function.world.aws.items("ORGANISATION").await, 2);
    assert!(function.world.outbox().await.is_empty());
}

#[tokio::test]
async fn conflicts_leave_nothing_behind() {
    let function = BusinessConnections::start().await;
    let (shell, _) = function.shell("Far Farm", &["una@farm.example"]).await;
    let organisations = function.world.aws.items("ORGANISATION").await;
    let users = function.world.aws.items("USER").await;
    let other = function.world.other_organisation;
    let new = || contact("new@farm.example");
    for (body, code) in [
        (json!({"name": "far  FARM", "contacts": [new()]}), "already_connected"),
        (json!({"id": shell, "contacts": [new()]}), "already_connected"),
        (
            json!({"name": "x", "contacts": [new(), contact("two@example.com")]}),
            "email_taken_elsewhere",
        ),
        (json!({"id": other, "contacts": [contact("una@farm.example")]}), "email_taken_elsewhere"),
        (json!({"name": "x", "contacts": [contact("one@example.com")]}), "email_taken_elsewhere"),
        (json!({"name": "x", "contacts": [contact("staff@example.com")]}), "email_taken_elsewhere"),
    ] {
        let answer = function.call(&function.world.user, "POST", PATH, &body).await;
        assert_eq!(told(&answer), (409, code), "{body}");
    }
    assert_eq!(function.world.aws.items("CONNECTION").await, 1);
    assert_eq!(function.world.aws.items("ORGANISATION").await, organisations);
    assert_eq!(function.world.aws.items("USER").await, users);
}

#[tokio::test]
async fn one_name_or_number_is_one_organisation_whoever_says_it() {
    let function = BusinessConnections::start().await;
    let record = function.connect(&farm()).await;
    let id = &record["connectedOrganisations"][0]["organisationId"];
    let others = &function.world.other_user;
    let body = json!({"companyNumber": " 01234567", "contacts": [contact("una@farm.example")]});
    let answer = function.call(others, "POST", PATH, &body).await;
    assert_eq!(&answer.body["connectedOrganisations"][0]["organisationId"], id, "{}", answer.body);
    let delete = format!("{PATH}/{}", id.as_str().expect("an id"));
    let gone = function.call(others, "DELETE", &delete, &Value::Null).await;
    assert_eq!(gone.status, 200);
    // The name of another country is another's, and so is that of another company.
    let named = |country: &str, number: Option<&str>| {
        json!({"name": "FAR farm", "countryISO": country, "companyNumber": number,
            "contacts": [contact(&format!("una@{country}.example"))]})
    };
    let body = json!({"name": "FAR farm", "contacts": [contact("uma@farm.example")]});
    let answer = function.call(others, "POST", PATH, &body).await;
    assert_eq!(&answer.body["connectedOrganisations"][0]["organisationId"], id, "{}", answer.body);
    let answer = function.call(others, "POST", PATH, &named("FR", None)).await;
    // Of one name, they stand in no order.
    let mut names = names(&answer.body);
    names.sort();
    assert_eq!(names, ["FAR farm", "Far Farm"]);
    let answer = function.call(others, "POST", PATH, &named("GB", Some("7654321"))).await;
    assert_eq!(told(&answer), (409, "name_taken"));
}

#[tokio::test]
async fn the_same_call_has_one_effect() {
    let function = BusinessConnections::start().await;
    let token = function.world.user_token(&function.world.user);
    let post = async |body: &Value| -> Answer {
        let keyed = with_header(request("POST", PATH, &token, body), "idempotency-key", "k");
        call(&function.router, keyed).await
    };
    let first = post(&farm()).await;
    let again = post(&farm()).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (200, 200), "{}", again.body);
    assert_eq!(first.body, again.body);
    assert_eq!(function.world.aws.items("CONNECTION").await, 1);
    let other = json!({"name": "Other", "contacts": [contact("uma@farm.example")]});
    assert_eq!(told(&post(&other).await), (409, "idempotency_key_reused"));
}

#[tokio::test]
async fn twenty_contacts_of_twenty_domains_come_at_once() {
    let function = BusinessConnections::start().await;
    let one = |n: usize| json!({"email": format!("u@f{n}.example"), "phone": format!("+4474001234{n:02}")});
    let contacts: Vec<_> = (0..20).map(one).collect();
    let record = function
        .connect(&json!({"name": "Far Farm", "companyNumber": "1", "contacts": contacts}))
        .await;
    let row = &record["connectedOrganisations"][0];
    assert_eq!(row["contacts"].as_array().map(Vec::len), Some(20));
    assert_eq!(function.world.outbox().await.len(), 1);
}

#[tokio::test]
async fn asking_without_end_is_put_off() {
    let function = BusinessConnections::start().await;
    let body = json!({"name": "x", "contacts": [contact("two@example.com")]});
    for _ in 0..30 {
        let answer = function.call(&function.world.user, "POST", PATH, &body).await;
        assert_eq!(answer.status, 409);
    }
    let answer = function.call(&function.world.user, "POST", PATH, &body).await;
    assert_eq!(told(&answer), (429, "throttled"));
    assert!(answer.header("retry-after").is_some());
}
