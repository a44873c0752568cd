//! The function over the embedded AWS, with a listing and a partner.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_marketplace::{App, router};
use attesta_testing::{Answer, World, call, json, with_header};
use axum::Router;
use serde_json::{Value, json};

/// What the world's listing offers.
pub(crate) const PRODUCT_TYPE: &str = "travel";
/// A deployment of the world's partner.
pub(crate) const DEPLOYMENT: &str = "shop";
/// A secret of the world's listing.
pub(crate) const SECRET: &str = "sk_secret_0123456789abcdefghijkl";

/// The world and the function in it.
pub(crate) struct Market {
    pub(crate) world: World,
    pub(crate) router: Router,
}

/// A partner with a key.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) key: String,
}

impl Market {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App { store: world.store.clone(), gate: world.user_gate() };
        Self { router: router(Arc::new(app)), world }
    }

    /// A call by somebody with a token.
    pub(crate) async fn as_user(
        &self,
        user: &UserCaller,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let token = self.world.user_token(user);
        call(&self.router, json(method, path, &token, body)).await
    }

    /// A call by staff.
    pub(crate) async fn as_staff(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.as_user(&self.world.staff, method, path, body).await
    }

    /// A call by staff that makes something.
    pub(crate) async fn made(&self, path: &str, body: &Value) -> Value {
        let answer = self.as_staff("POST", path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// A call by a partner.
    pub(crate) async fn as_partner(
        &self,
        partner: &Partner,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let request = json(method, path, "", body);
        call(&self.router, with_header(request, "x-api-key", &partner.key)).await
    }

    /// A listing that offers some product types; its identifier.
    pub(crate) async fn listing(&self, name: &str, categories: Value) -> String {
        let mut body = listing(name);
        body["categories"] = categories;
        text(&self.made("/tpp/admin/providers", &body).await["id"])
    }

    /// A partner with some deployments and a key.
    pub(crate) async fn partner(&self, name: &str, deployments: &[&str]) -> Partner {
        let body = json!({"name": name, "deployments": deployments});
        let id = text(&self.made("/tpp/admin/partners", &body).await["id"]);
        let path = format!("/tpp/admin/partners/{id}/keys");
        let key = self.made(&path, &json!({"name": "A key"})).await;
        Partner { id, client_id: text(&key["client_id"]), key: text(&key["api_key"]) }
    }

    /// Lets a partner see a listing.
    pub(crate) async fn approve(&self, partner: &Partner, listing: &str) {
        let path = approval(partner, listing);
        let answer = self.as_staff("PUT", &path, &Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    /// A partner with one deployment that has the one listing that it may see.
    pub(crate) async fn shop(&self) -> (Partner, String) {
        let partner = self.partner("Shop", &[DEPLOYMENT]).await;
        let listing = self.listing("Doctors", json!({"Health": [PRODUCT_TYPE, "dental"]})).await;
        self.approve(&partner, &listing).await;
        assert_eq!(self.enable(&partner, &listing, true).await, 200);
        (partner, listing)
    }

    /// Has the world's deployment have the world's product type of a listing,
    /// or not.
    pub(crate) async fn enable(&self, partner: &Partner, listing: &str, is_on: bool) -> u16 {
        let body = enabling(listing, is_on);
        let answer = self.as_partner(partner, "POST", "/tpp/enable", &body).await;
        answer.status.as_u16()
    }

    /// How many product types of a listing a partner's deployments have.
    pub(crate) async fn enabled(&self, partner: &Partner, listing: &str) -> Value {
        let path = format!("/tpp/admin/partners/{}/providers", partner.id);
        let list = self.as_staff("GET", &path, &Value::Null).await.body;
        let approvals = list["approvals"].as_array().expect("approvals");
        let own = approvals.iter().find(|approval| approval["tpp_id"] == listing);
        own.map(|approval| approval["enabled"].clone()).unwrap_or_default()
    }
}

pub(crate) fn listing(name: &str) -> Value {
    json!({
        "name": name,
        "description": "What it is.",
        "configuration": {"url": "https://api.example.com", "auth": {"client_secret": SECRET}},
        "categories": {"Health": [PRODUCT_TYPE]},
    })
}

pub(crate) fn approval(partner: &Partner, listing: &str) -> String {
    format!("/tpp/admin/partners/{}/providers/{listing}", partner.id)
}

pub(crate) fn enabling(listing: &str, is_on: bool) -> Value {
    json!({
        "tpp_id": listing,
        "cp_deployment_id": DEPLOYMENT,
        "enable": is_on,
        "product_type": PRODUCT_TYPE,
    })
}

/// One thing that is wrong with a body.
pub(crate) fn wrong(field: &str, msg: &str, kind: &str) -> Value {
    json!({"loc": ["body", field], "msg": msg, "type": kind})
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
