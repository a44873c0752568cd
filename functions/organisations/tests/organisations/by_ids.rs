//! `GET /customers/organisations/by-ids` and `/me`.

use attesta_model::{Billing, Organisation, Profile, Status};
use attesta_store::Seed;
use serde_json::{Value, json};

use crate::world::{Organisations, code, faults};

/// An organisation that is billed and paid in advance.
async fn paid() -> Organisations {
    let function = Organisations::start().await;
    let billing = Some(Billing { amount: "12.5".parse().ok(), ..Billing::default() });
    function.make(|one| Organisation { billing, ..one }).await;
    let account = json!({"accountName": "Field Farm", "sortCode": "12-34-56",
        "accountNumber": "12345678"});
    let answer = function.own(&function.world.staff, "PUT", "/advance-pay", &account).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    function
}

fn account(sort_code: &str, number: &str) -> Value {
    json!({"accountName": "Field Farm", "sortCode": sort_code, "accountNumber": number})
}

#[tokio::test]
async fn everybody_sees_what_is_for_them() {
    let function = paid().await;
    let (own, other) = (function.world.organisation, function.world.other_organisation);
    let path = format!("/by-ids?ids={own}");
    let member = function.member("una", &[]).await;
    let full = account("12-34-56", "12345678");
    for (caller, expected) in [
        (&function.world.user, full.clone()),
        (&function.world.staff, full.clone()),
        (&function.world.read_only_staff, full),
        (&member, account("**-**-**", "****5678")),
    ] {
        let answer = function.call(caller, "GET", &path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body[0]["advancePay"], expected);
        assert_eq!(answer.body[0]["billing"]["amount"], 12.5);
        assert_eq!(answer.body[0]["ownerContact"]["email"], "one@example.com");
    }
    let answer = function.as_service(&path).await;
    assert_eq!((answer.status.as_u16(), &answer.body[0]["advancePay"]), (200, &Value::Null));
    assert_eq!(answer.body[0]["name"], "one");
    let stranger = function.world.other_user.clone();
    let answer = function.call(&stranger, "GET", &path, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!([])));
    function.connect(own, other, &[], &[]).await;
    let answer = function.call(&stranger, "GET", &path, &Value::Null).await;
    let seen = &answer.body[0];
    assert_eq!((&seen["name"], &seen["ownerContact"]["pushToken"]), (&json!("one"), &Value::Null));
    for private in ["advancePay", "billing", "settlementContacts"] {
        assert_eq!(seen[private], Value::Null, "{private}");
    }
}

/// Somebody of another organisation's who may do nothing in this one sees it in
/// part, and somebody who may do nothing at home nothing of whom it deals with.
#[tokio::test]
async fn who_may_do_nothing_sees_no_more_than_anybody_connected() {
    let function = paid().await;
    let (own, other) = (function.world.organisation, function.world.other_organisation);
    let contact = function.world.other_user.clone();
    let part = Profile { external: true, ..Profile::new(contact.user_id, own, Vec::new()) };
    Seed(&function.world.store).profile(&part).await.expect("written");
    let path = format!("/by-ids?ids={own}");
    let answer = function.call(&contact, "GET", &path, &Value::Null).await;
    let seen = &answer.body[0];
    assert_eq!((answer.status.as_u16(), &seen["name"]), (200, &json!("one")));
    assert_eq!(seen["ownerContact"]["pushToken"], Value::Null);
    for private in ["advancePay", "billing", "settlementContacts"] {
        assert_eq!(seen[private], Value::Null, "{private}");
    }
    function.connect(own, other, &[], &[]).await;
    let idle = function.member("una", &[]).await;
    let path = format!("/by-ids?ids={own},{other}");
    let answer = function.call(&idle, "GET", &path, &Value::Null).await;
    assert_eq!(answer.body.as_array().map(Vec::len), Some(2), "{}", answer.body);
    let part = Profile { external: true, ..Profile::new(idle.user_id, own, Vec::new()) };
    Seed(&function.world.store).profile(&part).await.expect("written");
    let answer = function.call(&idle, "GET", &path, &Value::Null).await;
    assert_eq!(answer.body.as_array().map(Vec::len), Some(1), "{}", answer.body);
    assert_eq!(answer.body[0]["billing"], Value::Null);
}

#[tokio::test]
async fn they_come_as_they_were_asked_for_and_each_once() {
    let function = Organisations::start().await;
    let (own, other) = (function.world.organisation, function.world.other_organisation);
    let unknown = "0197f0a0-0000-7000-8000-0000000000ff";
    let path = format!("/by-ids?ids={other},{unknown},x,{own}, {other}");
    let path = path.replace(' ', "%20");
    let answer = function.call(&function.world.staff, "GET", &path, &Value::Null).await;
    let ids: Vec<_> =
        answer.body.as_array().expect("a list").iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(other), json!(own)]);
    function.set_status(Status::Inactive).await;
    let answer = function.call(&function.world.user, "GET", &path, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!([])));
}

#[tokio::test]
async fn one_to_a_hundred_are_asked_for() {
    let function = Organisations::start().await;
    let caller = function.world.user.clone();
    let many = vec![function.id(); 101].join(",");
    for query in [String::new(), "?ids=".to_owned(), "?ids=,".to_owned(), format!("?ids={many}")] {
        let path = format!("/by-ids{query}");
        let answer = function.call(&caller, "GET", &path, &Value::Null).await;
        assert_eq!(faults(&answer), ["ids"], "{query}");
    }
    let ids: Vec<_> =
        (0..100).map(|_| function.world.store.ids().uuid().expect("random").to_string()).collect();
    let path = format!("/by-ids?ids={}", ids.join(","));
    assert_eq!(function.call(&caller, "GET", &path, &Value::Null).await.status, 200);
}

#[tokio::test]
async fn ones_own_is_at_me() {
    let function = paid().await;
    let member = function.member("una", &[]).await;
    let answer = function.call(&function.world.user, "GET", "/me", &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body["id"]), (200, &json!(function.id())));
    assert_eq!(answer.body["advancePay"], account("12-34-56", "12345678"));
    let masked = function.call(&member, "GET", "/me", &Value::Null).await;
    assert_eq!(masked.body["advancePay"], account("**-**-**", "****5678"));
    assert_eq!(masked.body["ownerContact"], answer.body["ownerContact"]);
    let other = function.call(&function.world.other_user, "GET", "/me", &Value::Null).await;
    assert_eq!((&other.body["name"], &other.body["advancePay"]), (&json!("two"), &Value::Null));
    let staff = function.call(&function.world.staff, "GET", "/me", &Value::Null).await;
    assert_eq!(code(&staff), (404, "not_found"));
}
