//! The `cognito-triggers` function.

use attesta_cognito_triggers::{App, handle};
use attesta_runtime::{Failure, Settings, init_telemetry, run_events, sdk_config, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let app = App { store: store.clone() };
    run_events("trigger", store, move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
