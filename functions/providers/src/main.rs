//! The `providers` function.

use std::sync::Arc;

use attesta_objects::Objects;
use attesta_providers::{App, Dialect, router};
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::Slash;
use attesta_wire::auth::Gate;
use attesta_wire::provider::Base;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let bucket = settings.required("DATA_BUCKET");
    let issuer = settings.required("ISSUER");
    let user_gate = user_gate(&mut settings);
    let public_url = settings.optional("PUBLIC_URL");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = Arc::new(App {
        objects: Objects::new(&config, bucket, store.ids().clone())?,
        gate: Gate::new(issuer, store.clone()),
        user_gate,
        base: Base::new(public_url.as_deref()),
        store: store.clone(),
    });
    let surface = Surface::new::<Dialect>(router(app), Slash::Always, &store);
    serve(surface, store.warm_up()).await
}
