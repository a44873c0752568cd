//! `GET /customers/organisations/{id}`.

use attesta_model::{
    Billing, BusinessUnit, BusinessUnitId, BusinessUnitKind, Company, Module, Organisation, Price,
    Relationship, SettlementContact, Status,
};
use attesta_store::Seed;
use serde_json::{Value, json};

use crate::world::{Organisations, code};

/// An organisation of which everything is known.
async fn known() -> Organisations {
    let function = Organisations::start().await;
    let price = Price { amount: "3".parse().ok(), currency: Some("GBP".to_owned()) };
    function
        .make(|organisation| Organisation {
            status_message: Some("Checked.".to_owned()),
            company: Company { number: Some("01234567".to_owned()), ..Company::default() },
            settlement_contacts: vec![SettlementContact {
                name: Some("Una".to_owned()),
                email: None,
            }],
            billing: Some(Billing { amount: "12.5".parse().ok(), ..Billing::default() }),
            modules: vec![Module { id: "trading".to_owned(), name: None, price: Some(price) }],
            ..organisation
        })
        .await;
    let unit = BusinessUnit {
        id: BusinessUnitId(function.world.store.ids().uuid().expect("random")),
        organisation_id: function.world.organisation,
        name: "North".to_owned(),
        kind: BusinessUnitKind::Farm,
        business: None,
        ordinal: 1,
        version: 1,
        created_at: function.world.store.ids().now(),
    };
    Seed(&function.world.store).business_unit(&unit).await.expect("written");
    function
}

#[tokio::test]
async fn its_people_and_staff_see_the_whole() {
    let function = known().await;
    let (own, other) = (function.world.organisation, function.world.other_organisation);
    let known = [function.world.other_user.user_id];
    function.connect(own, other, &[Relationship::Trading], &known).await;
    let member = function.member("una", &[]).await;
    let whole = function.own(&function.world.user, "GET", "", &Value::Null).await;
    assert_eq!(whole.status, 200, "{}", whole.body);
    for caller in [&member, &function.world.staff, &function.world.read_only_staff] {
        let answer = function.own(caller, "GET", "", &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &whole.body));
    }
    let body = &whole.body;
    assert_eq!(body["ownerContact"]["id"], json!(function.world.user.user_id));
    assert_eq!(body["settlementContacts"], json!([{"name": "Una", "email": null}]));
    assert_eq!(
        (&body["billing"]["amount"], &body["statusMessage"]),
        (&json!(12.5), &json!("Checked."))
    );
    assert_eq!(body["modules"][0]["price"], json!({"amount": 3.0, "currency": "GBP"}));
    assert_eq!(body["businessUnits"][0]["name"], "North");
    let connected = &body["businessConnections"][0];
    assert_eq!(connected["organisationId"], json!(other));
    assert_eq!(connected["relationship"], json!(["trading"]));
    assert_eq!(connected["ownerContact"]["email"], "two@example.com");
    assert_eq!(connected["contacts"][0]["email"], "two@example.com");
}

#[tokio::test]
async fn whoever_deals_with_it_sees_a_part() {
    let function = known().await;
    let (own, other) = (function.world.organisation, function.world.other_organisation);
    let read = async || function.own(&function.world.other_user, "GET", "", &Value::Null).await;
    assert_eq!(code(&read().await), (404, "not_found"));
    function.connect(other, own, &[], &[]).await;
    let answer = read().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = &answer.body;
    for private in
        ["billing", "settlementContacts", "statusMessage", "businessUnits", "businessConnections"]
    {
        assert_eq!(body[private], Value::Null, "{private}");
    }
    assert_eq!((&body["name"], &body["companyNumber"]), (&json!("one"), &json!("01234567")));
    assert_eq!(body["ownerContact"]["email"], "one@example.com");
    assert_eq!(body["modules"], json!([{"id": "trading", "name": null, "price": null}]));
    // Whoever organises for it sees its units, too.
    function.connect(own, other, &[Relationship::Organiser], &[]).await;
    assert_eq!(read().await.body["businessUnits"][0]["name"], "North");
    function.set_status(Status::Deleted).await;
    assert_eq!(code(&read().await), (404, "not_found"));
}

#[tokio::test]
async fn of_one_that_is_not_in_use_its_people_see_nothing() {
    let function = known().await;
    for (status, expected) in
        [(Status::Pending, 403), (Status::Inactive, 403), (Status::Deleted, 404)]
    {
        function.set_status(status).await;
        let answer = function.own(&function.world.user, "GET", "", &Value::Null).await;
        assert_eq!(answer.status, expected, "{status:?}");
        let answer = function.own(&function.world.staff, "GET", "", &Value::Null).await;
        assert_eq!(answer.status, 200, "{status:?}");
    }
}
