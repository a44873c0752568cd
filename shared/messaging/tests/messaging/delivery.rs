//! The courier carries a row.

use attesta_messaging::{Courier, QueueUrls, message};
use attesta_model::{AccountKind, AccountRequest, DirectoryJob, ImportJobId, Message, Notice};
use attesta_store::{Event, OutboxRow};
use attesta_testing::World;
use aws_sdk_sqs::Client;

const BOTH: [u64; 2] = [World::PLAGIARISM, World::INTEGRITY];

fn urls(world: &World) -> QueueUrls {
    let [events, messages, directory, imports] =
        ["events", "messages", "directory", "imports"].map(|name| world.aws.queues.url(name));
    QueueUrls { events, messages, directory, imports }
}

fn courier(world: &World) -> Courier {
    Courier::new(world.store.clone(), Client::new(&world.aws.queues_config()), urls(world))
}

async fn requested(instruments: &[u64]) -> (World, OutboxRow) {
    let world = World::start().await;
    world.submit(instruments).await;
    let row = world.outbox().await.remove(0);
    (world, row)
}

/// The queues that got something, and what.
fn sent(world: &World) -> Vec<(String, String)> {
    world.aws.queues.sent().into_iter().map(|sent| (sent.queue_url, sent.body)).collect()
}

#[tokio::test]
async fn every_task_goes_to_its_own_queue_and_the_row_goes() {
    let (world, row) = requested(&BOTH).await;
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    let expected: Vec<_> =
        row.tasks.iter().map(|task| (task.queue_url.clone(), message(task))).collect();
    assert_eq!(sent(&world), expected);
    assert!(world.outbox().await.is_empty());
}

#[tokio::test]
async fn a_row_without_tasks_is_taken_out_all_the_same() {
    let (world, row) = requested(&[World::FACE]).await;
    assert_eq!(row.tasks, []);
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    assert!(sent(&world).is_empty() && world.outbox().await.is_empty());
}

#[tokio::test]
async fn a_row_that_is_gone_goes_out_again_with_the_same_identifiers() {
    let (world, row) = requested(&[World::PLAGIARISM]).await;
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    assert_eq!(courier(&world).deliver(&row).await, Ok(false));
    let sent = sent(&world);
    assert_eq!(sent[0], sent[1]);
}

#[tokio::test]
async fn a_row_keeps_only_what_a_queue_refused() {
    let (world, row) = requested(&BOTH).await;
    world.aws.queues.set_refusing(&row.tasks[0].queue_url, true);
    assert!(courier(&world).deliver(&row).await.is_err());
    let left = world.outbox().await;
    assert_eq!(left, [OutboxRow { tasks: vec![row.tasks[0].clone()], ..row.clone() }]);
    world.aws.queues.set_refusing(&row.tasks[0].queue_url, false);
    assert_eq!(courier(&world).deliver(&left[0]).await, Ok(true));
    let queues: Vec<_> = sent(&world).into_iter().map(|(queue, _)| queue).collect();
    assert_eq!(queues, [row.tasks[1].queue_url.clone(), row.tasks[0].queue_url.clone()]);
}

#[tokio::test]
async fn a_row_that_is_gone_stays_gone_when_a_queue_refuses_it_again() {
    let (world, row) = requested(&BOTH).await;
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    world.aws.queues.set_refusing(&row.tasks[0].queue_url, true);
    assert!(courier(&world).deliver(&row).await.is_err());
    assert!(world.outbox().await.is_empty());
}

/// A row of everything: two tasks, an event, and each thing that people are told.
async fn of_everything() -> (World, OutboxRow) {
    let (world, requested) = requested(&BOTH).await;
    let now = world.store.ids().now();
    let text = str::to_owned;
    let notices = [
        Notice::MagicLink {
            phone: text("+447700900123"),
            link: text("https://app.example.com/in#secret"),
            expires_at: now,
        },
        Notice::PasswordChanged { email: text("ada@example.com"), name: text("Ada"), at: now },
        Notice::AccountRequested(AccountRequest {
            kind: AccountKind::Account,
            email: text("ada@example.com"),
            first_name: Some(text("Ada")),
            last_name: None,
            phone: None,
            business_name: None,
            company_number: None,
        }),
    ];
    let uuid = || world.store.ids().uuid().expect("random");
    let event = Event {
        id: uuid(),
        organisation_id: world.organisation,
        kind: text("verification.completed"),
        at: now,
        data: text("{}"),
    };
    let row = OutboxRow {
        events: vec![event],
        messages: notices.map(|notice| Message { id: uuid(), notice }).to_vec(),
        jobs: vec![DirectoryJob::SignOut { user_id: world.user.user_id }],
        imports: vec![ImportJobId(uuid())],
        ..requested
    };
    world.put_outgoing(&row).await;
    (world, row)
}

/// Where everything of a row goes, and how it is written.
fn everything(world: &World, row: &OutboxRow) -> Vec<(String, String)> {
    let QueueUrls { events, messages, directory, imports } = urls(world);
    let import = |import| (imports.clone(), serde_json::to_string(import).expect("JSON"));
    let job = |job| (directory.clone(), serde_json::to_string(job).expect("JSON"));
    let event = |event| (events.clone(), serde_json::to_string(event).expect("JSON"));
    let told = |told| (messages.clone(), serde_json::to_string(told).expect("JSON"));
    let tasks = row.tasks.iter().map(|task| (task.queue_url.clone(), message(task)));
    let events = row.events.iter().map(event);
    tasks
        .chain(events)
        .chain(row.messages.iter().map(told))
        .chain(row.jobs.iter().map(job))
        .chain(row.imports.iter().map(import))
        .collect()
}

#[tokio::test]
async fn events_messages_jobs_and_imports_go_to_queues_of_their_own() {
    let (world, row) = of_everything().await;
    assert_eq!(world.outbox().await.as_slice(), std::slice::from_ref(&row));
    assert_eq!(courier(&world).deliver(&row).await, Ok(true));
    assert_eq!(sent(&world), everything(&world, &row));
    assert!(world.outbox().await.is_empty());
}

#[tokio::test]
async fn nobody_is_told_twice_because_another_queue_refused() {
    for name in ["events", "messages", "directory", "imports"] {
        let (world, row) = of_everything().await;
        let refusing = world.aws.queues.url(name);
        world.aws.queues.set_refusing(&refusing, true);
        assert!(courier(&world).deliver(&row).await.is_err());
        let left = world.outbox().await.remove(0);
        world.aws.queues.set_refusing(&refusing, false);
        assert_eq!(courier(&world).deliver(&left).await, Ok(true));
        let (mut sent, mut expected) = (sent(&world), everything(&world, &row));
        sent.sort();
        expected.sort();
        assert_eq!(sent, expected, "{name}");
    }
}

#[tokio::test]
async fn a_row_of_before_people_were_told_is_read_as_it_was() {
    let (_, row) = requested(&BOTH).await;
    let mut written = serde_json::to_value(&row).expect("JSON");
    let fields = written.as_object_mut().expect("an object");
    assert!(fields.remove("messages").is_none(), "an empty list takes no room");
    assert_eq!(serde_json::from_value::<OutboxRow>(written).expect("a row"), row);
}
