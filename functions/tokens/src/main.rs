//! The `tokens` function.

use std::sync::Arc;

use attesta_runtime::{
    Failure, Settings, Surface, init_telemetry, sdk_config, serve, store, user_gate,
};
use attesta_tokens::{App, Broker, Dialect, SecretsManager, SigningKeys, router};
use attesta_wire::Slash;
use attesta_wire::auth::Gate;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let issuer = settings.required("ISSUER");
    let secret = settings.required("SIGNING_SECRET_ID");
    let region = settings.required("AWS_REGION");
    let users = user_gate(&mut settings);
    let endpoint =
        settings.optional("AWS_ENDPOINT_URL_SQS").or_else(|| settings.optional("AWS_ENDPOINT_URL"));
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let secrets = SecretsManager::new(&config, secret);
    let app = Arc::new(App {
        gate: Gate::new(issuer.clone(), store.clone()),
        users,
        keys: SigningKeys::new(secrets, store.clone()),
        broker: Broker { region, endpoint },
        issuer,
        store: store.clone(),
    });
    let surface = Surface::new::<Dialect>(router(Arc::clone(&app)), Slash::Never, &store);
    let warm_up = Box::pin(async { tokio::join!(app.keys.ready(), store.warm_up()) });
    serve(surface, warm_up).await
}
