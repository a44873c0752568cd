//! Paths in any letter case, and what is no operation.

use attesta_provider_instances::{WORDS, openapi};
use attesta_testing::{json, raw, with_header};
use serde_json::{Value, json};

use crate::world::{DOMAIN, Shop, faulty};

#[tokio::test]
async fn paths_are_taken_in_any_letter_case_and_ids_answered_as_they_are() {
    let shop = Shop::open().await;
    let upper = shop.customer.to_uppercase();
    for path in [
        format!("/V1/CUSTOMERS/{}", shop.customer),
        format!("/v1/customers/{upper}/"),
        format!("/v1/cUSTOMERS/{upper}"),
    ] {
        let answer = shop.get(&shop.csp, &path).await;
        assert_eq!((answer.status.as_u16(), &answer.body["id"]), (200, &json!(shop.customer)));
    }
    let path = format!("/v1/customers/{upper}/Provider-Instances/MARGINS/{}", shop.instance);
    assert_eq!(shop.call(&shop.csp, "PATCH", &path, &json!({})).await.status, 404);
    assert_eq!(shop.call(&shop.csp, "PUT", &path, &json!({})).await.status, 405);
    assert_eq!(shop.get(&shop.csp, "/v1/providers/instances?PAGESIZE=x").await.status, 200);
    assert_eq!(shop.get(&shop.staff, "/v1/tenants").await.status, 200);
}

#[test]
fn every_fixed_segment_is_a_word() {
    let document = serde_json::to_value(openapi()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").keys();
    let segments = paths.flat_map(|path| path.split('/').skip(1));
    let fixed: std::collections::BTreeSet<_> =
        segments.filter(|segment| !segment.starts_with('{')).collect();
    assert_eq!(fixed, WORDS.into_iter().collect());
}

#[tokio::test]
async fn what_is_no_operation_or_no_json_is_told_in_the_dialect() {
    let shop = Shop::open().await;
    assert_eq!(shop.get(&shop.csp, "/v1/nothing").await.parts(), (404, &Value::Null));
    let put = shop.call(&shop.csp, "PUT", "/v1/Customers", &json!({})).await;
    assert_eq!((put.status.as_u16(), put.header("allow")), (405, Some("POST,GET,HEAD")));
    let told = |body: &Value| (body["statusCode"].clone(), body["type"].clone());
    assert_eq!(told(&put.body), (json!(405), json!("MethodNotAllowed")));
    let post = |body: String| raw("POST", "/v1/Customers", &shop.csp, body);
    let text = with_header(post("x".to_owned()), "content-type", "text/plain");
    let large = format!(r#"{{"name": "{}"}}"#, "x".repeat(1 << 20));
    for (request, status, kind) in [
        (post("{".to_owned()), 400, "MalformedBody"),
        (post("[]".to_owned()), 400, "MalformedBody"),
        (post(large), 413, "TooLarge"),
        (text, 415, "UnsupportedMediaType"),
    ] {
        let answer = shop.at(DOMAIN, request).await;
        assert_eq!(answer.status, status);
        assert_eq!(told(&answer.body), (json!(status), json!(kind)));
        assert_eq!(answer.header("x-correlation-id"), answer.body["correlationId"].as_str());
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    let empty = shop.at(DOMAIN, json("POST", "/v1/Customers", &shop.csp, &json!({}))).await;
    assert_eq!(faulty(&empty), ["name"]);
}
