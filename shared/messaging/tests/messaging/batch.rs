//! Many tasks at once, over the stand-in queues.

use attesta_messaging::{Delayed, message, send_all};
use attesta_store::Task;
use attesta_testing::World;
use aws_sdk_sqs::Client;

fn task(world: &World, number: i32, queue: &str) -> Delayed {
    let task = Task {
        id: format!("0197f0a0-0000-7000-8000-{number:012}"),
        name: "task".to_owned(),
        queue: queue.to_owned(),
        queue_url: world.aws.queues.url(queue),
        args: format!("[{number}]"),
    };
    Delayed { task, seconds: number }
}

#[tokio::test]
async fn each_queue_gets_its_own_ten_in_a_call_and_held_back() {
    let world = World::start().await;
    let client = Client::new(&world.aws.queues_config());
    let tasks: Vec<_> =
        (0..25).map(|n| task(&world, n * 50, if n < 12 { "a" } else { "b" })).collect();
    assert!(send_all(&client, tasks.clone()).await.is_empty());
    let mut batches = world.aws.queues.batches();
    batches.sort_unstable();
    assert_eq!(batches, [2, 3, 10, 10]);
    let sent = world.aws.queues.sent();
    assert_eq!(sent.len(), 25);
    for Delayed { task, seconds } in tasks {
        let sent = sent.iter().find(|sent| sent.body == message(&task)).expect("sent");
        assert_eq!(sent.queue_url, task.queue_url);
        assert_eq!(sent.delay_seconds, u64::try_from(seconds.min(900)).expect("positive"));
    }
}

#[tokio::test]
async fn what_a_queue_refuses_is_told_and_holds_up_no_other() {
    let world = World::start().await;
    let client = Client::new(&world.aws.queues_config());
    let url = world.aws.queues.url("a");
    world.aws.queues.set_refusing(&url, true);
    let tasks: Vec<_> = (0..30).map(|n| task(&world, n, if n < 12 { "a" } else { "b" })).collect();
    let unsent = send_all(&client, tasks.clone()).await;
    let refused = tasks[..12].iter().map(|one| one.task.id.clone()).collect();
    assert_eq!(unsent, refused);
    assert_eq!(world.aws.queues.sent().len(), 18);

    world.aws.queues.set_refusing(&url, false);
    world.aws.queues.refuse_some(3);
    let unsent = send_all(&client, tasks[..12].to_vec()).await;
    let refused = tasks[..3].iter().map(|one| one.task.id.clone()).collect();
    assert_eq!(unsent, refused);
}
