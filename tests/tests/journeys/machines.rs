//! A machine client from its first to its last token.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::Stack;
use super::client::Answer;

/// A client's request for a token.
async fn token_for(stack: &Stack, client: &Value) -> Answer {
    let text = |name: &str| client[name].as_str().expect("a text").to_owned();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text("clientId"),
        text("clientSecret")
    );
    stack.post_form("/oauth2/token", &form).await
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn staff_make_a_client_which_gets_tokens_until_they_take_it_back() {
    let stack = Stack::running();
    let staff = stack.sign_in("staff").await;
    let wanted = json!({"name": "A journey's", "kind": "service", "scopes": ["customers:read"]});
    let made = stack.post("/oauth2/clients", &staff, &wanted).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    let client = made.body;

    let issued = token_for(&stack, &client).await;
    assert_eq!(issued.status, 200, "{:?}", issued.body);
    assert_eq!(
        (&issued.body["token_type"], &issued.body["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    assert_eq!(issued.body["scope"], "customers:read");

    let path = format!("/oauth2/clients/{}", client["clientId"].as_str().expect("an id"));
    let read = stack.get(&path, &staff).await;
    assert_eq!((read.status, read.body["lastUsedAt"].is_string()), (200, true), "{read:?}");
    let list = stack.get("/oauth2/clients?kind=service&limit=200", &staff).await;
    let clients = list.body["clients"].as_array().expect("a page");
    assert!(clients.iter().any(|listed| listed["clientId"] == client["clientId"]), "{list:?}");
    assert!(!list.body.to_string().contains("atc_"));

    let gone = stack.call(Method::DELETE, &path, &staff, &Value::Null, &[]).await;
    assert_eq!(gone.status, 204);
    let refused = token_for(&stack, &client).await;
    assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")));
}
