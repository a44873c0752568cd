//! The `directory` function.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_directory::{App, handle};
use attesta_runtime::{Failure, Settings, init_telemetry, run_events, sdk_config, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let pool = settings.required("USER_POOL_ID");
    let client = settings.required("USER_POOL_CLIENT_ID");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let pool = Arc::new(UserPool::new(&config, pool, client));
    let app = App { store: store.clone(), pool };
    run_events("directory", store, move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
