//! The function over the embedded AWS.

use std::sync::Arc;

use attesta_identity::{ProviderCaller, UserCaller};
use attesta_provider_admin::{App, router};
use attesta_testing::{Answer, World, call, json};
use attesta_wire::provider::Base;
use aws_sdk_sqs::Client;
use axum::Router;
use serde_json::{Value, json};

/// What links begin with.
pub(crate) const BASE: &str = "https://api.example.com";
/// Where instruments are.
pub(crate) const INSTRUMENTS: &str = "/api/v2/admin/instrument/";
/// Where the providers of the plagiarism instrument are.
pub(crate) const PROVIDERS: &str = "/api/v2/admin/instrument/5/provider/";
/// The world's own provider.
pub(crate) const PROVIDER: &str = "/api/v2/admin/instrument/5/provider/1/";
/// Its credentials.
pub(crate) const CREDENTIALS: &str = "/api/v2/admin/instrument/5/provider/1/credentials/";
/// Somebody who may use a queue.
pub(crate) const WORKER: &str = "arn:aws:iam::111122223333:role/worker";

/// The world, and the function in it.
pub(crate) struct Admin {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl Admin {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App {
            store: world.store.clone(),
            queues: Client::new(&world.aws.queues_config()),
            stack: "attesta".to_owned(),
            gate: world.user_gate(),
            base: Base::new(Some(BASE)),
        };
        Self { router: router(Arc::new(app)), world }
    }

    /// Calls as somebody.
    pub(crate) async fn call_as(
        &self,
        user: &UserCaller,
        (method, uri): (&str, &str),
        body: &Value,
    ) -> Answer {
        call(&self.router, json(method, uri, &self.world.user_token(user), body)).await
    }

    /// Calls as staff.
    pub(crate) async fn call(&self, method: &str, uri: &str, body: &Value) -> Answer {
        self.call_as(&self.world.staff, (method, uri), body).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.call("GET", uri, &Value::Null).await
    }

    /// Makes a provider of the plagiarism instrument.
    pub(crate) async fn make(&self, body: &Value) -> Value {
        let answer = self.call("POST", PROVIDERS, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Whether a provider may call with a token of its own.
    pub(crate) async fn is_let_in(&self, caller: ProviderCaller) -> bool {
        let own = caller.provider_id.to_string();
        self.world.store.own_provider(&caller, &own).await.is_ok()
    }

    /// Whether a credential signs in.
    pub(crate) async fn signs_in(&self, credential: &Value) -> bool {
        let text = |name: &str| credential[name].as_str().expect("a text").to_owned();
        let store = &self.world.store;
        store.sign_in_provider(&text("role_id"), &text("secret_id")).await.is_ok()
    }
}

/// A provider with what it can't be without.
pub(crate) fn provider(name: &str) -> Value {
    json!({"name": name, "acronym": name, "queue": name, "version": "1.0.0", "image": "x/y"})
}

/// A provider's path.
pub(crate) fn path(provider: &Value) -> String {
    format!("{PROVIDERS}{}/", provider["id"])
}
