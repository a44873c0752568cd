//! `POST /customers/business-units/import`, and what belongs to it.

use std::collections::BTreeSet;

use attesta_model::{OrganisationId, Status};
use attesta_store::Seed;
use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::assurance::{Service, asked, start};
use crate::world::BusinessUnits;

const FILE: &str = "name,type,email,postcode,holdingNumber\n\
    Long Acre,farm,farm@example.com,PO18 9JP,\n\
    South,region,,,\n";

fn counts(answer: &Answer) -> [u64; 3] {
    assert_eq!(answer.status, 200, "{}", answer.body);
    ["success", "validation", "errors"].map(|name| answer.body[name].as_u64().expect("a count"))
}

fn messages(answer: &Answer, row: usize) -> Vec<&str> {
    let messages = answer.body["results"][row]["message"].as_array();
    messages.into_iter().flatten().filter_map(Value::as_str).collect()
}

async fn units(function: &BusinessUnits) -> Value {
    let path = format!("/customers/business-units/organisations/{}", function.world.organisation);
    function.get(&function.world.user, &path).await.body["businessUnits"].take()
}

#[tokio::test]
async fn a_file_makes_units_and_the_same_again_changes_nothing() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let answer = function.import(owner, &[], FILE).await;
    assert_eq!(counts(&answer), [2, 0, 0], "{}", answer.body);
    let row = &answer.body["results"][0];
    assert_eq!((&row["rows"], &row["reference"]), (&json!("2"), &json!("Long Acre")));
    let made = units(&function).await;
    let farm = made.as_array().expect("a list").iter().find(|one| one["id"] == row["id"]);
    let farm = farm.expect("the farm");
    assert_eq!((&farm["name"], &farm["type"]), (&json!("Long Acre"), &json!("farm")));
    assert_eq!(farm["business"]["location"]["address"]["postcode"], "PO18 9JP");
    let again = function.import(owner, &[], FILE).await;
    assert_eq!(counts(&again), [2, 0, 0]);
    assert_eq!(messages(&again, 0), ["The business unit is as it was."]);
    assert_eq!(again.body["results"][0]["id"], row["id"]);
    assert_eq!(units(&function).await, made);
}

#[tokio::test]
async fn other_values_change_a_unit_and_what_is_blank_stays() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    function.import(owner, &[], FILE).await;
    let file = "NAME,Type,city,email\nLong ACRE,farm,Oxford,\nSouth,farm,,\n";
    let answer = function.import(owner, &[], file).await;
    assert_eq!(counts(&answer), [1, 0, 1], "{}", answer.body);
    assert_eq!(messages(&answer, 0), ["It was changed."]);
    let told = messages(&answer, 1);
    assert_eq!(told, ["The organisation has a unit of this name, of the type region."]);
    let units = units(&function).await;
    assert_eq!(units.as_array().map(Vec::len), Some(2));
    let farm = units.as_array().into_iter().flatten().find(|one| one["type"] == "farm");
    let farm = farm.expect("the farm");
    let (business, address) = (&farm["business"], &farm["business"]["location"]["address"]);
    assert_eq!(
        (&farm["name"], &business["email"]),
        (&json!("Long ACRE"), &json!("farm@example.com"))
    );
    assert_eq!((&address["city"], &address["postcode"]), (&json!("Oxford"), &json!("PO18 9JP")));
}

#[tokio::test]
async fn every_problem_of_a_row_is_told_and_stops_no_other() {
    let function = BusinessUnits::start().await;
    let file = "name,type,email,phone,countryISO,assuranceScheme,sqcAssured\n\
        ,barn,odd,123,DE,X,perhaps\n\
        North,region,a@example.com,,,,\n\
        Fine,stores,,,,,\n";
    let answer = function.import(&function.world.user, &[], file).await;
    assert_eq!(counts(&answer), [1, 2, 0], "{}", answer.body);
    let of: Vec<_> = messages(&answer, 0);
    for column in ["name", "type", "email", "phone", "countryISO", "assuranceScheme", "sqcAssured"]
    {
        assert!(of.iter().any(|told| told.starts_with(column)), "{column}: {of:?}");
    }
    assert!(messages(&answer, 1)[0].starts_with("business "), "{}", answer.body);
    assert_eq!(units(&function).await.as_array().map(Vec::len), Some(1));
    let lacking = function.import(&function.world.user, &[], "name\nx\n").await;
    assert_eq!(lacking.status, 400, "{}", lacking.body);
}

#[tokio::test]
async fn staff_and_owners_import_and_nobody_else() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    let member = world.colleague(&[], &[]).await;
    let (home, other) = (world.organisation.to_string(), world.other_organisation.to_string());
    let (own, foreign) =
        ([("organisationId", home.as_str())], [("organisationId", other.as_str())]);
    for (who, caller, into, status) in [
        ("staff", &world.staff, own.as_slice(), 200),
        ("staff who name none", &world.staff, &[], 400),
        ("a reader", &world.read_only_staff, &own, 403),
        ("the owner", &world.user, &own, 200),
        ("the owner, of another", &world.user, &foreign, 404),
        ("a member", &member, &own, 403),
        ("a stranger", &world.other_user, &own, 404),
    ] {
        let answer = function.import(caller, into, FILE).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.body);
    }
    world.set_organisation_status(Status::Inactive).await;
    assert_eq!(function.import(&world.user, &own, FILE).await.status, 403);
}

#[tokio::test]
async fn staff_name_an_organisation_by_its_name() {
    let function = BusinessUnits::start().await;
    let (store, staff) = (&function.world.store, &function.world.staff);
    let into = [("organisationName", "Acme Grain")];
    assert_eq!(function.import(staff, &into, FILE).await.status, 404);
    let id = OrganisationId(store.ids().uuid().expect("random"));
    let acme = attesta_model::Organisation::new(id, "ACME Grain", store.ids().now());
    Seed(store).named_organisation(&acme).await.expect("written");
    assert_eq!(counts(&function.import(staff, &into, FILE).await), [2, 0, 0]);
    let path = format!("/customers/business-units/organisations/{id}/summary");
    let made = function.get(staff, &path).await;
    assert_eq!(made.body["businessUnits"].as_array().map(Vec::len), Some(2), "{}", made.body);
}

#[tokio::test]
async fn certificates_are_looked_up_once_and_their_want_is_told() {
    let (function, service): (BusinessUnits, Service) = start().await;
    let owner = &function.world.user;
    let file = "name,type,holdingNumber\nA,farm,11/111/1111\nB,farm,11/111/1112\n";
    service.lock().expect("not poisoned").1 = 503;
    let down = function.import(owner, &[], file).await;
    assert_eq!(counts(&down), [2, 0, 0]);
    for row in [0, 1] {
        assert!(messages(&down, row)[1].starts_with("Red Tractor can't be asked"), "{}", down.body);
    }
    service.lock().expect("not poisoned").1 = 200;
    function.world.clock.advance(jiff::SignedDuration::from_mins(2));
    let up = function.import(owner, &[], file).await;
    assert_eq!(messages(&up, 0), ["It was changed."]);
    let made = units(&function).await;
    assert!(
        made.as_array().into_iter().flatten().all(|one| !one["business"]["assurance"].is_null())
    );
    let before = asked(&service).len();
    let same = function.import(owner, &[], file).await;
    assert_eq!(messages(&same, 0), ["The business unit is as it was."]);
    assert_eq!(asked(&service).len(), before);
    assert_eq!(units(&function).await, made);
}

#[tokio::test]
async fn many_units_are_counted_one_after_the_other() {
    let function = BusinessUnits::start().await;
    let rows: String = (0..60).map(|at| format!("Unit {at},stores\n")).collect();
    let answer = function.import(&function.world.user, &[], &format!("name,type\n{rows}")).await;
    assert_eq!(counts(&answer), [60, 0, 0], "{}", answer.body);
    let units = units(&function).await;
    let ids: BTreeSet<_> =
        units.as_array().into_iter().flatten().map(|one| one["id"].to_string()).collect();
    assert_eq!(ids.len(), 60);
}

#[tokio::test]
async fn a_row_takes_two_calls_to_the_table() {
    let function = BusinessUnits::start().await;
    let (owner, store) = (&function.world.user, &function.world.store);
    let home = function.world.organisation.to_string();
    let into = [("organisationId", home.as_str())];
    for (what, file, calls) in [
        ("new", "name,type\nA,farm\n", 2),
        ("the same again", "name,type\nA,farm\n", 2),
        ("others than before", "name,type,city\nA,farm,Oxford\n", 3),
    ] {
        let _ = store.meter().take();
        assert_eq!(counts(&function.import(owner, &into, file).await), [1, 0, 0], "{what}");
        // And one for who may.
        assert_eq!(store.meter().take().len(), 1 + calls, "{what}");
    }
}

#[tokio::test]
async fn there_is_a_template_and_jobs() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let path = "/customers/business-units/import";
    let template = function.get(owner, &format!("{path}/template")).await;
    assert_eq!(template.status, 200);
    let file = Some("attachment; filename=\"business-units.csv\"");
    assert_eq!(template.header("content-disposition"), file);
    let jobs = format!("{path}/jobs");
    let made = function.call(owner, "POST", &jobs, &Value::Null).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let job = format!("{jobs}/{}", made.body["id"].as_str().expect("an id"));
    assert_eq!(function.get(owner, &job).await.body["status"], "waiting");
    assert_eq!(function.get(&function.world.other_user, &job).await.status, 404);
    let start = format!("{job}/start");
    assert_eq!(function.call(owner, "POST", &start, &Value::Null).await.status, 409);
    let key = made.body["upload"]["fields"]["key"].as_str().expect("a key");
    function.world.aws.bucket.put_bytes(key, FILE);
    assert_eq!(function.call(owner, "POST", &start, &Value::Null).await.status, 200);
    let none = function.call(&function.world.staff, "POST", &jobs, &Value::Null).await;
    assert_eq!(none.status, 400, "staff name the organisation");
}
