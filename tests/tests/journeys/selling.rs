//! A tenant sells, and so does its reseller.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::Stack;
use super::a_uuid;
use super::client::Answer;

/// A shop on the stack, known by its domain.
struct Shop {
    stack: Stack,
    domain: String,
}

impl Shop {
    async fn call(&self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        self.stack.call(method, path, token, body, &[("x-tenant", &self.domain)]).await
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let answer = self.call(Method::GET, path, token, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.body
    }

    /// Makes something; its id.
    async fn made(&self, path: &str, token: &str, body: &Value) -> String {
        let answer = self.call(Method::POST, path, token, body).await;
        assert_eq!(answer.status, 201, "{path}: {:?}", answer.body);
        answer.body.as_str().expect("an id").to_owned()
    }

    /// A token of a machine client that staff make.
    async fn machine(&self, staff: &str, kind: &str, of: &str) -> String {
        let wanted = json!({"name": "A journey's", "kind": kind, "organisationId": of,
            "scopes": ["provider-instances"]});
        let client = self.stack.post("/oauth2/clients", staff, &wanted).await;
        assert_eq!(client.status, 201, "{:?}", client.body);
        let text = |name: &str| client.body[name].as_str().expect("a text").to_owned();
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            text("clientId"),
            text("clientSecret")
        );
        let issued = self.stack.post_form("/oauth2/token", &form).await;
        issued.body["access_token"].as_str().expect("a token").to_owned()
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_tenant_and_its_reseller_sell_to_a_customer_at_prices_of_their_own() {
    let shop = Shop { stack: Stack::running(), domain: format!("{}.example", a_uuid()) };
    let staff = shop.stack.sign_in("staff").await;
    let tenant = json!({"name": "Shop", "domains": [shop.domain]});
    let tenant = shop.made("/v1/Tenants", &staff, &tenant).await;
    let csp = shop.machine(&staff, "csp", &tenant).await;
    let reseller = shop.made("/v1/Resellers", &csp, &json!({"name": "Resale"})).await;
    let resale = shop.machine(&staff, "reseller", &reseller).await;
    let customer = shop.made("/v1/Customers", &csp, &json!({"name": "Acme"})).await;
    let instance = json!({"name": "Licences", "providerType": "adobe"});
    let instance = shop.made("/v1/Providers/Instances", &csp, &instance).await;

    // The reseller sees the customer once it is shown them.
    let had = format!("/v1/Customers/{customer}/provider-instances");
    let sold = |value: Value, rule: &str| {
        json!({"providerInstanceId": instance, "providerCustomerData": null,
            "margin": {"Value": value, "MarginRule": {"Name": rule}}})
    };
    let unseen = shop.call(Method::POST, &had, &resale, &sold(json!(25), "margin")).await;
    assert_eq!((unseen.status, unseen.body), (404, Value::Null));
    let link = format!("/v1/Customers/{customer}/Resellers/{reseller}");
    assert_eq!(shop.call(Method::PUT, &link, &csp, &Value::Null).await.status, 204);

    // The prefix's letter case is the gateway's to take, the rest ours.
    let upper = had.to_uppercase();
    for (token, body) in [(&csp, sold(json!(10), "markup")), (&resale, sold(json!(25), "MARGIN"))] {
        assert_eq!(shop.made(&upper, token, &body).await, instance);
        let again = shop.call(Method::POST, &had, token, &body).await;
        assert_eq!(again.status, 400);
        assert_eq!(again.body["errors"][0]["propertyName"], "providerInstanceId");
    }
    let price = format!("{had}/{instance}/price?list=0.3&erp=0");
    assert_eq!(shop.get(&price, &csp).await["price"], json!(0.33));
    assert_eq!(shop.get(&price, &resale).await["price"], json!(0.4));
    let change =
        json!({"offerTypeMargins": {"license": {"value": 50, "marginRule": {"name": "Markup"}}}});
    let margins = format!("{had}/margins/{instance}");
    assert_eq!(shop.call(Method::PATCH, &margins, &resale, &change).await.status, 204);
    let own = shop.get(&format!("{price}&offerType=License"), &resale).await;
    assert_eq!(own["price"], json!(0.45));

    let sellers = |list: &Value| list["items"].as_array().expect("rows").len();
    assert_eq!(sellers(&shop.get(&had, &csp).await), 2);
    assert_eq!(sellers(&shop.get(&had, &resale).await), 1);
    let own = format!("{had}/{instance}");
    assert_eq!(shop.call(Method::DELETE, &own, &resale, &Value::Null).await.status, 204);
    assert_eq!(shop.call(Method::GET, &own, &resale, &Value::Null).await.status, 404);
    let stranger =
        shop.stack.call(Method::GET, &had, &csp, &Value::Null, &[("x-tenant", "x.example")]);
    assert_eq!(stranger.await.status, 403);
}
