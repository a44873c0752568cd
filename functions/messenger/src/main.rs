//! The `messenger` function.

use attesta_messenger::{App, Poster, handle};
use attesta_runtime::{Failure, Settings, init_telemetry, run_events, sdk_config, store};
use aws_sdk_sqs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let queue_url = settings.required("EVENTS_QUEUE_URL");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let queues = Client::new(&config);
    let app = App { store: store.clone(), poster: Poster::default(), queues, queue_url };
    run_events("messenger", store, move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
