//! `POST /customers/organisations/import`.

use serde_json::{Value, json};

use crate::world::{Organisations, counts, said};

const KIND: (&str, &str) = ("POST", "");
const FILE: &str = "name,countryISO,companyNumber,city,ownerGivenName,ownerEmail,modules\n\
    Acme Grain,GB,01234567,Oxford,Ada,ada@acme.example,trading; logistics\n\
    Blé,FR,,Paris,,,\n";

#[tokio::test]
async fn a_file_makes_organisations_that_wait_to_be_activated() {
    let function = Organisations::start().await;
    let staff = &function.world.staff;
    let answer = function.import(staff, KIND, &[], FILE).await;
    assert_eq!(counts(&answer), [2, 0, 0], "{}", answer.body);
    let row = &answer.body["results"][0];
    assert_eq!((&row["summary"], &row["reference"]), (&json!("Acme Grain"), &json!("01234567")));
    let path = format!("/{}", row["id"].as_str().expect("an id"));
    let acme = function.call(staff, "GET", &path, &Value::Null).await.body;
    assert_eq!((&acme["status"], &acme["name"]), (&json!("pending"), &json!("Acme Grain")));
    let address = &acme["location"]["address"];
    assert_eq!((&address["city"], &address["countryISO"]), (&json!("Oxford"), &json!("GB")));
    let modules = acme["modules"].as_array().expect("a list").iter();
    assert_eq!(modules.map(|one| &one["id"]).collect::<Vec<_>>(), ["trading", "logistics"]);
    // Its owner gets into the user pool as it is activated, and not before.
    assert!(function.jobs().await.is_empty());
    assert_eq!(
        function.call(staff, "POST", &format!("{path}/activate"), &Value::Null).await.status,
        200
    );
    assert!(!function.jobs().await.is_empty() || !function.notices().await.is_empty());
}

#[tokio::test]
async fn one_that_is_there_by_any_of_its_names_stays_as_it_is() {
    let function = Organisations::start().await;
    let staff = &function.world.staff;
    let made = function.import(staff, KIND, &[], FILE).await;
    let again = function.import(staff, KIND, &[], FILE).await;
    assert_eq!(counts(&again), [2, 0, 0]);
    assert_eq!(said(&again), [["The organisation is there already."]; 2]);
    for row in [0, 1] {
        assert_eq!(again.body["results"][row]["id"], made.body["results"][row]["id"]);
    }
    let file = "name,countryISO,companyNumber,ownerEmail\n\
        Another,GB,01234567,\n\
        ACME grain,GB,,\n\
        Third,GB,7654321,ada@acme.example\n\
        Acme Grain,US,,\n";
    let answer = function.import(staff, KIND, &[], file).await;
    assert_eq!(counts(&answer), [4, 0, 0], "{}", answer.body);
    let id = |row: usize| &answer.body["results"][row]["id"];
    let first = &made.body["results"][0]["id"];
    assert_eq!([id(0), id(1), id(2)], [first; 3]);
    assert_ne!(id(3), first, "a name counts in its country");
    assert!(said(&answer)[0][0].ends_with("with another name."), "{}", answer.body);
    let third = said(&answer)[2][0];
    assert!(third.contains("name, companyNumber"), "{third}");
}

#[tokio::test]
async fn rows_of_one_file_that_are_one_organisation_make_one() {
    let function = Organisations::start().await;
    let rows = "Acme,GB,1\n".repeat(12);
    let file = format!("name,countryISO,companyNumber\n{rows}");
    let answer = function.import(&function.world.staff, KIND, &[], &file).await;
    assert_eq!(counts(&answer), [12, 0, 0], "{}", answer.body);
    let ids = answer.body["results"].as_array().expect("rows").iter().map(|row| &row["id"]);
    assert_eq!(ids.collect::<std::collections::HashSet<_>>().len(), 1);
}

#[tokio::test]
async fn what_can_not_be_is_told() {
    let function = Organisations::start().await;
    function.member("una", &[]).await;
    let file = "name,countryISO,ownerGivenName,ownerEmail,ownerPhone,regionISO\n\
        ,DE,Ada,,12,odd\n\
        Taken,GB,Una,una@example.com,,\n\
        Odd,GB,Ada,odd,,\n";
    let answer = function.import(&function.world.staff, KIND, &[], file).await;
    assert_eq!(counts(&answer), [0, 2, 1], "{}", answer.body);
    let told = said(&answer);
    for column in ["name", "countryISO", "ownerEmail", "ownerPhone", "regionISO"] {
        assert!(told[0].iter().any(|text| text.starts_with(column)), "{column}: {told:?}");
    }
    assert_eq!(told[1], ["The e-mail address belongs to another user."]);
    assert_eq!(told[2].len(), 1, "{told:?}");
}

#[tokio::test]
async fn a_row_takes_two_calls_to_the_table() {
    let function = Organisations::start().await;
    let (staff, store) = (&function.world.staff, &function.world.store);
    let file = "name,countryISO,companyNumber,ownerEmail\nAcme,GB,1,ada@acme.example\n";
    for what in ["new", "there already"] {
        let _ = store.meter().take();
        assert_eq!(counts(&function.import(staff, KIND, &[], file).await), [1, 0, 0], "{what}");
        // And one for who may.
        assert_eq!(store.meter().take().len(), 1 + 2, "{what}");
    }
}
