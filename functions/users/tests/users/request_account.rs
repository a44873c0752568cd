//! `POST /customers/users/request-account`.

use attesta_model::{AccountKind, Notice};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Users;

const PATH: &str = "request-account";

fn body() -> Value {
    json!({
        "requestType": "tradingBuyerAccount",
        "firstName": "Una",
        "lastName": "Field",
        "businessName": "Field Farm",
        "companyNumber": "01234567",
        "emailAddress": "una@farm.example",
        "phone": "+44 7400 123456",
    })
}

#[tokio::test]
async fn a_stranger_asks_for_an_account_and_customer_service_is_told() {
    let users = Users::start().await;
    let answer = users.post(PATH, "", &body()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
    let rows = users.world.outbox().await;
    let [Notice::AccountRequested(request)] = &rows
        .iter()
        .flat_map(|row| &row.messages)
        .map(|one| one.notice.clone())
        .collect::<Vec<_>>()[..]
    else {
        panic!("one notice: {rows:?}")
    };
    assert_eq!(request.kind, AccountKind::TradingBuyerAccount);
    assert_eq!(request.email, "una@farm.example");
    assert_eq!(request.first_name.as_deref(), Some("Una"));
    assert_eq!(request.last_name.as_deref(), Some("Field"));
    assert_eq!(request.business_name.as_deref(), Some("Field Farm"));
    assert_eq!(request.company_number.as_deref(), Some("01234567"));
    assert_eq!(request.phone.as_deref(), Some("+447400123456"));
}

#[tokio::test]
async fn what_may_be_null_may_not_be_left_out() {
    let users = Users::start().await;
    let mut given = body();
    given["companyNumber"] = Value::Null;
    given["phone"] = Value::Null;
    assert_eq!(users.post(PATH, "", &given).await.status, 200);
    for field in ["companyNumber", "phone"] {
        let mut given = body();
        given.as_object_mut().expect("an object").remove(field);
        let answer = users.post(PATH, "", &given).await;
        let expected = json!([{"field": field, "message": "is required"}]);
        assert_eq!((answer.status.as_u16(), &answer.body["validation"]), (400, &expected));
    }
}

#[tokio::test]
async fn what_can_not_be_is_told_by_field_and_nobody_hears_of_it() {
    let users = Users::start().await;
    for (field, value) in [
        ("requestType", json!("admin")),
        ("emailAddress", json!("una@farm")),
        ("phone", json!("07400123456")),
        ("firstName", json!("")),
        ("firstName", Value::Null),
        ("lastName", json!("x".repeat(101))),
        ("businessName", json!(7)),
        ("role", json!("owner")),
    ] {
        let mut given = body();
        given[field] = value;
        let answer = users.post(PATH, "", &given).await;
        let told = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), told), (400, &json!(field)), "{}", answer.body);
    }
    assert!(users.world.outbox().await.is_empty());
}

#[tokio::test]
async fn one_source_may_ask_for_ten_an_hour() {
    let users = Users::start().await;
    for _ in 0..10 {
        assert_eq!(users.post(PATH, "", &body()).await.status, 200);
    }
    let answer = users.post(PATH, "", &body()).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(users.post_from("198.51.100.7", PATH, "", &body()).await.status, 200);
    users.world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(users.post(PATH, "", &body()).await.status, 200);
}
