//! A partner embeds a provider of the marketplace and brings it a customer.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::own_provider::OwnProvider;
use super::{Stack, a_uuid};

/// Calls as a partner.
async fn as_partner(
    stack: &Stack,
    key: &str,
    method: Method,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let answer = stack.call(method, path, "", body, &[("x-api-key", key)]).await;
    (answer.status, answer.body)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_partner_enables_a_provider_brings_a_customer_and_loses_its_key() {
    let stack = Stack::running();
    let staff = stack.sign_in("staff").await;
    let staff_made = async |path: &str, body: Value| {
        let answer = stack.post(path, &staff, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body
    };
    // A provider of the provider API that the marketplace lists.
    let verifier = OwnProvider::new(&stack, false).await;
    let listing = json!({"name": "Originality", "description": "Tells if a work is original.",
        "configuration": {"client_secret": "a secret that nobody sees again"},
        "categories": {"Education": ["originality"]}, "provider_id": verifier.id});
    let listing = staff_made("/tpp/admin/providers", listing).await;
    let tpp = text(&listing["id"]);
    let deployment = a_uuid().to_string();
    let partner = json!({"name": "Shop", "deployments": [deployment]});
    let id = text(&staff_made("/tpp/admin/partners", partner).await["id"]);
    let path = format!("/tpp/admin/partners/{id}");
    let key = staff_made(&format!("{path}/keys"), json!({"name": "Shop"})).await;
    let (client, key) = (text(&key["client_id"]), text(&key["api_key"]));
    let call = async |method: Method, path: &str, body: Value| {
        as_partner(&stack, &key, method, path, &body).await
    };

    assert_eq!(call(Method::GET, "/tpp/categories", Value::Null).await.0, 404);
    let approval = format!("{path}/providers/{tpp}");
    let approved = stack.call(Method::PUT, &approval, &staff, &Value::Null, &[]).await;
    assert_eq!(approved.status, 204, "{approved:?}");
    let categories = call(Method::GET, "/tpp/categories", Value::Null).await;
    assert_eq!(categories, (200, json!({"Education": ["originality"]})));
    let (status, shown) = call(Method::GET, &format!("/tpp/{tpp}"), Value::Null).await;
    assert_eq!((status, &shown["configuration"]["client_secret"]), (200, &json!("a se…****")));
    assert!(text(&shown["api_key"]).ends_with("…****"), "{shown}");

    let customer = format!("/tpp/{tpp}/customer");
    let ada = json!({"id": "c-1", "email": "ada@example.com", "first_name": "Ada"});
    assert_eq!(call(Method::POST, &customer, ada.clone()).await.0, 404, "not enabled yet");
    let enabling = json!({"tpp_id": tpp, "cp_deployment_id": deployment, "enable": true,
        "product_type": "originality"});
    assert_eq!(call(Method::POST, "/tpp/enable", enabling).await, (200, Value::Null));
    assert_eq!(call(Method::POST, &customer, ada).await.0, 200);
    let (status, now) = call(Method::POST, &customer, json!({"id": "c-1", "visits": 2})).await;
    let expected =
        json!({"id": "c-1", "email": "ada@example.com", "first_name": "Ada", "visits": 2});
    assert_eq!((status, now), (200, expected));

    let revoke = format!("/oauth2/clients/{client}");
    let revoked = stack.call(Method::DELETE, &revoke, &staff, &Value::Null, &[]).await;
    assert_eq!(revoked.status, 204, "{revoked:?}");
    assert_eq!(call(Method::GET, "/tpp/categories", Value::Null).await.0, 403);
    let gone = stack.call(Method::DELETE, &path, &staff, &Value::Null, &[]).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    let path = format!("/tpp/admin/providers/{tpp}");
    let gone = stack.call(Method::DELETE, &path, &staff, &Value::Null, &[]).await;
    assert_eq!(gone.status, 204, "{gone:?}");
}
