//! What holds whatever is asked.

use attesta_testing::{call, raw, with_header};
use serde_json::{Value, json};

use crate::world::Market;

#[tokio::test]
async fn a_body_that_is_no_json_is_told_by_its_place() {
    let market = Market::start().await;
    let (partner, _) = market.shop().await;
    for (body, position, msg) in [
        ("{\"a\": }", 6, "Expecting value: line 1 column 7 (char 6)"),
        ("{\"a\": 1", 7, "Expecting ',' delimiter: line 1 column 8 (char 7)"),
        (
            "{'a': 1}",
            1,
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("{\n  \"a\" 1}", 8, "Expecting ':' delimiter: line 2 column 7 (char 8)"),
        ("{\"ü\": }", 6, "Expecting value: line 1 column 7 (char 6)"),
        ("{} x", 3, "Extra data: line 1 column 4 (char 3)"),
        (" ", 1, "Expecting value: line 1 column 2 (char 1)"),
    ] {
        let request = with_header(raw("POST", "/tpp/enable", "", body), "x-api-key", &partner.key);
        let answer = call(&market.router, request).await;
        let detail =
            json!([{"loc": ["body", position], "msg": msg, "type": "value_error.jsondecode"}]);
        assert_eq!(answer.parts(), (422, &json!({"detail": detail})), "{body}");
    }
    for (body, msg, kind) in [
        ("", "field required", "value_error.missing"),
        ("[]", "value is not a valid dict", "type_error.dict"),
        ("1", "value is not a valid dict", "type_error.dict"),
    ] {
        let request = with_header(raw("POST", "/tpp/enable", "", body), "x-api-key", &partner.key);
        let detail = json!([{"loc": ["body"], "msg": msg, "type": kind}]);
        let answer = call(&market.router, request).await;
        assert_eq!(answer.parts(), (422, &json!({"detail": detail})), "{body}");
    }
}

#[tokio::test]
async fn methods_media_types_and_sizes_are_refused_in_the_dialect() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let path = format!("/tpp/{listing}/customer");
    let put = |method: &str, body: String| {
        with_header(raw(method, &path, "", body), "x-api-key", &partner.key)
    };
    let answer = call(&market.router, put("DELETE", String::new())).await;
    assert_eq!(answer.parts(), (405, &json!({"detail": "Method Not Allowed"})));
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = call(&market.router, put("POST", "x".repeat(1024 * 1024 + 1))).await;
    assert_eq!(answer.parts(), (413, &json!({"detail": "Request Entity Too Large"})));
    let request = with_header(put("POST", "{}".to_owned()), "content-type", "text/plain");
    let answer = call(&market.router, request).await;
    assert_eq!(answer.parts(), (415, &json!({"detail": "Unsupported Media Type"})));
    let answer = market.as_partner(&partner, "POST", "/tpp/categories", &Value::Null).await;
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn nothing_of_a_customer_is_in_what_is_logged_of_an_error() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let path = format!("/tpp/{listing}/customer");
    for body in [
        r#"{"id": "zebra", "dob": "zebra", "visits": "zebra", "email": "zebra"}"#,
        "{\"id\": \"zebra\"",
        "zebra",
    ] {
        let request = with_header(raw("POST", &path, "", body), "x-api-key", &partner.key);
        let answer = tower::ServiceExt::oneshot(market.router.clone(), request).await;
        let answer = answer.expect("infallible");
        let cause = answer.extensions().get::<attesta_wire::Cause>().expect("a cause");
        assert!(!cause.0.to_string().contains("zebra"), "{cause:?}");
    }
}

#[tokio::test]
async fn the_sample_event_is_a_call_that_is_answered() {
    let market = Market::start().await;
    let event = include_str!("../../../../events/marketplace.json");
    let event = lambda_http::request::from_str(event).expect("an event");
    let answer = call(&market.router, event.map(axum::body::Body::new)).await;
    assert_eq!(answer.status, 403, "its key is nobody's");
}
