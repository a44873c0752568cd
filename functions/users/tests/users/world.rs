//! The function between a small world and a user pool.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_identity::UserCaller;
use attesta_testing::{Answer, Cognito, POOL_CLIENT, World, call, from, json};
use attesta_users::{App, router};
use axum::Router;
use serde_json::Value;

/// The world, the user pool, and the function between them.
pub(crate) struct Users {
    pub(crate) world: World,
    pub(crate) pool: Cognito,
    pub(crate) router: Router,
}

impl Users {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let pool = Cognito::start().await;
        let app = App {
            store: world.store.clone(),
            pool: UserPool::new(&pool.config(), "pool".to_owned(), POOL_CLIENT.to_owned()),
            gate: world.provider_gate(),
            users: world.user_gate(),
        };
        Self { router: router(Arc::new(app)), world, pool }
    }

    /// Reads the caller's own profile.
    pub(crate) async fn profile(&self, caller: &UserCaller) -> Answer {
        let token = self.world.user_token(caller);
        call(&self.router, json("GET", "/customers/users/profile", &token, &Value::Null)).await
    }

    /// Posts to a path below `/customers/users/`.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.post_from("192.0.2.1", path, token, body).await
    }

    /// The same from an address.
    pub(crate) async fn post_from(
        &self,
        address: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Answer {
        let path = format!("/customers/users/{path}");
        call(&self.router, from(address, json("POST", &path, token, body))).await
    }
}
