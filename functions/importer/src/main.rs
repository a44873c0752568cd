//! The `importer` function.

use attesta_assurance::RedTractor;
use attesta_importer::{App, handle, worker};
use attesta_objects::Objects;
use attesta_runtime::{Failure, Settings, init_telemetry, run_events, sdk_config, store};
use aws_sdk_sqs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    init_telemetry();
    let mut settings = Settings::default();
    let table = settings.required("TABLE_NAME");
    let bucket = settings.required("DATA_BUCKET");
    let queue_url = settings.required("IMPORTS_QUEUE_URL");
    let red_tractor = settings.required("RED_TRACTOR_SECRET_ID");
    let base = settings.optional("RED_TRACTOR_URL");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let objects = Objects::new(&config, bucket, store.ids().clone())?;
    let red_tractor = RedTractor::new(&config, base, red_tractor);
    let worker = worker(&store, objects, red_tractor);
    let app = App { worker, queues: Client::new(&config), queue_url };
    run_events("importer", store, move |event| {
        let app = app.clone();
        async move { handle(&app, event).await }
    })
    .await
}
