//! `/tpp/admin/partners/{partner_id}/keys`, as staff.

use attesta_testing::{call, json as request, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Market, Partner, text};

#[tokio::test]
async fn a_key_is_shown_once_and_lets_its_partner_in_until_it_runs_out() {
    let market = Market::start().await;
    let (partner, _) = market.shop().await;
    let path = format!("/tpp/admin/partners/{}/keys", partner.id);
    let body = json!({"name": "For a day", "expires_at": "2025-11-23T08:00:00Z"});
    let token = market.world.user_token(&market.world.staff);
    let create = async |body: &Value| {
        let request = request("POST", &path, &token, body);
        call(&market.router, with_header(request, "idempotency-key", "k")).await
    };
    let made = create(&body).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (201, Some("no-store")));
    let key = Partner { key: text(&made.body["api_key"]), ..partner.clone() };
    assert!(key.key.contains(&text(&made.body["client_id"])));
    let ask = async || market.as_partner(&key, "GET", "/tpp/categories", &Value::Null).await.status;
    assert_eq!(ask().await, 200);
    let again = create(&body).await;
    assert_eq!(again.status, 409);
    assert!(!again.body.to_string().contains("atc_"), "{}", again.body);
    market.world.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(ask().await, 403);
}

#[tokio::test]
async fn a_key_needs_a_name_and_a_partner() {
    let market = Market::start().await;
    let (partner, _) = market.shop().await;
    let path = format!("/tpp/admin/partners/{}/keys", partner.id);
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": "x", "expires_at": "2025-11-22T08:00:00Z"}), "expires_at"),
        (json!({"name": "x", "expires_at": "tomorrow"}), "expires_at"),
        (json!({"name": "x", "scopes": []}), "scopes"),
    ] {
        let answer = market.as_staff("POST", &path, &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", field]));
    }
    let none = format!("/tpp/admin/partners/{}/keys", market.world.organisation);
    assert_eq!(market.as_staff("POST", &none, &json!({"name": "x"})).await.status, 404);
}
