//! `PUT /customers/organisations/{id}/advance-pay`.

use serde_json::{Value, json};

use crate::world::{Organisations, code, faults};

fn body() -> Value {
    json!({"accountName": "Field Farm", "sortCode": "12-34-56", "accountNumber": "12345678"})
}

#[tokio::test]
async fn the_owner_and_staff_say_where_it_is_paid() {
    let function = Organisations::start().await;
    for (caller, number) in
        [(&function.world.user, "12345678"), (&function.world.staff, "87654321")]
    {
        let mut body = body();
        body["accountNumber"] = json!(number);
        body["status"] = Value::Null;
        let answer = function.own(caller, "PUT", "/advance-pay", &body).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
        let kept = function.call(&function.world.user, "GET", "/me", &Value::Null).await;
        assert_eq!(kept.body["advancePay"]["accountNumber"], number);
    }
}

#[tokio::test]
async fn nobody_else_does() {
    let function = Organisations::start().await;
    let member = function.member("una", &[]).await;
    for caller in [&member, &function.world.read_only_staff] {
        let answer = function.own(caller, "PUT", "/advance-pay", &body()).await;
        assert_eq!(code(&answer), (403, "forbidden"));
    }
    let answer = function.own(&function.world.other_user, "PUT", "/advance-pay", &body()).await;
    assert_eq!(code(&answer), (404, "not_found"));
    let kept = function.call(&function.world.user, "GET", "/me", &Value::Null).await;
    assert_eq!(kept.body["advancePay"], Value::Null);
}

#[tokio::test]
async fn what_is_no_account_is_told_by_field() {
    let function = Organisations::start().await;
    for (field, value) in [
        ("sortCode", json!("123456")),
        ("sortCode", json!("12-34-5")),
        ("sortCode", json!("12-34-56-78")),
        ("sortCode", json!("1a-34-56")),
        ("accountNumber", json!("1234567")),
        ("accountNumber", json!("1234567890123456789")),
        ("accountNumber", json!("1234 5678")),
        ("accountNumber", json!("١٢٣٤٥٦٧٨")),
        ("accountName", json!("")),
        ("accountName", Value::Null),
        ("status", json!("true")),
        ("iban", json!("x")),
    ] {
        let mut body = body();
        body[field] = value;
        let answer = function.own(&function.world.user, "PUT", "/advance-pay", &body).await;
        assert_eq!(faults(&answer), [field], "{body}");
        assert!(!answer.body.to_string().contains("1234"), "an answer repeats no account");
    }
}
