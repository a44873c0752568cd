//! The function over the embedded table: a tenant with a reseller, two
//! customers and two provider instances, and another tenant.

use std::sync::Arc;

use attesta_model::{Machine, MachineKind, OrganisationId};
use attesta_provider_instances::{App, WORDS, router};
use attesta_testing::{Answer, ISSUER, World, call, json, with_header};
use attesta_wire::{Paths, Slash, with_paths};
use axum::Router;
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

pub(crate) const DOMAIN: &str = "shop.example";
pub(crate) const OTHER_DOMAIN: &str = "other.example";
/// Nobody's.
pub(crate) const NOBODY: &str = "0197f0a0-0000-7000-8000-00000000000a";

pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) router: Router,
    /// Staff.
    pub(crate) staff: String,
    /// The tenant's own machine.
    pub(crate) csp: String,
    /// The other tenant's.
    pub(crate) other: String,
    pub(crate) reseller_id: String,
    /// The reseller's machine.
    pub(crate) reseller: String,
    /// A customer whom the reseller doesn't see.
    pub(crate) customer: String,
    /// One whom it sees.
    pub(crate) seen: String,
    pub(crate) instance: String,
    pub(crate) microsoft: String,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let world = World::start().await;
        let app = App {
            store: world.store.clone(),
            gate: world.provider_gate(),
            users: world.user_gate(),
        };
        // As it is served.
        let paths = Paths { slash: Slash::Never, words: &WORDS };
        let router = Router::new().fallback_service(with_paths(router(Arc::new(app)), paths));
        let staff = world.user_token(&world.staff);
        let csp = machine(&world, MachineKind::Csp, world.organisation).await;
        let other = machine(&world, MachineKind::Csp, world.other_organisation).await;
        let none = String::new;
        let mut shop = Self {
            world,
            router,
            staff,
            csp,
            other,
            reseller_id: none(),
            reseller: none(),
            customer: none(),
            seen: none(),
            instance: none(),
            microsoft: none(),
        };
        for (organisation, domain) in
            [(shop.world.organisation, DOMAIN), (shop.world.other_organisation, OTHER_DOMAIN)]
        {
            let body = json!({"organisationId": organisation, "domains": [domain]});
            shop.made(&shop.staff, "/v1/Tenants", &body).await;
        }
        shop.reseller_id = shop.made(&shop.csp, "/v1/Resellers", &json!({"name": "Resale"})).await;
        let id = shop.reseller_id.parse().expect("an id");
        shop.reseller = machine(&shop.world, MachineKind::Reseller, id).await;
        shop.customer = shop.made(&shop.csp, "/v1/Customers", &json!({"name": "Acme"})).await;
        shop.seen = shop.made(&shop.csp, "/v1/Customers", &json!({"name": "Seen"})).await;
        shop.show(&shop.seen).await;
        let instance = |kind: &str| json!({"name": "An instance", "providerType": kind});
        let path = "/v1/Providers/Instances";
        shop.instance = shop.made(&shop.csp, path, &instance("adobe")).await;
        shop.microsoft = shop.made(&shop.csp, path, &instance("Microsoft")).await;
        let _ = shop.world.store.meter().take();
        shop
    }

    /// A call by the bearer of a token, for the tenant.
    pub(crate) async fn call(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        self.at(DOMAIN, json(method, path, token, body)).await
    }

    /// The same for the tenant of another domain.
    pub(crate) async fn at(&self, domain: &str, request: Request<Body>) -> Answer {
        call(&self.router, with_header(request, "x-tenant", domain)).await
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        self.call(token, "GET", path, &Value::Null).await
    }

    /// Makes something; its id.
    pub(crate) async fn made(&self, token: &str, path: &str, body: &Value) -> String {
        let answer = self.call(token, "POST", path, body).await;
        assert_eq!(answer.status, 201, "{path} {}", answer.body);
        answer.body.as_str().expect("an id").to_owned()
    }

    /// Shows a customer to the reseller.
    pub(crate) async fn show(&self, customer: &str) {
        let path = format!("/v1/Customers/{customer}/Resellers/{}", self.reseller_id);
        assert_eq!(self.call(&self.csp, "PUT", &path, &Value::Null).await.status, 204);
    }

    /// Gives a customer the instance that wants no data, with a markup.
    pub(crate) async fn give(&self, token: &str, customer: &str, markup: &Value) -> Answer {
        self.call(token, "POST", &had_by(customer), &sold(&self.instance, markup)).await
    }
}

/// The path of what a customer has.
pub(crate) fn had_by(customer: &str) -> String {
    format!("/v1/Customers/{customer}/provider-instances")
}

/// A body that sells an instance with a markup and nothing else.
pub(crate) fn sold(instance: &str, markup: &Value) -> Value {
    json!({
        "providerInstanceId": instance,
        "providerCustomerData": null,
        "margin": {"value": markup, "marginRule": {"name": "Markup"}},
    })
}

/// A token of a new machine client.
pub(crate) async fn machine(world: &World, kind: MachineKind, of: OrganisationId) -> String {
    let machine = Machine::new(kind, Some(of)).expect("a machine");
    let key = world.client_as(machine).await;
    world.machine_token(key.id, machine, ISSUER)
}

/// The properties that an answer finds fault with.
pub(crate) fn faulty(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 400, "{}", answer.body);
    let errors = answer.body["errors"].as_array().expect("errors");
    let name = |error: &Value| error["propertyName"].as_str().expect("a name").to_owned();
    errors.iter().map(name).collect()
}
