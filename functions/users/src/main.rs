//! The `users` function.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_users::{App, Dialect, router};
use attesta_wire::Slash;
use attesta_wire::auth::Gate;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let pool = settings.required("USER_POOL_ID");
    let client = settings.required("USER_POOL_CLIENT_ID");
    let issuer = settings.required("ISSUER");
    let users = user_gate(&mut settings);
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let pool = UserPool::new(&config, pool, client);
    let gate = Gate::new(issuer, store.clone());
    let router = router(Arc::new(App { store: store.clone(), pool, gate, users }));
    let surface = Surface::new::<Dialect>(router, Slash::Never, &store);
    serve(surface, store.warm_up()).await
}
