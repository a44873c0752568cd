//! The function in a small world.

use std::sync::Arc;

use attesta_business_connections::{App, router};
use attesta_identity::UserCaller;
use attesta_testing::{Answer, World, call, json};
use axum::Router;
use serde_json::Value;

/// The world, and the function in it.
pub(crate) struct BusinessConnections {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl BusinessConnections {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App {
            store: world.store.clone(),
            gate: world.provider_gate(),
            users: world.user_gate(),
        };
        Self { router: router(Arc::new(app)), world }
    }

    /// Calls an operation as a user.
    pub(crate) async fn call(
        &self,
        caller: &UserCaller,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let token = self.world.user_token(caller);
        call(&self.router, json(method, path, &token, body)).await
    }
}
