//! The `cognito-triggers` function.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_cognito_triggers::{App, handle};
use attesta_runtime::{Failure, Settings, init_telemetry, run_events, sdk_config, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let pool = settings.optional("MARKETPLACE_POOL_ID");
    let client = settings.optional("MARKETPLACE_CLIENT_ID");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let marketplace = pool.zip(client).map(|(id, client)| UserPool::new(&config, id, client));
    let app = App { store: store.clone(), marketplace: marketplace.map(Arc::new) };
    run_events("trigger", store, move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
