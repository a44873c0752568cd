//! The function between its queue and the embedded AWS.

use attesta_assurance::RedTractor;
use attesta_identity::Caller;
use attesta_importer::{App, handle};
use attesta_imports::{Applied, Cells, Column, Kind, Worked, Worker};
use attesta_model::{ImportJobId, Result};
use attesta_store::access::{CanChange, ImportInto, ImportTarget, Importers};
use attesta_store::{ImportJob, ImportStatus};
use attesta_testing::{World, deployed};
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
        let answer = deployed("importer", handle(&self.app, batch)).await.expect("handled");
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

/// A worker as the function has it.
fn whole(importer: &Importer) -> Worker {
    let (store, objects) = (&importer.world.store, importer.world.objects.clone());
    let red_tractor = RedTractor::new(&importer.world.aws.queues_config(), None, "red-tractor");
    attesta_importer::worker(store, objects, red_tractor)
}

/// An import of staff's of a kind, into the world's organisation.
async fn job_of(importer: &Importer, kind: &str, file: &'static [u8]) -> ImportJobId {
    let Importer { world, .. } = importer;
    let organisation_id = Some(world.organisation.to_string());
    let into = ImportInto { organisation_id, organisation_name: None };
    let target = world.store.import_target(&world.staff, Importers::Staff, &into).await;
    let job = world.store.create_import(kind, &target.expect("staff")).await.expect("made");
    world.aws.bucket.put(&format!("uploads/imports/{}", job.id), file);
    let key = world.objects.keep_import(job.id).await.expect("kept").expect("uploaded");
    let (staff, id) = (&world.staff, job.id.to_string());
    let own = world.store.import_job::<CanChange>(staff, Importers::Staff, kind, &id).await;
    world.store.start_import(&own.expect("there"), &key).await.expect("started");
    job.id
}

#[tokio::test]
async fn units_come_by_a_job_as_well() {
    let importer = Importer::start().await;
    let worker = whole(&importer);
    let job = job_of(&importer, "business-units", b"name,type\nA,farm\nB,odd\n").await;
    assert_eq!(worker.work(job).await, Ok(Worked::Done));
    let world = &importer.world;
    let (kind, id) = ("business-units", job.to_string());
    let own = world.store.import_job::<CanChange>(&world.staff, Importers::Staff, kind, &id);
    let counts = own.await.expect("there").get().progress.counts;
    assert_eq!((counts.success, counts.validation, counts.errors), (1, 1, 0));
    let caller = Caller::User(world.user.clone());
    let seen = world.store.organisation_in_sight(&caller, &world.organisation.to_string()).await;
    let units = world.store.business_units(&seen.expect("its owner")).await.expect("units");
    assert_eq!(units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["A"]);
}

#[tokio::test]
async fn every_kind_is_known() {
    let importer = Importer::start().await;
    let worker = whole(&importer);
    for kind in [
        "business-units",
        "organisations",
        "preferences",
        "preferences-overwriting",
        "finmid-status",
    ] {
        let job = job_of(&importer, kind, b"").await;
        assert_eq!(worker.work(job).await, Ok(Worked::Failed), "{kind}");
    }
}
