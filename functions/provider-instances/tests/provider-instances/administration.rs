//! Tenants, resellers, customers and provider instances, as they are looked
//! after.

use attesta_testing::{call, json, with_header};
use serde_json::{Value, json};

use crate::world::{DOMAIN, NOBODY, OTHER_DOMAIN, Shop, faulty, had_by};

#[tokio::test]
async fn staff_make_a_tenant_and_a_domain_is_of_one_alone() {
    let shop = Shop::open().await;
    let staff = async |method: &str, path: &str, body: &Value| {
        call(&shop.router, json(method, path, &shop.staff, body)).await
    };
    let body = json!({"name": "New", "domains": ["b.example", "A.example", "b.example"]});
    let made = staff("POST", "/v1/Tenants", &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.body.as_str().expect("an id").to_owned();
    let path = format!("/v1/Tenants/{id}");
    let read = staff("GET", &path, &Value::Null).await;
    let tenant = json!({"id": id, "name": "New", "domains": ["a.example", "b.example"],
        "createdAt": "2025-11-22T08:00:00Z"});
    assert_eq!(read.parts(), (200, &tenant));
    for (body, faults) in [
        (json!({}), vec!["domains", "name"]),
        (json!({"name": "x", "domains": []}), vec!["domains"]),
        (json!({"name": "x", "domains": ["x"]}), vec!["domains"]),
        (json!({"name": "x", "domains": [DOMAIN]}), vec!["domains"]),
        (
            json!({"organisationId": shop.world.organisation, "domains": ["c.example"]}),
            vec!["organisationId"],
        ),
        (json!({"organisationId": NOBODY, "domains": ["c.example"]}), vec!["organisationId"]),
    ] {
        assert_eq!(faulty(&staff("POST", "/v1/Tenants", &body).await), faults, "{body}");
    }
    let taken = staff("PATCH", &path, &json!({"domains": [OTHER_DOMAIN]})).await;
    assert_eq!(faulty(&taken), ["domains"]);
    let change = json!({"name": "Other", "domains": ["a.example", "c.example"]});
    assert_eq!(staff("PATCH", &path, &change).await.status, 204);
    let read = staff("GET", &path, &Value::Null).await.body;
    assert_eq!((&read["name"], &read["domains"]), (&change["name"], &change["domains"]));
    // The one that was let go is free.
    let body = json!({"name": "x", "domains": ["b.example"]});
    assert_eq!(staff("POST", "/v1/Tenants", &body).await.status, 201);
    let list = staff("GET", "/v1/Tenants", &Value::Null).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn of_two_who_take_a_domain_at_once_one_is_refused() {
    let shop = Shop::open().await;
    for at in 0..5 {
        let body = json!({"name": "x", "domains": [format!("d{at}.example")]});
        let make = async || {
            call(&shop.router, json("POST", "/v1/Tenants", &shop.staff, &body)).await.status
        };
        let (one, other) = tokio::join!(make(), make());
        let mut both = [one.as_u16(), other.as_u16()];
        both.sort_unstable();
        assert_eq!(both, [201, 400]);
    }
}

#[tokio::test]
async fn a_tenant_that_is_removed_is_nobody_and_is_all_there_when_it_is_one_again() {
    let shop = Shop::open().await;
    let path = format!("/v1/Tenants/{}", shop.world.organisation);
    let remove = || json("DELETE", &path, &shop.staff, &Value::Null);
    assert_eq!(call(&shop.router, remove()).await.status, 204);
    assert_eq!(call(&shop.router, remove()).await.status, 404);
    for token in [&shop.csp, &shop.reseller, &shop.staff] {
        assert_eq!(shop.get(token, "/v1/Customers").await.status, 403);
    }
    let body = json!({"organisationId": shop.world.organisation, "domains": ["again.example"]});
    shop.made(&shop.staff, "/v1/Tenants", &body).await;
    for (token, count) in [(&shop.csp, 2), (&shop.reseller, 1)] {
        let list = json("GET", "/v1/Customers", token, &Value::Null);
        let list = shop.at("again.example", list).await.body;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(count));
    }
}

#[tokio::test]
async fn staff_alone_make_a_reseller_of_an_organisation_that_is_there() {
    let shop = Shop::open().await;
    let body = json!({"organisationId": shop.world.other_organisation});
    let refused = shop.call(&shop.csp, "POST", "/v1/Resellers", &body).await;
    assert_eq!(refused.parts(), (403, &Value::Null));
    let id = shop.made(&shop.staff, "/v1/Resellers", &body).await;
    let path = format!("/v1/Resellers/{id}");
    let read = shop.get(&shop.csp, &path).await.body;
    assert_eq!((&read["id"], &read["name"]), (&json!(id), &json!("two")), "the organisation's");
    let again = shop.call(&shop.staff, "POST", "/v1/Resellers", &body).await;
    assert_eq!(faulty(&again), ["organisationId"]);
    let request = json("GET", &path, &shop.other, &Value::Null);
    assert_eq!(shop.at(OTHER_DOMAIN, request).await.status, 404, "it is another tenant's");
    let request = json("PATCH", &path, &shop.other, &json!({"name": "x"}));
    assert_eq!(shop.at(OTHER_DOMAIN, request).await.status, 404);
    let request = json("DELETE", &path, &shop.other, &Value::Null);
    assert_eq!(shop.at(OTHER_DOMAIN, request).await.status, 404);
    let renamed = shop.call(&shop.csp, "PATCH", &path, &json!({"name": "Two"})).await;
    assert_eq!(renamed.status, 204);
    assert_eq!(shop.get(&shop.csp, &path).await.body["name"], "Two");
    let nameless = shop.call(&shop.csp, "POST", "/v1/Resellers", &json!({})).await;
    assert_eq!(faulty(&nameless), ["name"]);
}

#[tokio::test]
async fn a_customer_is_changed_and_removed_once_nothing_is_left() {
    let shop = Shop::open().await;
    let path = format!("/v1/Customers/{}", shop.customer);
    let change = async |body: Value| {
        assert_eq!(shop.call(&shop.csp, "PATCH", &path, &body).await.status, 204, "{body}");
        let read = shop.get(&shop.csp, &path).await.body;
        (read["name"].clone(), read["reference"].clone())
    };
    assert_eq!(change(json!({"reference": "K-1"})).await, (json!("Acme"), json!("K-1")));
    assert_eq!(change(json!({"name": "Other"})).await, (json!("Other"), json!("K-1")));
    assert_eq!(change(json!({"reference": null})).await, (json!("Other"), Value::Null));
    let null = shop.call(&shop.csp, "PATCH", &path, &json!({"name": null})).await;
    assert_eq!(faulty(&null), ["name"]);
    assert_eq!(shop.give(&shop.csp, &shop.customer, &json!(1)).await.status, 201);
    let remove = async || shop.call(&shop.csp, "DELETE", &path, &Value::Null).await;
    assert_eq!(faulty(&remove().await), ["customerId"]);
    let had = format!("{}/{}", had_by(&shop.customer), shop.instance);
    assert_eq!(shop.call(&shop.csp, "DELETE", &had, &Value::Null).await.status, 204);
    shop.show(&shop.customer).await;
    shop.show(&shop.customer).await;
    assert_eq!(faulty(&remove().await), ["customerId"], "a reseller sees them");
    let link = format!("{path}/Resellers/{}", shop.reseller_id);
    assert_eq!(shop.call(&shop.csp, "DELETE", &link, &Value::Null).await.status, 204);
    assert_eq!(shop.call(&shop.csp, "DELETE", &link, &Value::Null).await.status, 404);
    assert_eq!(remove().await.status, 204);
    assert_eq!(remove().await.status, 404);
    assert_eq!(shop.call(&shop.csp, "PATCH", &path, &json!({"name": "x"})).await.status, 404);
    assert_eq!(shop.call(&shop.csp, "PUT", &link, &Value::Null).await.status, 404);
    let unknown = format!("/v1/Customers/{}/Resellers/{NOBODY}", shop.seen);
    assert_eq!(shop.call(&shop.csp, "PUT", &unknown, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_provider_instance_points_to_a_provider_that_is_there_and_is_kept_by_who_has_it() {
    let shop = Shop::open().await;
    let base = "/v1/Providers/Instances";
    let body = |provider: Value| json!({"name": "Plagiarism", "providerType": "tesla", "providerId": provider});
    for bad in [json!(999), json!(-1), json!("1")] {
        assert_eq!(faulty(&shop.call(&shop.csp, "POST", base, &body(bad)).await), ["providerId"]);
    }
    let id = shop.made(&shop.csp, base, &body(json!(1))).await;
    let path = format!("{base}/{id}");
    let expected = json!({"id": id, "name": "Plagiarism", "providerType": "tesla",
        "providerId": 1, "createdAt": "2025-11-22T08:00:00Z"});
    assert_eq!(shop.get(&shop.reseller, &path).await.parts(), (200, &expected));
    let unknown = shop.call(&shop.csp, "PATCH", &path, &json!({"providerId": 999})).await;
    assert_eq!(faulty(&unknown), ["providerId"]);
    let change = json!({"name": "P", "providerId": null});
    assert_eq!(shop.call(&shop.csp, "PATCH", &path, &change).await.status, 204);
    let read = shop.get(&shop.csp, &path).await.body;
    assert_eq!((&read["name"], &read["providerId"]), (&json!("P"), &Value::Null));
    assert_eq!(shop.give(&shop.csp, &shop.customer, &json!(1)).await.status, 201);
    let path = format!("{base}/{}", shop.instance);
    assert_eq!(shop.call(&shop.csp, "DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(shop.call(&shop.csp, "DELETE", &path, &Value::Null).await.status, 404);
    assert_eq!(shop.call(&shop.csp, "PATCH", &path, &json!({"name": "x"})).await.status, 404);
    assert_eq!(shop.give(&shop.csp, &shop.seen, &json!(1)).await.status, 404);
    let had = format!("{}/{}/price?list=100&erp=0", had_by(&shop.customer), shop.instance);
    assert_eq!(shop.get(&shop.csp, &had).await.body["price"], 101);
}

#[tokio::test]
async fn what_is_made_twice_with_a_key_is_made_once() {
    let shop = Shop::open().await;
    for (path, token, body) in [
        ("/v1/Tenants", &shop.staff, json!({"name": "x", "domains": ["k.example"]})),
        ("/v1/Customers", &shop.csp, json!({"name": "x"})),
        ("/v1/Resellers", &shop.csp, json!({"name": "x"})),
        ("/v1/Providers/Instances", &shop.csp, json!({"name": "x", "providerType": "x"})),
    ] {
        let make = async |body: &Value| {
            let request = with_header(json("POST", path, token, body), "idempotency-key", "k");
            shop.at(DOMAIN, request).await
        };
        let (one, other) = tokio::join!(make(&body), make(&body));
        assert_eq!((one.status.as_u16(), &one.body), (201, &other.body), "{path}");
        assert_eq!(make(&body).await.body, one.body, "{path}");
        let mut changed = body.clone();
        changed["name"] = json!("y");
        assert_eq!(make(&changed).await.status, 409, "{path}");
    }
}
