//! Who may do what for which tenant.

use attesta_identity::UserCaller;
use attesta_model::{MachineKind, OrganisationId, Profile, Status, User, UserId};
use attesta_store::Seed;
use attesta_testing::{json, with_header};
use serde_json::{Value, json};

use crate::world::{DOMAIN, OTHER_DOMAIN, Shop, had_by, machine, sold};

/// A user with a role in an organisation.
async fn user(shop: &Shop, name: &str, organisation_id: OrganisationId, role: &str) -> UserCaller {
    let store = &shop.world.store;
    let user_id = UserId(store.ids().uuid().expect("random"));
    let user = User::new(user_id, name, &format!("{name}@example.com"), store.ids().now());
    Seed(store).user(&user).await.expect("written");
    let roles = vec![role.to_owned()];
    let profile = Profile::new(user_id, organisation_id, roles);
    Seed(store).profile(&profile).await.expect("written");
    UserCaller::new(user_id)
}

#[tokio::test]
async fn the_tenant_must_be_named_and_be_the_callers() {
    let shop = Shop::open().await;
    let request = || json("GET", "/v1/Customers", &shop.csp, &Value::Null);
    let missing = attesta_testing::call(&shop.router, request()).await;
    assert_eq!(missing.body["errors"][0]["propertyName"], "X-Tenant");
    assert_eq!(shop.at("", request()).await.status, 400);
    for domain in [OTHER_DOMAIN, "nobody.example", "nonsense"] {
        let answer = shop.at(domain, request()).await;
        assert_eq!(answer.parts(), (403, &Value::Null), "{domain}");
    }
    assert_eq!(shop.at("SHOP.example", request()).await.status, 200);
    let other = json("GET", "/v1/Customers", &shop.other, &Value::Null);
    assert_eq!(shop.at(DOMAIN, other).await.status, 403);
}

#[tokio::test]
async fn who_shows_nothing_good_gets_no_body() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let provider = world.provider_token(world.provider);
    for token in ["", "bogus", &provider, &world.user_token_from(&world.staff, "https://x.test")] {
        let answer = shop.get(token, "/v1/Customers").await;
        assert_eq!(answer.parts(), (401, &Value::Null), "{token}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("content-type"), None);
    }
    let service = world.client(MachineKind::Service).await;
    let service = world.machine_token(
        service.id,
        attesta_model::Machine::new(MachineKind::Service, None).expect("a machine"),
        attesta_testing::ISSUER,
    );
    let partner = machine(world, MachineKind::Partner, world.organisation).await;
    for token in [service, partner, world.user_token(&world.user)] {
        assert_eq!(shop.get(&token, "/v1/Customers").await.parts(), (403, &Value::Null));
    }
}

#[tokio::test]
async fn users_sell_by_their_roles() {
    let shop = Shop::open().await;
    let csp = user(&shop, "ada", shop.world.organisation, "csp").await;
    let csp = shop.world.user_token(&csp);
    let reseller = shop.reseller_id.parse().expect("an id");
    let reseller = user(&shop, "bob", reseller, "reseller").await;
    let reseller = shop.world.user_token(&reseller);
    assert_eq!(shop.give(&csp, &shop.customer, &json!(5)).await.status, 201);
    assert_eq!(shop.give(&reseller, &shop.customer, &json!(5)).await.status, 404);
    assert_eq!(shop.give(&reseller, &shop.seen, &json!(5)).await.status, 201);
    let seen = |body: &Value| body["items"].as_array().map(Vec::len);
    assert_eq!(seen(&shop.get(&csp, "/v1/Customers").await.body), Some(2));
    assert_eq!(seen(&shop.get(&reseller, "/v1/Customers").await.body), Some(1));
    let customer = user(&shop, "eve", shop.world.organisation, "owner").await;
    let customer = shop.world.user_token(&customer);
    assert_eq!(shop.get(&customer, "/v1/Customers").await.status, 403);
    // The role is the wrong one of the two.
    let wrong = user(&shop, "kim", shop.world.organisation, "reseller").await;
    let wrong = shop.world.user_token(&wrong);
    assert_eq!(shop.get(&wrong, "/v1/Customers").await.status, 403);
}

#[tokio::test]
async fn each_role_does_what_it_may_and_no_more() {
    let shop = Shop::open().await;
    let reader = shop.world.user_token(&shop.world.read_only_staff);
    let (customer, instance) = (format!("/v1/Customers/{}", shop.seen), &shop.instance);
    let reseller = format!("/v1/Resellers/{}", shop.reseller_id);
    let provider = format!("/v1/Providers/Instances/{instance}");
    let link = format!("{customer}/Resellers/{}", shop.reseller_id);
    let name = || json!({"name": "x"});
    let new_instance = || json!({"name": "x", "providerType": "x"});
    let none = || Value::Null;
    // By the tenant, its reseller, staff, and staff who may look alone.
    for (method, path, body, statuses) in [
        ("GET", "/v1/Customers", none(), [200, 200, 200, 200]),
        ("GET", &customer, none(), [200, 200, 200, 200]),
        ("POST", "/v1/Customers", name(), [201, 403, 201, 403]),
        ("PATCH", &customer, name(), [204, 403, 204, 403]),
        ("PUT", &link, none(), [204, 403, 204, 403]),
        ("GET", "/v1/Resellers", none(), [200, 403, 200, 200]),
        ("GET", &reseller, none(), [200, 403, 200, 200]),
        ("POST", "/v1/Resellers", name(), [201, 403, 201, 403]),
        ("PATCH", &reseller, name(), [204, 403, 204, 403]),
        ("GET", "/v1/Providers/Instances", none(), [200, 200, 200, 200]),
        ("GET", &provider, none(), [200, 200, 200, 200]),
        ("POST", "/v1/Providers/Instances", new_instance(), [201, 403, 201, 403]),
        ("PATCH", &provider, name(), [204, 403, 204, 403]),
        ("GET", &had_by(&shop.seen), none(), [200, 200, 403, 403]),
        ("POST", &had_by(&shop.seen), sold(instance, &json!(1)), [201, 201, 403, 403]),
        ("GET", "/v1/Tenants", none(), [403, 403, 200, 200]),
        ("DELETE", &link, none(), [204, 403, 404, 403]),
        ("DELETE", &provider, none(), [204, 403, 404, 403]),
        ("DELETE", &reseller, none(), [204, 403, 404, 403]),
    ] {
        let callers = [&shop.csp, &shop.reseller, &shop.staff, &reader];
        let mut got = [0; 4];
        for (status, token) in got.iter_mut().zip(callers) {
            *status = shop.call(token, method, path, &body).await.status.as_u16();
        }
        assert_eq!(got, statuses, "{method} {path}");
    }
    let outsider = shop.get(&shop.reseller, "/v1/Customers").await;
    assert_eq!(outsider.status, 403, "its role is gone");
}

#[tokio::test]
async fn nobody_acts_for_an_organisation_that_may_not() {
    let shop = Shop::open().await;
    assert_eq!(shop.get(&shop.reseller, "/v1/Customers").await.status, 200);
    shop.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(shop.get(&shop.csp, "/v1/Customers").await.status, 401);
    assert_eq!(shop.get(&shop.reseller, "/v1/Customers").await.status, 403, "its tenant may not");
    assert_eq!(shop.get(&shop.staff, "/v1/Customers").await.status, 200);
}

#[tokio::test]
async fn a_call_is_found_again_by_its_correlation_identifier() {
    let shop = Shop::open().await;
    let id = "0197F0A0-0000-7000-8000-00000000000b";
    let with = |request, id: &str| with_header(request, "x-correlation-id", id);
    let list = || json("GET", "/v1/Customers", &shop.csp, &Value::Null);
    let answer = shop.at(DOMAIN, with(list(), id)).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-correlation-id")), (200, Some(id)));
    let wrong = json("POST", "/v1/Customers", &shop.csp, &json!({}));
    let answer = shop.at(DOMAIN, with(wrong, id)).await;
    assert_eq!(answer.header("x-correlation-id"), Some(id));
    let body = json!({
        "statusCode": 400,
        "type": "ValidationError",
        "description": "The request is not valid.",
        "correlationId": id,
        "errors": [{"propertyName": "name", "description": ["is required"]}],
    });
    assert_eq!(answer.body, body);
    let made = shop.at("nobody.example", list()).await;
    let made = made.header("x-correlation-id").expect("an identifier").to_owned();
    assert!(made.parse::<uuid::Uuid>().is_ok_and(|id| id.get_version_num() == 7), "{made}");
    for bad in ["x", "0197f0a000007000800000000000000b", "{0197f0a0-0000-7000-8000-0000000000}"] {
        let answer = shop.at(DOMAIN, with(list(), bad)).await;
        assert_eq!(answer.body["errors"][0]["propertyName"], "X-Correlation-Id", "{bad}");
        assert_eq!(answer.header("x-correlation-id"), answer.body["correlationId"].as_str());
        assert_ne!(answer.header("x-correlation-id"), Some(bad));
    }
}
