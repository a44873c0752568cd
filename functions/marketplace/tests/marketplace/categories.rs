//! `/tpp/categories` and `/tpp/{tpp_id}`, as partners.

use serde_json::{Value, json};

use crate::world::{Market, SECRET, approval, text};

#[tokio::test]
async fn a_partner_sees_the_product_types_of_what_was_approved_for_it_alone() {
    let market = Market::start().await;
    let partner = market.partner("Shop", &[]).await;
    let categories =
        async || market.as_partner(&partner, "GET", "/tpp/categories", &Value::Null).await;
    assert_eq!(categories().await.parts(), (404, &Value::Null));
    let one = market.listing("One", json!({"Health": ["travel", "dental"]})).await;
    let two =
        market.listing("Two", json!({"Health": ["dental", "vision"], "Home": ["fire"]})).await;
    market.listing("Three", json!({"Secret": ["unseen"]})).await;
    market.approve(&partner, &one).await;
    market.approve(&partner, &two).await;
    let all = json!({"Health": ["dental", "travel", "vision"], "Home": ["fire"]});
    assert_eq!(categories().await.parts(), (200, &all));

    let path = format!("/tpp/admin/providers/{two}");
    let change = json!({"categories": {"Home": ["flood"]}});
    assert_eq!(market.as_staff("PATCH", &path, &change).await.status, 200);
    let now = json!({"Health": ["dental", "travel"], "Home": ["flood"]});
    assert_eq!(categories().await.parts(), (200, &now));
    assert_eq!(market.as_staff("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(categories().await.body, json!({"Health": ["dental", "travel"]}));
    market.as_staff("DELETE", &approval(&partner, &one), &Value::Null).await;
    assert_eq!(categories().await.parts(), (404, &Value::Null));
}

#[tokio::test]
async fn a_partner_is_shown_a_provider_without_its_secrets() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let path = format!("/tpp/{listing}");
    let answer = market.as_partner(&partner, "GET", &path, &Value::Null).await;
    let key = text(&answer.body["api_key"]);
    assert!(key.starts_with("mk_live_") && key.ends_with("…****"), "{key}");
    assert_eq!(key.chars().count(), "mk_live_ab12…****".chars().count());
    let expected = json!({
        "id": listing,
        "name": "Doctors",
        "description": "What it is.",
        "configuration": {"url": "https://api.example.com", "auth": {"client_secret": "sk_s…****"}},
        "api_key": key,
    });
    assert_eq!(answer.parts(), (200, &expected), "what is not known is left out");
    let change = json!({"premium": 3, "rating": 4.5, "meta": {"a": 1}, "type": "insurer",
        "tier_level": 2});
    let admin = format!("/tpp/admin/providers/{listing}");
    assert_eq!(market.as_staff("PATCH", &admin, &change).await.status, 200);
    let answer = market.as_partner(&partner, "GET", &path, &Value::Null).await.body;
    for (name, value) in change.as_object().expect("an object") {
        assert_eq!(&answer[name], value);
    }
    assert!(!answer.to_string().contains(SECRET));
}

#[tokio::test]
async fn a_provider_that_is_gone_is_gone_for_its_partners_at_once() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let admin = format!("/tpp/admin/providers/{listing}");
    assert_eq!(market.as_staff("DELETE", &admin, &Value::Null).await.status, 204);
    let path = format!("/tpp/{listing}");
    assert_eq!(market.as_partner(&partner, "GET", &path, &Value::Null).await.status, 404);
    assert_eq!(market.enable(&partner, &listing, true).await, 404);
    let customer = format!("{path}/customer");
    let answer = market.as_partner(&partner, "POST", &customer, &json!({"id": "1"})).await;
    assert_eq!(answer.status, 404);
    assert_eq!(market.as_staff("DELETE", &admin, &Value::Null).await.status, 404);
}
