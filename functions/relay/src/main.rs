//! The `relay` function.

use attesta_messaging::{Courier, QueueUrls};
use attesta_relay::{App, handle};
use attesta_runtime::{Failure, Settings, init_telemetry, run_measured, sdk_config, store};
use aws_sdk_sqs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let urls = QueueUrls {
        events: settings.required("EVENTS_QUEUE_URL"),
        messages: settings.required("MESSAGES_QUEUE_URL"),
        imports: settings.required("IMPORTS_QUEUE_URL"),
        directory: settings.required("DIRECTORY_QUEUE_URL"),
    };
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let courier = Courier::new(store.clone(), Client::new(&config), urls);
    let app = App { store: store.clone(), courier };
    run_measured("relay", store.clone(), move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
