//! The function between its queue and the embedded AWS.

use attesta_importer::{App, handle};
use attesta_imports::{Applied, Cells, Column, Kind, Worker};
use attesta_model::Result;
use attesta_store::access::{CanChange, ImportInto, ImportTarget, Importers};
use attesta_store::{ImportJob, ImportStatus};
use attesta_testing::World;
use attesta_wire::Text;
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;

const SAMPLE: &str = include_str!("../../../../events/importer.json");

/// Names, of which nothing is made.
#[derive(Debug)]
struct Names;

impl Kind for Names {
    type Row = String;

    const NAME: &'static str = "names";
    const COLUMNS: &'static [Column] =
        &[Column { name: "name", required: true, description: "A name", example: "Ada" }];

    fn read(&self, cells: &mut Cells<'_>) -> Option<String> {
        Some(cells.required::<Text<20>>("name")?.0)
    }

    async fn apply(&self, _: &ImportTarget, name: String) -> Result<Applied> {
        Ok(Applied::new(&name, "Made."))
    }
}

struct Importer {
    world: World,
    app: App,
}

impl Importer {
    async fn start() -> Self {
        let world = World::start().await;
        let (store, objects) = (world.store.clone(), world.objects.clone());
        let worker = Worker::new(store, objects, attesta_importer::LONGEST_RUN).with(Names);
        let queue_url = world.aws.queues.url("imports");
        let queues = Client::new(&world.aws.queues_config());
        Self { app: App { worker, queues, queue_url }, world }
    }

    /// An import of staff's whose turn it is.
    async fn started(&self, file: &'static [u8]) -> ImportJob {
        let (store, staff) = (&self.world.store, &self.world.staff);
        let into = ImportInto::default();
        let target = store.import_target(staff, Importers::Staff, &into).await.expect("staff");
        let job = store.create_import("names", &target).await.expect("made");
        self.world.aws.bucket.put(&format!("uploads/imports/{}", job.id), file);
        let key = self.world.objects.keep_import(job.id).await.expect("kept").expect("uploaded");
        let id = job.id.to_string();
        let own = store.import_job::<CanChange>(staff, Importers::Staff, "names", &id).await;
        store.start_import(&own.expect("there"), &key).await.expect("started")
    }

    async fn status(&self, job: &ImportJob) -> ImportStatus {
        let (id, staff) = (job.id.to_string(), &self.world.staff);
        let job = self.world.store.import_job::<CanChange>(staff, Importers::Staff, "names", &id);
        job.await.expect("there").get().status
    }

    /// Hands over messages; the failed ones' places.
    async fn deliver(&self, bodies: &[String]) -> Vec<String> {
        let message = |(at, body): (usize, &String)| {
            let mut message = SqsMessage::default();
            message.message_id = Some(at.to_string());
            message.receipt_handle = Some(format!("receipt-{at}"));
            message.body = Some(body.clone());
            message
        };
        let mut batch = SqsEvent::default();
        batch.records = bodies.iter().enumerate().map(message).collect();
        let answer = handle(&self.app, batch).await.expect("handled");
        answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }
}

fn body(job: &ImportJob) -> String {
    serde_json::to_string(&job.id).expect("JSON")
}

#[tokio::test]
async fn each_import_of_a_batch_stands_alone() {
    let importer = Importer::start().await;
    let good = importer.started(b"name\nAda\n").await;
    let bad = importer.started(b"nothing\n").await;
    let failed = importer.deliver(&["odd".to_owned(), body(&good), body(&bad)]).await;
    assert_eq!(failed, ["0"]);
    assert_eq!(importer.status(&good).await, ImportStatus::Done);
    assert_eq!(importer.status(&bad).await, ImportStatus::Failed);
    assert!(importer.deliver(&[body(&good), body(&bad)]).await.is_empty(), "twice is once");
}

#[tokio::test]
async fn what_our_own_fault_stopped_is_tried_again_soon() {
    let importer = Importer::start().await;
    let job = importer.started(b"name\nAda\n").await;
    importer.world.aws.bucket.set_down(true);
    assert_eq!(importer.deliver(&[body(&job)]).await, ["0"]);
    let queue = importer.world.aws.queues.url("imports");
    assert_eq!(importer.world.aws.queues.put_off(), [(queue, 60)]);
    importer.world.aws.bucket.set_down(false);
    assert!(importer.deliver(&[body(&job)]).await.is_empty());
    assert_eq!(importer.status(&job).await, ImportStatus::Done);
}

#[tokio::test]
async fn the_sample_event_is_taken() {
    let importer = Importer::start().await;
    let event: SqsEvent = serde_json::from_str(SAMPLE).expect("an event");
    let answer = handle(&importer.app, event).await.expect("handled");
    // Nobody knows it, so there is nothing to do.
    assert!(answer.batch_item_failures.is_empty());
}
