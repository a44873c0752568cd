//! The `business-connections` function.

use std::sync::Arc;

use attesta_business_connections::{App, Dialect, router};
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::Slash;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let users = user_gate(&mut settings);
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let router = router(Arc::new(App { store: store.clone(), users }));
    let surface = Surface::new::<Dialect>(router, Slash::Never, &store);
    serve(surface, store.warm_up()).await
}
