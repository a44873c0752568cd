//! Giving customers provider instances, as a tenant and as a reseller.

use attesta_testing::{json, with_header};
use serde_json::{Value, json};

use crate::world::{DOMAIN, NOBODY, Shop, faulty, had_by, sold};

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn microsoft() -> Value {
    json!({"Domain": "TestDomain", "CredentialsEmail": "test@email.com", "AcceptedMCA": true,
        "AgreementDate": "2022-12-28T00:00:00Z", "KeepPrimaryInformation": true,
        "FirstName": "Test", "LastName": "Test", "Email": "test@email.com", "Phone": "921231231",
        "DefaultCulture": "en-US", "Language": "en", "AssociatedPartnerId": "6234552",
        "Qualifications": [], "EnableGDAP": true})
}

#[tokio::test]
async fn a_tenant_gives_a_customer_an_instance_in_the_documents_own_spelling() {
    let shop = Shop::open().await;
    let body = json!({
        "providerInstanceId": shop.instance,
        "providerCustomerData": "{\"any\": [1]}",
        "margin": {"Value": 12.50, "MarginRule": {"Name": "splitmargin"}},
        "offerTypeMargins":
            {"Value": {"license": {"Value": 10, "MarginRule": {"Name": "markup"}}}},
    });
    let answer = shop.call(&shop.csp, "POST", &had_by(&shop.customer), &body).await;
    assert_eq!(answer.parts(), (201, &json!(shop.instance)));
    let path = format!("{}/{}", had_by(&shop.customer), shop.instance);
    let had = json!({
        "providerInstanceId": shop.instance,
        "customerId": shop.customer,
        "resellerId": null,
        "margin": {"value": 12.5, "marginRule": {"name": "SplitMargin"}},
        "offerTypeMargins": {"License": {"value": 10, "marginRule": {"name": "Markup"}}},
        "createdAt": "2025-11-22T08:00:00Z",
    });
    let list = shop.get(&shop.csp, &had_by(&shop.customer)).await;
    let page = json!({"pageNumber": 1, "pageSize": 25, "items": [had], "next": null});
    assert_eq!(list.parts(), (200, &page), "without the customer's data");
    let read = shop.get(&shop.csp, &path).await;
    let whole = with(had, "providerCustomerData", json!("{\"any\": [1]}"));
    assert_eq!(read.parts(), (200, &whole));
    assert_eq!(shop.call(&shop.csp, "DELETE", &path, &Value::Null).await.status, 204);
    for (method, path) in [("GET", &path), ("DELETE", &path)] {
        let gone = shop.call(&shop.csp, method, path, &Value::Null).await;
        assert_eq!(gone.parts(), (404, &Value::Null), "{method}");
    }
    assert_eq!(shop.give(&shop.csp, &shop.customer, &json!(1)).await.status, 201, "again");
}

#[tokio::test]
async fn a_second_relation_of_the_same_seller_is_refused_and_of_another_is_not() {
    let shop = Shop::open().await;
    let named = format!("{}?resellerId={}", had_by(&shop.seen), shop.reseller_id);
    let body = sold(&shop.instance, &json!(5));
    for (token, path) in [(&shop.csp, had_by(&shop.seen)), (&shop.csp, named)] {
        assert_eq!(shop.call(token, "POST", &path, &body).await.status, 201);
        let again = shop.call(token, "POST", &path, &body).await;
        assert_eq!(faulty(&again), ["providerInstanceId"]);
    }
    let own = shop.give(&shop.reseller, &shop.seen, &json!(5)).await;
    assert_eq!(faulty(&own), ["providerInstanceId"], "the tenant gave it in its name");
    let list = shop.get(&shop.csp, &had_by(&shop.seen)).await.body;
    let sellers: Vec<_> =
        list["items"].as_array().expect("rows").iter().map(|row| &row["resellerId"]).collect();
    assert_eq!(sellers, [&Value::Null, &json!(shop.reseller_id)]);
}

#[tokio::test]
async fn of_two_who_give_the_same_at_once_one_is_refused() {
    let shop = Shop::open().await;
    for _ in 0..5 {
        let customer = shop.made(&shop.csp, "/v1/Customers", &json!({"name": "x"})).await;
        let give = async || {
            let answer = shop.give(&shop.csp, &customer, &json!(1)).await;
            (answer.status.as_u16(), answer.body["errors"][0]["propertyName"].clone())
        };
        let (one, other, third) = tokio::join!(give(), give(), give());
        let mut answers = [one, other, third];
        answers.sort_by_key(|(status, _)| *status);
        let refused = || (400, json!("providerInstanceId"));
        assert_eq!(answers, [(201, Value::Null), refused(), refused()]);
    }
}

#[tokio::test]
async fn a_reseller_sells_to_its_own_customers_alone_and_names_nobody() {
    let shop = Shop::open().await;
    let none = Value::Null;
    let foreign = shop.give(&shop.reseller, &shop.customer, &json!(5)).await;
    assert_eq!(foreign.parts(), (404, &none));
    for id in [shop.reseller_id.as_str(), NOBODY] {
        let named = format!("{}?resellerId={id}", had_by(&shop.seen));
        let body = sold(&shop.instance, &json!(5));
        let answer = shop.call(&shop.reseller, "POST", &named, &body).await;
        assert_eq!(answer.parts(), (403, &none), "{id}");
    }
    assert_eq!(shop.give(&shop.reseller, &shop.seen, &json!(5)).await.status, 201);
    assert_eq!(shop.give(&shop.csp, &shop.seen, &json!(6)).await.status, 201);
    let path = format!("{}/{}", had_by(&shop.seen), shop.instance);
    let own = shop.get(&shop.reseller, &path).await.body;
    assert_eq!(
        (&own["resellerId"], &own["margin"]["value"]),
        (&json!(shop.reseller_id), &json!(5))
    );
    let list = shop.get(&shop.reseller, &had_by(&shop.seen)).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "not the tenant's own");
    let named = format!("{path}?resellerId={}", shop.reseller_id);
    assert_eq!(shop.get(&shop.csp, &named).await.body, own);
    assert_eq!(shop.get(&shop.reseller, &named).await.status, 403);
    let list = format!("{}?resellerId={}", had_by(&shop.seen), shop.reseller_id);
    assert_eq!(shop.get(&shop.csp, &list).await.body["items"].as_array().map(Vec::len), Some(1));
    // What it sees no more it can't sell to either.
    let hide = format!("/v1/Customers/{}/Resellers/{}", shop.seen, shop.reseller_id);
    assert_eq!(shop.call(&shop.csp, "DELETE", &hide, &none).await.status, 204);
    assert_eq!(shop.get(&shop.reseller, &path).await.parts(), (404, &none));
    assert_eq!(shop.get(&shop.reseller, &had_by(&shop.seen)).await.parts(), (404, &none));
    assert_eq!(shop.get(&shop.csp, &named).await.status, 200);
}

#[tokio::test]
async fn whom_a_tenant_names_as_the_seller_sees_the_customer_from_then_on() {
    let shop = Shop::open().await;
    let named = format!("{}?resellerId={}", had_by(&shop.customer), shop.reseller_id);
    let body = sold(&shop.instance, &json!(5));
    assert_eq!(shop.call(&shop.csp, "POST", &named, &body).await.status, 201);
    let path = format!("/v1/Customers/{}", shop.customer);
    assert_eq!(shop.get(&shop.reseller, &path).await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_or_anothers_is_not_found() {
    let shop = Shop::open().await;
    let request = json("POST", "/v1/Customers", &shop.other, &json!({"name": "Theirs"}));
    let theirs = shop.at("other.example", request).await.body;
    let theirs = theirs.as_str().expect("an id");
    let body = json!({"name": "x", "providerType": "adobe"});
    let request = json("POST", "/v1/Providers/Instances", &shop.other, &body);
    let instance = shop.at("other.example", request).await.body;
    let instance = instance.as_str().expect("an id");
    for customer in [NOBODY, "nonsense", theirs] {
        let answer = shop.give(&shop.csp, customer, &json!(1)).await;
        assert_eq!(answer.parts(), (404, &Value::Null), "{customer}");
        assert_eq!(shop.get(&shop.csp, &had_by(customer)).await.status, 404, "{customer}");
    }
    for instance in [NOBODY, instance] {
        let body = sold(instance, &json!(1));
        let answer = shop.call(&shop.csp, "POST", &had_by(&shop.customer), &body).await;
        assert_eq!(answer.parts(), (404, &Value::Null), "{instance}");
    }
    let organisation = shop.world.organisation.to_string();
    for reseller in [NOBODY, &organisation] {
        let path = format!("{}?resellerId={reseller}", had_by(&shop.customer));
        let body = sold(&shop.instance, &json!(1));
        let answer = shop.call(&shop.csp, "POST", &path, &body).await;
        assert_eq!(answer.parts(), (404, &Value::Null), "{reseller}");
    }
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_by_its_property() {
    let shop = Shop::open().await;
    let good = || sold(&shop.instance, &json!(5));
    let margin = |margin: Value| with(good(), "margin", margin);
    let offers = |offers: Value| with(good(), "offerTypeMargins", offers);
    let rule = || json!({"name": "Markup"});
    let five = || json!({"value": 5, "marginRule": {"name": "Markup"}});
    for (body, faults) in [
        (json!({}), vec!["providerCustomerData", "providerInstanceId", "margin"]),
        (with(good(), "providerInstanceId", json!("x")), vec!["providerInstanceId"]),
        (with(good(), "providerCustomerData", json!(5)), vec!["providerCustomerData"]),
        (with(good(), "providerCustomerData", json!("{")), vec!["providerCustomerData"]),
        (
            with(good(), "providerCustomerData", json!("1".repeat(16_385))),
            vec!["providerCustomerData"],
        ),
        (margin(Value::Null), vec!["margin"]),
        (margin(json!(5)), vec!["margin"]),
        (margin(json!({"marginRule": {}})), vec!["margin.value", "margin.marginRule.name"]),
        (margin(json!({"value": "5", "marginRule": rule()})), vec!["margin.value"]),
        (margin(json!({"value": 5, "Value": 5, "marginRule": rule()})), vec!["margin.Value"]),
        (
            margin(json!({"Value": 5, "MarginRule": {"Name": "Discount"}})),
            vec!["margin.MarginRule.Name"],
        ),
        (margin(json!({"Value": 100, "MarginRule": {"Name": "MARGIN"}})), vec!["margin.Value"]),
        (offers(json!([])), vec!["offerTypeMargins"]),
        (offers(json!({"Licence": five()})), vec!["offerTypeMargins.Licence"]),
        (offers(json!({"License": 5})), vec!["offerTypeMargins.License"]),
        (offers(json!({"License": five(), "license": five()})), vec!["offerTypeMargins.license"]),
        (
            offers(json!({"Value": {"License": {"value": 5}}})),
            vec!["offerTypeMargins.Value.License.marginRule"],
        ),
    ] {
        let answer = shop.call(&shop.csp, "POST", &had_by(&shop.customer), &body).await;
        assert_eq!(faulty(&answer), faults, "{body}");
    }
    for good in [offers(Value::Null), offers(json!({}))] {
        let customer = shop.made(&shop.csp, "/v1/Customers", &json!({"name": "x"})).await;
        let answer = shop.call(&shop.csp, "POST", &had_by(&customer), &good).await;
        assert_eq!(answer.status, 201, "{good} {}", answer.body);
    }
}

#[tokio::test]
async fn what_microsoft_has_to_know_is_checked_field_by_field() {
    let shop = Shop::open().await;
    let body = |data: Value| with(sold(&shop.microsoft, &json!(5)), "providerCustomerData", data);
    let text = |document: Value| json!(document.to_string());
    let without = with(microsoft(), "Phone", Value::Null);
    for (data, faults) in [
        (Value::Null, vec!["providerCustomerData"]),
        (json!("[]"), vec!["providerCustomerData"]),
        (text(without), vec!["providerCustomerData.Phone"]),
        (
            text(with(with(microsoft(), "Email", json!("x")), "AcceptedMCA", json!("yes"))),
            vec!["providerCustomerData.AcceptedMCA", "providerCustomerData.Email"],
        ),
    ] {
        let body = body(data);
        let answer = shop.call(&shop.csp, "POST", &had_by(&shop.customer), &body).await;
        assert_eq!(faulty(&answer), faults, "{body}");
    }
    let body = body(text(microsoft()));
    let answer = shop.call(&shop.csp, "POST", &had_by(&shop.customer), &body).await;
    assert_eq!(answer.parts(), (201, &json!(shop.microsoft)));
}

#[tokio::test]
async fn margins_are_changed_as_far_as_they_are_given() {
    let shop = Shop::open().await;
    let mut body = sold(&shop.instance, &json!(5));
    body["offerTypeMargins"] = json!({"AzurePlan": {"value": 7, "marginRule": {"name": "Margin"}}});
    shop.made(&shop.csp, &had_by(&shop.customer), &body).await;
    let path = format!("{}/margins/{}", had_by(&shop.customer), shop.instance);
    let read = format!("{}/{}", had_by(&shop.customer), shop.instance);
    let nine = json!({"value": 9, "marginRule": {"name": "Markup"}});
    for (change, value, offers) in [
        (json!({}), 5, vec!["AzurePlan"]),
        (json!({"margin": nine}), 9, vec!["AzurePlan"]),
        (
            json!({"offerTypeMargins": {"License": nine, "AzureLegacy": nine}}),
            9,
            vec!["AzureLegacy", "License"],
        ),
        (json!({"offerTypeMargins": null}), 9, vec![]),
    ] {
        let answer = shop.call(&shop.csp, "PATCH", &path, &change).await;
        assert_eq!(answer.parts(), (204, &Value::Null), "{change}");
        let now = shop.get(&shop.csp, &read).await.body;
        assert_eq!(now["margin"]["value"], value, "{change}");
        let names = now["offerTypeMargins"].as_object().expect("margins").keys();
        assert_eq!(names.collect::<Vec<_>>(), offers, "{change}");
    }
    let answer = shop.call(&shop.csp, "PATCH", &path, &json!({"margin": null})).await;
    assert_eq!(faulty(&answer), ["margin"]);
    let elsewhere = format!("{}/margins/{}", had_by(&shop.seen), shop.instance);
    assert_eq!(shop.call(&shop.csp, "PATCH", &elsewhere, &json!({})).await.status, 404);
}

#[tokio::test]
async fn the_same_call_again_has_the_same_answer_and_another_with_its_key_is_refused() {
    let shop = Shop::open().await;
    let give = async |token: &str, customer: &str, markup: u8, key: &str| {
        let body = sold(&shop.instance, &json!(markup));
        let request = json("POST", &had_by(customer), token, &body);
        shop.at(DOMAIN, with_header(request, "idempotency-key", key)).await
    };
    for _ in 0..2 {
        let answer = give(&shop.csp, &shop.customer, 5, "k").await;
        assert_eq!(answer.parts(), (201, &json!(shop.instance)));
    }
    let other = give(&shop.csp, &shop.customer, 6, "k").await;
    assert_eq!((other.status.as_u16(), &other.body["statusCode"]), (409, &json!(409)));
    assert_eq!(give(&shop.csp, &shop.seen, 5, "k").await.status, 409, "another customer");
    assert_eq!(faulty(&give(&shop.csp, &shop.customer, 5, "l").await), ["providerInstanceId"]);
    assert_eq!(give(&shop.reseller, &shop.seen, 5, "k").await.status, 201, "another caller's key");
    let twice =
        tokio::join!(give(&shop.csp, &shop.seen, 5, "m"), give(&shop.csp, &shop.seen, 5, "m"));
    assert_eq!((twice.0.status.as_u16(), twice.1.status.as_u16()), (201, 201));
    let long = give(&shop.csp, &shop.seen, 5, &"k".repeat(256)).await;
    assert_eq!(faulty(&long), ["Idempotency-Key"]);
}
