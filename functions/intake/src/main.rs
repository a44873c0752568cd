//! The `intake` function.

use std::sync::Arc;

use attesta_intake::{App, Dialect, router};
use attesta_objects::Objects;
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::Slash;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let bucket = settings.required("DATA_BUCKET");
    let gate = user_gate(&mut settings);
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = Arc::new(App {
        objects: Objects::new(&config, bucket, store.ids().clone())?,
        gate,
        store: store.clone(),
    });
    let surface = Surface::new::<Dialect>(router(app), Slash::Always, &store);
    serve(surface, store.warm_up()).await
}
