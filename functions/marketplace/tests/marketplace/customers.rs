//! `/tpp/{tpp_id}/customer`, as partners.

use attesta_testing::{Answer, call, json as request, with_header};
use serde_json::{Value, json};

use crate::world::{Market, Partner, text, wrong};

impl Market {
    async fn customer(&self, partner: &Partner, listing: &str, body: &Value) -> Answer {
        self.as_partner(partner, "POST", &format!("/tpp/{listing}/customer"), body).await
    }
}

#[tokio::test]
async fn a_customer_is_made_and_changed_by_whichever_key_is_given() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let put = async |body: Value| market.customer(&partner, &listing, &body).await;
    let whole = json!({
        "id": "c-1", "user_id": "u-1", "associated_cp_user": "a-1", "email": "Ada@example.com",
        "first_name": "Ada", "dob": "1934-05-01T00:00:00+02:00", "visits": 3,
        "terms_conditions": true, "meta": {"a": {"b": []}}, "smoker": "no",
    });
    assert_eq!(put(whole.clone()).await.parts(), (200, &whole));
    let mut expected = whole;
    for (body, name, value) in [
        (json!({"id": "c-1", "visits": 4}), "visits", json!(4)),
        (json!({"user_id": "u-1", "first_name": "Eva"}), "first_name", json!("Eva")),
        (json!({"associated_cp_user": "a-1", "smoker": "yes"}), "smoker", json!("yes")),
        (json!({"email": "ada@EXAMPLE.com", "county": "x"}), "county", json!("x")),
    ] {
        let answer = put(body).await;
        expected[name] = value;
        expected["email"] = answer.body["email"].clone();
        assert_eq!(answer.parts(), (200, &expected));
    }
    let answer = put(json!({"id": "c-1", "county": null, "user_id": null})).await;
    expected.as_object_mut().expect("an object").remove("county");
    assert_eq!(answer.parts(), (200, &expected), "null takes away, but no key");
    assert_eq!(market.world.aws.items("PARTNER_CUSTOMER").await, 1);
}

#[tokio::test]
async fn a_customer_without_a_key_or_with_two_customers_keys_is_refused() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let put = async |body: Value| market.customer(&partner, &listing, &body).await;
    let needed = "one of id, user_id, associated_cp_user and email is needed";
    for body in [json!({}), json!({"first_name": "Ada"}), json!({"id": null})] {
        let answer = put(body).await;
        let detail = json!([wrong("__root__", needed, "value_error")]);
        assert_eq!(answer.parts(), (422, &json!({"detail": detail})));
    }
    put(json!({"id": "1", "email": "one@example.com"})).await;
    put(json!({"id": "2", "user_id": "u-2"})).await;
    for (body, field, other) in [
        (json!({"id": "1", "user_id": "u-2"}), "user_id", "id"),
        (json!({"user_id": "u-2", "email": "one@example.com"}), "email", "user_id"),
        // Nobody has this id, but who has the address has another.
        (json!({"id": "3", "email": "one@example.com"}), "email", "id"),
    ] {
        let answer = put(body.clone()).await;
        let text = format!("belongs to another customer than {other}");
        let detail = json!([wrong(field, &text, "value_error")]);
        assert_eq!(answer.parts(), (422, &json!({"detail": detail})), "{body}");
    }
    // A key that the customer has none of yet is taken on, another let go.
    let answer = put(json!({"user_id": "u-1", "email": "one@example.com"})).await;
    assert_eq!(answer.body, json!({"id": "1", "user_id": "u-1", "email": "one@example.com"}));
    let answer = put(json!({"id": "1", "email": "new@example.com"})).await;
    assert_eq!(answer.status, 200);
    let free = put(json!({"email": "one@example.com"})).await;
    assert_eq!(free.body, json!({"email": "one@example.com"}));
    assert_eq!(market.world.aws.items("PARTNER_CUSTOMER").await, 3);
}

#[tokio::test]
async fn every_wrong_value_is_told_in_fastapis_words() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let integer = ("value is not a valid integer", "type_error.integer");
    let datetime = ("invalid datetime format", "value_error.datetime");
    let email = ("value is not a valid email address", "value_error.email");
    let text = ("str type expected", "type_error.str");
    let bool = ("value could not be parsed to a boolean", "type_error.bool");
    let long = ("ensure this value has at most 255 characters", "value_error.any_str.max_length");
    let blank = ("ensure this value has at least 1 characters", "value_error.any_str.min_length");
    for (field, value, (msg, kind)) in [
        ("visits", json!("3"), integer),
        ("visits", json!(3.5), integer),
        ("number_of_units_per_week", json!(true), integer),
        ("dob", json!("yesterday"), datetime),
        ("last_visited", json!(0), datetime),
        ("email", json!("nobody"), email),
        ("first_name", json!(1), text),
        ("terms_conditions", json!("yes"), bool),
        ("meta", json!([]), ("value is not a valid dict", "type_error.dict")),
        ("id", json!("x".repeat(256)), long),
        ("user_id", json!(""), blank),
    ] {
        let mut body = json!({"id": "1"});
        body[field] = value;
        let answer = market.customer(&partner, &listing, &body).await;
        let detail = json!({"detail": [wrong(field, msg, kind)]});
        assert_eq!(answer.parts(), (422, &detail), "{body}");
    }
    let both = json!({"id": "1", "visits": "x", "email": "x"});
    let answer = market.customer(&partner, &listing, &both).await;
    assert_eq!(answer.body["detail"].as_array().map(Vec::len), Some(2));
    assert_eq!(market.world.aws.items("PARTNER_CUSTOMER").await, 0);
}

#[tokio::test]
async fn a_provider_that_no_deployment_has_takes_no_customers() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let body = json!({"id": "1", "first_name": "Ada"});
    assert_eq!(market.customer(&partner, &listing, &body).await.status, 200);
    assert_eq!(market.enable(&partner, &listing, false).await, 200);
    let answer = market.customer(&partner, &listing, &body).await;
    assert_eq!(answer.parts(), (404, &Value::Null));
    assert_eq!(market.enable(&partner, &listing, true).await, 200);
    let kept = market.customer(&partner, &listing, &json!({"id": "1"})).await;
    assert_eq!(kept.body, body, "who was there still is");
}

#[tokio::test]
async fn customers_are_one_partners_with_one_provider() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let other = market.partner("Other", &["shop"]).await;
    market.approve(&other, &listing).await;
    assert_eq!(market.enable(&other, &listing, true).await, 200);
    let second = market.listing("Second", json!({"Health": ["travel"]})).await;
    market.approve(&partner, &second).await;
    assert_eq!(market.enable(&partner, &second, true).await, 200);
    market.customer(&partner, &listing, &json!({"id": "1", "passport_number": "zebra"})).await;
    for (who, whose) in [(&other, &listing), (&partner, &second)] {
        let answer = market.customer(who, whose, &json!({"id": "1"})).await;
        assert_eq!(answer.parts(), (200, &json!({"id": "1"})));
    }
    assert_eq!(market.world.aws.items("PARTNER_CUSTOMER").await, 3);
}

#[tokio::test]
async fn many_who_bring_the_same_customer_at_once_make_one() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let fields = ["title", "county", "gender", "smoker", "drinker", "nationality"];
    let calls = fields.map(|field| {
        let (router, path) = (market.router.clone(), format!("/tpp/{listing}/customer"));
        let body = json!({"id": "1", "email": "a@example.com", field: "x"});
        let request = with_header(request("POST", &path, "", &body), "x-api-key", &partner.key);
        tokio::spawn(async move { call(&router, request).await })
    });
    let mut done = Vec::new();
    for (field, call) in fields.into_iter().zip(calls) {
        let answer = call.await.expect("no panic");
        assert!([200, 409].contains(&answer.status.as_u16()), "{}", answer.body);
        done.extend((answer.status == 200).then_some(field));
    }
    assert!(!done.is_empty());
    let now = market.customer(&partner, &listing, &json!({"id": "1"})).await.body;
    assert!(done.iter().all(|field| now[field] == "x"), "nobody's change is lost: {now}");
    assert_eq!(market.world.aws.items("PARTNER_CUSTOMER").await, 1);
    assert_eq!(market.world.aws.items("CUSTOMER_KEY").await, 2);
}

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let path = format!("/tpp/{listing}/customer");
    let put = async |body: &Value, key: &str| {
        let request = with_header(request("POST", &path, "", body), "x-api-key", &partner.key);
        call(&market.router, with_header(request, "idempotency-key", key)).await
    };
    let first = put(&json!({"id": "1", "county": "x"}), "k").await;
    market.customer(&partner, &listing, &json!({"id": "1", "county": "y"})).await;
    let again = put(&json!({"id": "1", "county": "x"}), "k").await;
    assert_eq!(again.parts(), (200, &first.body), "it changes nothing any more");
    let now = market.customer(&partner, &listing, &json!({"id": "1"})).await;
    assert_eq!(now.body["county"], "y");
    assert_eq!(put(&json!({"id": "2"}), "k").await.status, 409);
    let long = put(&json!({"id": "2"}), &"k".repeat(256)).await;
    assert_eq!(long.status, 422);
    assert_eq!(long.body["detail"][0]["loc"], json!(["header", "Idempotency-Key"]));
    assert!(text(&long.body["detail"][0]["type"]).starts_with("value_error"));
}
