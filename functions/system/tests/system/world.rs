//! The function over a small world, served as in production.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_runtime::Surface;
use attesta_system::{App, Dialect, router};
use attesta_testing::{Answer, World, call, from, json};
use attesta_wire::Slash;
use axum::Router;
use serde_json::Value;

pub(crate) const SETTINGS: &str = "/customers/system/settings";
pub(crate) const AUDIT: &str = "/customers/system/audit";

/// The world and the function over it.
pub(crate) struct System {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl System {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App { store: world.store.clone(), gate: world.user_gate() };
        let surface = Surface::new::<Dialect>(router(Arc::new(app)), Slash::Never, &world.store);
        Self { router: surface.routed(), world }
    }

    /// Reads something.
    pub(crate) async fn get(&self, path: &str, caller: &UserCaller) -> Answer {
        let token = self.world.user_token(caller);
        call(&self.router, json("GET", path, &token, &Value::Null)).await
    }

    /// Sets what is logged.
    pub(crate) async fn set(&self, caller: &UserCaller, body: &Value) -> Answer {
        let token = self.world.user_token(caller);
        call(&self.router, from("192.0.2.1", json("PUT", SETTINGS, &token, body))).await
    }
}
