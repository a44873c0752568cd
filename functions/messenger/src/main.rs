//! The `messenger` function.

use attesta_messenger::{App, Channels, Poster, Urls, handle};
use attesta_outbound::Https;
use attesta_runtime::{Failure, Settings, init_telemetry, run_measured, sdk_config, store};
use aws_sdk_sqs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let urls = Urls {
        events: settings.required("EVENTS_QUEUE_URL"),
        messages: settings.required("MESSAGES_QUEUE_URL"),
    };
    let secret = settings.required("MESSENGER_SECRET_ID");
    let sender = settings.optional("SENDER");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let queues = Client::new(&config);
    let channels = Channels::new(&config, Https::default(), secret, sender);
    let app = App { store: store.clone(), poster: Poster::default(), channels, queues, urls };
    run_measured("messenger", store, move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
