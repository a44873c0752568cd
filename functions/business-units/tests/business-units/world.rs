//! The function in a small world.

use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_business_units::{App, router};
use attesta_identity::UserCaller;
use attesta_testing::{Answer, World, call, json};
use axum::Router;
use serde_json::Value;

/// The world, and the function in it.
pub(crate) struct BusinessUnits {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl BusinessUnits {
    /// Without a service that vouches for anybody.
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let red_tractor = RedTractor::new(&world.aws.queues_config(), None, "red-tractor");
        Self::between(world, red_tractor)
    }

    /// With one.
    pub(crate) async fn start_with(red_tractor: RedTractor) -> Self {
        Self::between(World::start().await, red_tractor)
    }

    fn between(world: World, red_tractor: RedTractor) -> Self {
        let app = App {
            store: world.store.clone(),
            red_tractor,
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
