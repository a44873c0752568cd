//! `PATCH /customers/organisations/{id}`.

use attesta_model::{DirectoryJob, Organisation, Status, Welcome};
use serde_json::{Value, json};

use crate::create;
use crate::world::{Organisations, code, faults};

#[tokio::test]
async fn an_owner_changes_what_is_the_owners() {
    let function = Organisations::start().await;
    let owner = function.world.user.clone();
    let first = json!({
        "name": "Field Farm",
        "location": {"what3words": "a.b.c"},
        "company": {"bio": "A farm.", "sqc": {"number": "1"}},
        "settlementContacts": [{"name": "Una", "email": "una@farm.example"}],
        "organisers": [function.world.other_organisation],
        "logo": {"url": "https://farm.example/logo.png"},
    });
    let answer = function.own(&owner, "PATCH", "", &first).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let read = function.own(&owner, "GET", "", &Value::Null).await;
    assert_eq!(read.body, answer.body);
    assert_eq!(read.body["company"]["logo"]["url"], "https://farm.example/logo.png");
    assert_eq!(function.kept().await.organisers, [function.world.other_organisation]);

    let old = json!({"website": "https://farm.example", "companyHoldingNumber": "12/345",
        "companyNumber": "01234567", "companySalesTaxId": "GB1", "inventoryType": ["barley"],
        "bio": "Old.", "company": {"bio": "New.", "assurances": [{"body": "RT"}]}, "location": null});
    let answer = function.own(&owner, "PATCH", "", &old).await;
    let company = &answer.body["company"];
    assert_eq!(
        (&company["bio"], &company["website"]),
        (&json!("New."), &json!("https://farm.example"))
    );
    assert_eq!((&company["sqc"]["number"], &company["salesTaxId"]), (&json!("1"), &json!("GB1")));
    assert_eq!(
        (&company["holdingNumber"], &answer.body["companyNumber"]),
        (&json!("12/345"), &json!("01234567"))
    );
    assert_eq!(answer.body["location"]["what3words"], "a.b.c");
    assert_eq!(function.kept().await.company.inventory_types, ["barley"]);
    let none = json!({"company": {"assurances": []}});
    let answer = function.own(&owner, "PATCH", "", &none).await;
    assert_eq!(answer.body["company"]["assurances"], json!([]));
}

#[tokio::test]
async fn nothing_said_nothing_is_written() {
    let function = Organisations::start().await;
    let before = function.kept().await;
    for body in [json!({}), json!({"name": null, "status": null, "modules": null})] {
        let answer = function.own(&function.world.user, "PATCH", "", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(function.kept().await, before);
}

#[tokio::test]
async fn what_staff_decide_is_no_owners() {
    let function = Organisations::start().await;
    let before = function.kept().await;
    for (field, value) in [
        ("status", json!("verified")),
        ("statusMessage", json!("Good.")),
        ("vetted", json!(false)),
        ("isMerchant", json!(true)),
        ("billing", json!({"amount": 0})),
        ("modules", json!([{"id": "trading"}])),
    ] {
        let body = json!({"name": "New", field: value});
        let answer = function.own(&function.world.user, "PATCH", "", &body).await;
        assert_eq!(code(&answer), (403, "forbidden"), "{field}");
        assert_eq!(function.kept().await, before, "{field}");
        let answer = function.own(&function.world.staff, "PATCH", "", &json!({field: value})).await;
        assert_eq!(answer.status, 200, "{field}: {}", answer.body);
        function.make(|_| before.clone()).await;
    }
}

#[tokio::test]
async fn nobody_else_changes_anything() {
    let function = Organisations::start().await;
    let (own, other) = (function.world.organisation, function.world.other_organisation);
    let body = json!({"name": "New"});
    let member = function.member("una", &["trading-manager"]).await;
    let stranger = function.world.other_user.clone();
    assert_eq!(code(&function.own(&stranger, "PATCH", "", &body).await), (404, "not_found"));
    function.connect(other, own, &[], &[]).await;
    for caller in [&member, &stranger, &function.world.read_only_staff] {
        assert_eq!(code(&function.own(caller, "PATCH", "", &body).await), (403, "forbidden"));
    }
}

#[tokio::test]
async fn names_move_with_the_organisation() {
    let function = Organisations::start().await;
    let (owner, staff) = (function.world.user.clone(), function.world.staff.clone());
    assert_eq!(function.call(&staff, "POST", "", &create::body()).await.status, 200);
    let rename = async |name: &str, number: &str| {
        let body = json!({"name": name, "companyNumber": number});
        function.own(&owner, "PATCH", "", &body).await
    };
    assert_eq!(code(&rename("Field farm", "1").await), (409, "name_taken"));
    assert_eq!(code(&rename("Mine", "01234567").await), (409, "company_number_taken"));
    assert_eq!(rename("Mine", "1").await.status, 200);
    assert_eq!(rename("mine", "1").await.status, 200);
    assert_eq!(rename("Ours", "2").await.status, 200);
    // What it is called no more another may be called.
    let mut again = create::body();
    again["name"] = json!("Mine");
    again["company"]["number"] = json!("1");
    again["ownerContact"] = Value::Null;
    again["contacts"] = Value::Null;
    let made = function.call(&staff, "POST", "", &again).await;
    assert_eq!(made.status, 200, "{}", made.body);
    // Deleted, it lets go of its names; to come back, it must have them again.
    let status = async |status: &str| {
        let path = format!("/{}", made.body["id"].as_str().expect("an id"));
        function.call(&staff, "PATCH", &path, &json!({"status": status})).await
    };
    assert_eq!(status("deleted").await.status, 200);
    assert_eq!(rename("Mine", "1").await.status, 200);
    assert_eq!(code(&status("active").await), (409, "name_taken"));
    assert_eq!(rename("Ours", "2").await.status, 200);
    assert_eq!(status("active").await.status, 200);
}

#[tokio::test]
async fn two_changes_at_once_are_both_kept() {
    let function = Organisations::start().await;
    let owner = function.world.user.clone();
    let change = async |body: Value| function.own(&owner, "PATCH", "", &body).await.status;
    let (one, two, three) = tokio::join!(
        change(json!({"name": "Field Farm"})),
        change(json!({"company": {"bio": "A farm."}})),
        change(json!({"website": "https://farm.example"})),
    );
    assert_eq!([one, two, three].map(|status| status.as_u16()), [200; 3]);
    let Organisation { name, company, version, .. } = function.kept().await;
    assert_eq!((name.as_str(), version), ("Field Farm", 3));
    assert_eq!(
        (company.bio.as_deref(), company.website.as_deref()),
        (Some("A farm."), Some("https://farm.example"))
    );
}

#[tokio::test]
async fn a_deleted_organisation_is_nobodys_but_staffs() {
    let function = Organisations::start().await;
    let (owner, staff) = (function.world.user.clone(), function.world.staff.clone());
    let body = json!({"status": "deleted", "statusMessage": "Left."});
    let answer = function.own(&staff, "PATCH", "", &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["statusMessage"]), (200, &json!("Left.")));
    let again = function.own(&owner, "PATCH", "", &json!({"name": "Back"})).await;
    assert_eq!(code(&again), (404, "not_found"));
    let answer = function.own(&staff, "PATCH", "", &json!({"status": "inactive"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["statusMessage"]), (200, &Value::Null));
    let unknown = function.own(&staff, "PATCH", "", &json!({"status": "gone"})).await;
    assert_eq!(faults(&unknown), ["status"]);
}

#[tokio::test]
async fn people_come_with_a_change_and_nobody_twice() {
    let function = Organisations::start().await;
    let owner = function.world.user.clone();
    let body = json!({
        "ownerContact": {"givenName": "Ada", "familyName": "Field"},
        "contacts": [{"givenName": "Una", "email": "una@farm.example"}],
    });
    for _ in 0..2 {
        let answer = function.own(&owner, "PATCH", "", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["ownerContact"]["givenName"], "Ada");
    }
    let store = &function.world.store;
    let una = store.user_by_name("una@farm.example").await.expect("read").expect("there");
    assert_eq!(una.organisation_id, Some(function.world.organisation));
    let enter = DirectoryJob::Enter { user_id: una.id, welcome: Welcome::Silent };
    assert_eq!(function.jobs().await, [enter]);
    assert_eq!(store.user(owner.user_id).await.expect("read").expect("there").name, "Ada Field");
    let other = json!({"contacts": [{"email": "two@example.com"}]});
    assert_eq!(code(&function.own(&owner, "PATCH", "", &other).await), (409, "email_taken"));
    let moved = json!({"ownerContact": {"email": "else@farm.example"}});
    assert_eq!(faults(&function.own(&owner, "PATCH", "", &moved).await), ["ownerContact.email"]);
}

#[tokio::test]
async fn staff_give_an_owner_to_who_has_none() {
    let function = Organisations::start().await;
    let (owner, staff) = (function.world.user.clone(), function.world.staff.clone());
    function.make(|one| Organisation { owner_id: None, ..one }).await;
    let body = json!({"ownerContact": {"givenName": "Ada", "email": "ada@farm.example"}});
    assert_eq!(code(&function.own(&owner, "PATCH", "", &body).await), (403, "forbidden"));
    let answer = function.own(&staff, "PATCH", "", &body).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["ownerContact"]["givenName"]),
        (200, &json!("Ada"))
    );
    let store = &function.world.store;
    let ada = store.user_by_name("ada@farm.example").await.expect("read").expect("there");
    assert_eq!((function.kept().await.owner_id, ada.status), (Some(ada.id), Status::Active));
    let ada = attesta_identity::UserCaller::new(ada.id);
    assert_eq!(function.roles(&ada).await, ["owner"]);
}
