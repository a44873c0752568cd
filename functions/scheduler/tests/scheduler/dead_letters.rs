//! What providers' workers gave up on is counted.

use attesta_scheduler::dead_letters;
use attesta_testing::World;
use aws_sdk_sqs::Client;

#[tokio::test]
async fn dead_letters_of_all_providers_of_the_stack_are_counted_and_no_others() {
    let world = World::start().await;
    let queues = Client::new(&world.aws.queues_config());
    assert_eq!(dead_letters(&queues, "attesta").await.expect("counted"), 0);
    for (name, count) in [
        ("attesta-provider-7", 100),
        ("attesta-provider-7-dead", 2),
        ("attesta-provider-8-dead", 0),
        ("attesta-provider-9-dead", 3),
        ("attesta-events-dead", 10),
        ("other-provider-7-dead", 20),
    ] {
        world.aws.queues.set_held(name, count);
    }
    assert_eq!(dead_letters(&queues, "attesta").await.expect("counted"), 5);
    world.aws.queues.set_failing("GetQueueAttributes", Some("AccessDenied"));
    assert!(dead_letters(&queues, "attesta").await.is_err(), "a part would look like all");
}
