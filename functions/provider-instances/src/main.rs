//! The `provider-instances` function.

use std::sync::Arc;

use attesta_provider_instances::{App, Dialect, WORDS, router};
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::auth::Gate;
use attesta_wire::{Paths, Slash};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let issuer = settings.required("ISSUER");
    let users = user_gate(&mut settings);
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = Arc::new(App { gate: Gate::new(issuer, store.clone()), users, store: store.clone() });
    let paths = Paths { slash: Slash::Never, words: &WORDS };
    let surface = Surface::new::<Dialect>(router(app), paths, &store);
    serve(surface, store.warm_up()).await
}
