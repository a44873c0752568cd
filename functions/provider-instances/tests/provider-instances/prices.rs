//! Quotes, to the last digit.

use attesta_testing::raw;
use serde_json::{Value, json};

use crate::world::{DOMAIN, Shop, faulty, had_by, sold};

#[tokio::test]
async fn an_offer_types_margin_overrides_the_instances() {
    let shop = Shop::open().await;
    let mut body = sold(&shop.instance, &json!(10));
    body["offerTypeMargins"] = json!({
        "License": {"value": 20, "marginRule": {"name": "margin"}},
        "AzurePlan": {"value": 25, "marginRule": {"name": "SplitMargin"}},
        "AzureLegacy": {"value": 15, "marginRule": {"name": "erpminusdiscount"}},
    });
    shop.made(&shop.csp, &had_by(&shop.customer), &body).await;
    let path = format!("{}/{}/price?list=80&erp=100", had_by(&shop.customer), shop.instance);
    for (query, price, rule) in [
        ("", json!(88), "Markup"),
        ("&offerType=license", json!(100), "Margin"),
        ("&offerType=AzurePlan", json!(85), "SplitMargin"),
        ("&offerType=AZURELEGACY", json!(85), "ErpMinusDiscount"),
        ("&offerType=PerpetualSoftware", json!(88), "Markup"),
    ] {
        let quote = shop.get(&shop.csp, &format!("{path}{query}")).await;
        assert_eq!(quote.status, 200, "{}", quote.body);
        let told = (&quote.body["price"], &quote.body["margin"]["marginRule"]["name"]);
        assert_eq!(told, (&price, &json!(rule)), "{query}");
    }
}

/// Through binary floats each of these would end in another digit.
#[tokio::test]
async fn no_digit_is_lost_on_the_way_in_or_out() {
    let shop = Shop::open().await;
    let body = sold(&shop.instance, &json!(0)).to_string();
    let body = body.replace(r#""value":0"#, r#""value":0.1000000000000000000001e1"#);
    assert!(body.contains("0001e1"), "{body}");
    let path = had_by(&shop.customer);
    assert_eq!(shop.at(DOMAIN, raw("POST", &path, &shop.csp, body)).await.status, 201);
    let list = "12345678901234567.8901";
    let path = format!("{path}/{}", shop.instance);
    let text = text_of(&shop, &path).await;
    assert!(text.contains(r#""value":1.000000000000000000001,"#), "{text}");
    let text = text_of(&shop, &format!("{path}/price?list={list}&erp=0")).await;
    assert!(text.contains(r#""price":12469135690246913.569"#), "{text}");
}

/// The answer's body as it was written.
async fn text_of(shop: &Shop, path: &str) -> String {
    use tower::ServiceExt;

    let request = raw("GET", path, &shop.csp, "");
    let request = attesta_testing::with_header(request, "x-tenant", DOMAIN);
    let answer = shop.router.clone().oneshot(request).await.expect("infallible");
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(bytes.into()).expect("a text")
}

#[tokio::test]
async fn what_makes_no_price_is_refused() {
    let shop = Shop::open().await;
    shop.made(&shop.csp, &had_by(&shop.customer), &sold(&shop.instance, &json!(-200))).await;
    let path = format!("{}/{}/price", had_by(&shop.customer), shop.instance);
    for (query, faults) in [
        ("", vec!["erp", "list"]),
        ("?list=x&erp=1,5", vec!["erp", "list"]),
        ("?list=-1&erp=1", vec!["list"]),
        ("?list=1&erp=1&offerType=Licence", vec!["offerType"]),
        ("?list=1e30&erp=1", vec!["list"]),
        ("?list=1&erp=1&resellerId=x", vec!["resellerId"]),
    ] {
        let answer = shop.get(&shop.csp, &format!("{path}{query}")).await;
        assert_eq!(faulty(&answer), faults, "{query}");
    }
    for list in ["79228162514264337593543950335", "1"] {
        let answer = shop.get(&shop.csp, &format!("{path}?list={list}&erp=1")).await;
        assert_eq!((answer.status.as_u16(), &answer.body["errors"]), (400, &Value::Null), "{list}");
    }
}
