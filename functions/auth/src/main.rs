//! The `auth` function.

use std::sync::Arc;

use attesta_auth::{App, Dialect, router};
use attesta_cognito::UserPool;
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::Slash;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let pool = settings.required("USER_POOL_ID");
    let client = settings.required("USER_POOL_CLIENT_ID");
    let api_client = settings.required("USER_POOL_API_CLIENT_ID");
    let gate = user_gate(&mut settings);
    let marketplace = settings.required("MARKETPLACE_POOL_ID");
    let marketplace_client = settings.required("MARKETPLACE_CLIENT_ID");
    let redirects = settings.optional("LINK_REDIRECTS").unwrap_or_default().parse()?;
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = Arc::new(App {
        pool: UserPool::new(&config, pool.clone(), client),
        api_pool: UserPool::new(&config, pool, api_client),
        marketplace: UserPool::new(&config, marketplace, marketplace_client),
        redirects,
        store: store.clone(),
        gate,
    });
    let router = router(Arc::clone(&app));
    let surface = Surface::new::<Dialect>(router, Slash::Never, &store);
    serve(surface, app.pool.ready()).await
}
