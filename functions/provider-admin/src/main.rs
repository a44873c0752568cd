//! The `provider-admin` function.

use std::sync::Arc;

use attesta_provider_admin::{App, Dialect, router};
use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_wire::Slash;
use attesta_wire::provider::Base;
use aws_sdk_sqs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let stack = settings.required("STACK_NAME");
    let gate = user_gate(&mut settings);
    let public_url = settings.optional("PUBLIC_URL");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = Arc::new(App {
        queues: Client::new(&config),
        stack,
        gate,
        base: Base::new(public_url.as_deref()),
        store: store.clone(),
    });
    let surface = Surface::new::<Dialect>(router(app), Slash::Always, &store);
    serve(surface, store.warm_up()).await
}
