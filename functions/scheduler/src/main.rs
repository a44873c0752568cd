//! The `scheduler` function.

use attesta_messaging::{Courier, QueueUrls};
use attesta_objects::Objects;
use attesta_runtime::{Failure, Settings, init_telemetry, run_measured, sdk_config, store};
use attesta_scheduler::run;
use aws_sdk_sqs::Client;
use serde_json::Value;

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
    let bucket = settings.required("DATA_BUCKET");
    let stack = settings.required("STACK_NAME");
    settings.check()?;

    let config = sdk_config().await;
    let store = store(&config, table);
    let queues = Client::new(&config);
    let objects = Objects::new(&config, bucket, store.ids().clone())?;
    let courier = Courier::new(store.clone(), queues.clone(), urls);
    run_measured("run", store.clone(), move |_: Value| {
        let (store, courier) = (store.clone(), courier.clone());
        let (queues, objects, stack) = (queues.clone(), objects.clone(), stack.clone());
        async move { run(&store, &courier, &queues, &objects, &stack).await }
    })
    .await
}
