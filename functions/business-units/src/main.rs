//! The `business-units` function.

use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_business_units::{App, Dialect, router};
use attesta_imports::{Desk, kinds};
use attesta_objects::Objects;
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
    let red_tractor = settings.required("RED_TRACTOR_SECRET_ID");
    let users = user_gate(&mut settings);
    let base = settings.optional("RED_TRACTOR_URL");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let gate = Gate::new(issuer, store.clone());
    let red_tractor = RedTractor::new(&config, base, red_tractor);
    let objects = Objects::new(&config, bucket, store.ids().clone())?;
    let units = kinds::BusinessUnits::new(store.clone(), red_tractor.clone());
    let imports = Desk::new(units, store.clone(), objects);
    let router = router(Arc::new(App { store: store.clone(), red_tractor, imports, gate, users }));
    let surface = Surface::new::<Dialect>(router, Slash::Never, &store);
    serve(surface, store.warm_up()).await
}
