//! The published worker, unmodified, takes tasks from its queue and answers.

use super::client::{Answer, Stack};
use super::own_provider::OwnProvider;
use super::published::Worker;

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_request_is_verified_and_the_organisation_reads_the_summary() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let _worker = Worker::start(&stack, &provider);
    let user = stack.sign_in("user").await;
    let place = stack.new_learner(&user).await;
    // A result, and the level that the provider's thresholds make of it.
    for (text, result, code) in
        [("score 0.9", 0.9, 1), ("score 0.6", 0.6, 2), ("score 0.2", 0.2, 3)]
    {
        let path = provider.request(&stack, &user, &place, text).await;
        let read = stack.until(&path, &user, |answer| answer.body["status"] != 2).await;
        assert_eq!(read.body["status"], 3, "{read:?}");
        let instrument = &read.body["instruments"][0];
        assert_eq!(instrument["result"], result, "{instrument}");
        assert_eq!(instrument["code"], code, "{instrument}");
        assert_eq!(instrument["results"].as_array().map(Vec::len), Some(1), "{instrument}");
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn what_the_provider_class_refuses_is_an_error_and_what_it_chokes_on_stays_open() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let worker = Worker::start(&stack, &provider);
    let user = stack.sign_in("user").await;
    let place = stack.new_learner(&user).await;
    let choked = provider.request(&stack, &user, &place, "raise").await;
    let refused = provider.request(&stack, &user, &place, "refuse").await;
    let read = stack.until(&refused, &user, |answer| answer.body["status"] != 2).await;
    assert_eq!(read.body["status"], 4, "{read:?}");
    let result = &read.body["instruments"][0]["results"][0];
    assert_eq!(result["error_message"], "Refused, as asked", "{result}");
    worker.until_told("Exception from provider: Raised, as asked").await;
    let read = stack.get(&choked, &user).await;
    assert_eq!(read.body["status"], 2, "{read:?}");
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_notification_comes_and_what_was_put_off_is_answered() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let _worker = Worker::start(&stack, &provider);
    let user = stack.sign_in("user").await;
    let own = provider.token(&stack).await;
    let place = stack.new_learner(&user).await;
    let path = provider.request(&stack, &user, &place, "later").await;
    let result = |answer: &Answer| answer.body["instruments"][0]["results"][0].clone();
    stack.until(&path, &user, |answer| result(answer)["status"] == 7).await;
    let notifications = provider.path("notification/");
    stack.until(&notifications, &own, |answer| answer.body["count"] == 1).await;

    // The schedule would do so within the minute.
    let mut answered = stack.get(&path, &user).await;
    for _ in 0..200 {
        if answered.body["status"] != 2 {
            break;
        }
        stack.run("scheduler").await;
        answered = stack.get(&path, &user).await;
    }
    assert_eq!(answered.body["status"], 3, "{answered:?}");
    assert_eq!(result(&answered)["result"], 0.6, "{answered:?}");
    stack.until(&notifications, &own, |answer| answer.body["count"] == 0).await;
}
