//! The `organisations` function.

use std::sync::Arc;

use attesta_objects::Objects;
use attesta_organisations::{App, Dialect, Imports, router};
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::Slash;
use attesta_wire::auth::Gate;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let issuer = settings.required("ISSUER");
    let bucket = settings.required("DATA_BUCKET");
    let users = user_gate(&mut settings);
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let gate = Gate::new(issuer, store.clone());
    let objects = Objects::new(&config, bucket, store.ids().clone())?;
    let imports = Imports::new(&store, &objects);
    let router = router(Arc::new(App { store: store.clone(), imports, gate, users }));
    let surface = Surface::new::<Dialect>(router, Slash::Never, &store);
    serve(surface, store.warm_up()).await
}
