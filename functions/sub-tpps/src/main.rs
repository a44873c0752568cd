//! The `sub-tpps` function.

use std::sync::Arc;

use attesta_objects::Objects;
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_sub_tpps::{App, Dialect, Offsets, router};
use attesta_wire::Slash;
use attesta_wire::auth::Gate;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let bucket = settings.required("DATA_BUCKET");
    let issuer = settings.required("ISSUER");
    let users = user_gate(&mut settings);
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = Arc::new(App {
        objects: Objects::new(&config, bucket, store.ids().clone())?,
        gate: Gate::new(issuer, store.clone()),
        users,
        offsets: Offsets::new(store.clone()),
        store: store.clone(),
    });
    let surface = Surface::new::<Dialect>(router(Arc::clone(&app)), Slash::Never, &store);
    let warm_up = Box::pin(async { tokio::join!(app.offsets.ready(), store.warm_up()) });
    serve(surface, warm_up).await
}
