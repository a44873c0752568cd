//! The function over the embedded AWS.

use std::sync::Arc;

use attesta_model::RequestId;
use attesta_providers::{App, router};
use attesta_testing::{Answer, World, call, json};
use attesta_wire::provider::Base;
use axum::Router;
use serde_json::Value;

/// What links begin with.
pub(crate) const BASE: &str = "https://api.example.com";

/// The world, the function in it, and a provider that calls.
pub(crate) struct Providers {
    pub(crate) world: World,
    pub(crate) router: Router,
    pub(crate) token: String,
}

impl Providers {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App {
            store: world.store.clone(),
            objects: world.objects.clone(),
            gate: world.provider_gate(),
            user_gate: world.user_gate(),
            base: Base::new(Some(BASE)),
        };
        let token = world.provider_token(world.provider);
        let api = Self { router: router(Arc::new(app)), token, world };
        // The issuer's keys are fetched with the first call.
        api.get("/api/v2/provider/").await;
        let _ = api.calls();
        api
    }

    /// Calls as the world's provider.
    pub(crate) async fn call(&self, method: &str, uri: &str, body: &Value) -> Answer {
        call(&self.router, json(method, uri, &self.token, body)).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.call("GET", uri, &Value::Null).await
    }

    /// A new request for the provider to answer, and its path.
    pub(crate) async fn request(&self) -> (RequestId, String) {
        let id = self.world.submit(&[World::PLAGIARISM]).await;
        let _ = self.world.store.meter().take();
        (id, path(id))
    }

    /// The calls to the table since the last time.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.world.store.meter().take().into_iter().map(|call| call.operation).collect()
    }

    /// The keys of the evidence that is stored.
    pub(crate) fn evidence(&self) -> Vec<String> {
        let keys = self.world.aws.bucket.keys().into_iter();
        keys.filter(|key| key.starts_with("data/audit/")).collect()
    }
}

/// Where the world's provider finds a request.
pub(crate) fn path(id: RequestId) -> String {
    format!("/api/v2/provider/1/request/{id}/")
}
