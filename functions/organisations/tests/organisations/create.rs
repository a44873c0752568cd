//! `POST /customers/organisations`.

use attesta_model::{DirectoryJob, Status, Welcome};
use serde_json::{Value, json};

use crate::world::{Organisations, code, faults};

pub(crate) fn body() -> Value {
    json!({
        "name": "Field Farm",
        "countryISO": "GB",
        "location": {"address": {"postcode": "AB1 2CD", "countryISO": "GB"}},
        "company": {"number": "01234567", "bio": "A farm."},
        "ownerContact": {"givenName": "Ada", "familyName": "Field", "email": "ada@farm.example",
            "phone": "+44 7400 123456"},
        "contacts": [{"givenName": "Una", "email": "una@farm.example"},
            {"phone": "+447400123457"}],
        "billing": {"amount": 12.5, "currency": "GBP", "period": "month"},
        "modules": [{"id": "trading", "name": "Trading", "price": {"amount": 3, "currency": "GBP"}}],
    })
}

#[tokio::test]
async fn staff_make_an_organisation_with_all_its_people() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    let answer = function.call(&staff, "POST", "", &body()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let made = &answer.body;
    assert_eq!((&made["status"], &made["companyNumber"]), (&json!("pending"), &json!("01234567")));
    assert_eq!(made["ownerContact"]["email"], "ada@farm.example");
    assert_eq!(made["ownerContact"]["phone"], json!({"callingCode": "44", "number": "7400123456"}));
    assert_eq!(made["billing"]["amount"], 12.5);
    assert_eq!((&made["businessUnits"], &made["businessConnections"]), (&json!([]), &json!([])));
    let id = made["id"].as_str().expect("an id");
    let read = function.call(&staff, "GET", &format!("/{id}"), &Value::Null).await;
    assert_eq!(&read.body, made);

    let store = &function.world.store;
    let owner = store.user_by_name("ada@farm.example").await.expect("read").expect("there");
    assert_eq!((owner.name.as_str(), owner.status), ("Ada Field", Status::Active));
    let caller = attesta_identity::UserCaller::new(owner.id);
    let own = store.own_profile(&caller).await.expect("a profile");
    let roles = &own.person.profiles[0].roles;
    assert_eq!(roles, &["owner", "trading-viewer", "trading-manager"]);
    // Nobody may act in it yet, and the owner is not in the user pool.
    assert!(!own.access().has_any());
    let una = store.user_by_name("una@farm.example").await.expect("read").expect("there");
    let other = store.user_by_name("+447400123457").await.expect("read").expect("there");
    let silent = |user_id| DirectoryJob::Enter { user_id, welcome: Welcome::Silent };
    assert_eq!(function.jobs().await, [silent(una.id), silent(other.id)]);
    assert_eq!(function.notices().await, []);
}

#[tokio::test]
async fn names_numbers_and_addresses_are_one_organisations() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    assert_eq!(function.call(&staff, "POST", "", &body()).await.status, 200);
    let other = |changes: Value| {
        let mut other = json!({"name": "Other", "countryISO": "GB", "location": null,
            "ownerContact": null, "billing": null, "modules": []});
        let changes = changes.as_object().expect("an object").clone();
        other.as_object_mut().expect("an object").extend(changes);
        other
    };
    for (changes, word) in [
        (json!({"name": "  FIELD  farm"}), "name_taken"),
        (json!({"company": {"number": "01234567"}}), "company_number_taken"),
        (json!({"ownerContact": {"email": "Ada@Farm.example"}}), "email_taken"),
        (
            json!({"contacts": [{"email": "new@farm.example", "phone": "+447400123456"}]}),
            "phone_taken",
        ),
    ] {
        let before = function.world.outbox().await.len();
        let answer = function.call(&staff, "POST", "", &other(changes.clone())).await;
        assert_eq!(code(&answer), (409, word), "{changes}");
        assert_eq!(function.world.outbox().await.len(), before, "nothing is half-done");
    }
    let store = &function.world.store;
    assert_eq!(store.user_by_name("new@farm.example").await.expect("read"), None);
    let abroad = other(json!({"name": "Field Farm", "countryISO": "FR"}));
    assert_eq!(function.call(&staff, "POST", "", &abroad).await.status, 200);
}

#[tokio::test]
async fn the_same_call_again_makes_no_other() {
    let function = Organisations::start().await;
    let first = function.post_keyed("once", &body()).await;
    let again = function.post_keyed("once", &body()).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    let mut other = body();
    other["name"] = json!("Another");
    assert_eq!(code(&function.post_keyed("once", &other).await), (409, "idempotency_key_reused"));
}

#[tokio::test]
async fn staff_alone_who_may_change_things_make_organisations() {
    let function = Organisations::start().await;
    for caller in [&function.world.user, &function.world.read_only_staff] {
        let answer = function.call(caller, "POST", "", &body()).await;
        assert_eq!(code(&answer), (403, "forbidden"));
    }
    assert!(function.world.outbox().await.is_empty());
}

#[tokio::test]
async fn what_can_not_be_is_told_all_at_once() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    let answer = function.call(&staff, "POST", "", &json!({})).await;
    let mut missing = faults(&answer);
    missing.sort_unstable();
    missing.dedup();
    assert_eq!(missing, ["billing", "countryISO", "location", "modules", "name", "ownerContact"]);
    let many: Vec<_> = (0..21).map(|n| json!({"email": format!("{n}@farm.example")})).collect();
    for (field, value, told) in [
        ("countryISO", json!("DE"), "countryISO"),
        ("ownerContact", json!({"givenName": "Ada"}), "ownerContact.email"),
        ("ownerContact", json!({"email": "ada@farm"}), "ownerContact.email"),
        ("ownerContact", json!({"email": "a@farm.example", "id": "x"}), "ownerContact.id"),
        ("contacts", json!([{"givenName": "Una"}]), "contacts.0.email"),
        ("contacts", json!(many), "contacts"),
        ("contacts", json!([{"email": "ADA@farm.example"}]), "contacts"),
        ("organisers", json!(["x"]), "organisers"),
        ("organisers", json!(["0197f0a0-0000-7000-8000-0000000000ff"]), "organisers"),
        ("modules", json!([{"id": "trading"}, {"id": "trading"}]), "modules"),
        ("modules", Value::Null, "modules"),
        ("billing", json!({"amount": -1}), "billing.amount"),
        ("name", json!("x".repeat(201)), "name"),
        ("status", json!("active"), "status"),
    ] {
        let mut given = body();
        given[field] = value;
        let answer = function.call(&staff, "POST", "", &given).await;
        assert_eq!(faults(&answer), [told], "{given}");
    }
}

#[tokio::test]
async fn without_a_name_it_is_called_as_its_owner_is() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    let mut given = body();
    given["name"] = Value::Null;
    let answer = function.call(&staff, "POST", "", &given).await;
    assert_eq!((answer.status.as_u16(), &answer.body["name"]), (200, &json!("Ada Field")));
    given["ownerContact"] = Value::Null;
    assert_eq!(faults(&function.call(&staff, "POST", "", &given).await), ["name"]);
}
