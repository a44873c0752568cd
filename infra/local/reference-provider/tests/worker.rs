//! The worker against a stand-in of the platform and of its queue.

mod stand_in;

use serde_json::{Value, json};
use stand_in::{Platform, sent};

const COPIED: &str = "one two three four five six seven eight nine ten";
const REQUEST: u64 = 7_001;

#[tokio::test]
async fn a_task_is_done_and_acknowledged() {
    let platform = Platform::start().await;
    platform.document(REQUEST, COPIED.as_bytes());
    platform.message(&sent(
        "tesla_ce.tasks.requests.verification.verify_request",
        &json!([REQUEST, 1]),
    ));
    platform.work_until(Platform::is_drained).await;

    let report = platform.report(REQUEST).unwrap();
    assert_eq!(report["status"], 1);
    assert_eq!(report["result"], 0.0);
    assert_eq!(report["code"], 3);
    assert_eq!(report["error_message"], Value::Null);
    assert_eq!(report["audit_data"]["sources"][0]["source"], "numbers");
    assert_eq!(report["audit_data"]["sources"][0]["passages"][0]["text"], COPIED);
}

#[tokio::test]
async fn many_tasks_are_each_reported_once() {
    let platform = Platform::start().await;
    for request in 0..40 {
        platform.document(request, b"words of my own that stand nowhere else");
        platform.verification(request);
    }
    platform.work_until(Platform::is_drained).await;
    assert!((0..40).all(|request| platform.report(request).unwrap()["code"] == 1));
    assert_eq!(platform.calls("PUT"), 40);
}

#[tokio::test]
async fn passing_failures_are_tried_again_at_once() {
    let platform = Platform::start().await;
    platform.document(REQUEST, COPIED.as_bytes());
    platform.fail_next(&["approle", "GET", "document", "PUT"]);
    platform.verification(REQUEST);
    platform.work_until(Platform::is_drained).await;
    assert_eq!(platform.report(REQUEST).unwrap()["code"], 3);
    assert_eq!((platform.calls("PUT"), platform.calls("postpone")), (2, 0));
}

#[tokio::test]
async fn after_a_longer_failure_the_message_comes_again() {
    let platform = Platform::start().await;
    platform.document(REQUEST, COPIED.as_bytes());
    platform.fail_next(&["PUT"; stand_in::ATTEMPTS as usize]);
    platform.verification(REQUEST);
    platform.work_until(Platform::is_drained).await;
    assert_eq!(platform.report(REQUEST).unwrap()["code"], 3);
    assert_eq!(platform.calls("postpone"), 1);
}

#[tokio::test]
async fn a_poison_message_is_left_and_hinders_no_other() {
    let platform = Platform::start().await;
    platform.document(REQUEST, COPIED.as_bytes());
    platform.message("no base64 {");
    platform.message(&sent("some.other.task", &json!([1, 2])));
    platform.message(&sent("tesla_ce.tasks.requests.verification.verify_request", &json!(["x"])));
    platform.verification(REQUEST);
    platform.work_until(|platform| platform.report(REQUEST).is_some()).await;
    assert_eq!(platform.undeleted(), 3);
    assert_eq!(platform.calls("postpone"), 0);
}

#[tokio::test]
async fn an_unreadable_document_is_reported_as_an_error() {
    let platform = Platform::start().await;
    platform.document(1, &[0xff, 0xfe, 0x00, 0x01]);
    platform.document(2, b"  \n");
    platform.missing_document(3);
    for request in 1..=3 {
        platform.verification(request);
    }
    platform.work_until(Platform::is_drained).await;
    for request in 1..=3 {
        let report = platform.report(request).unwrap();
        assert_eq!((&report["status"], &report["code"]), (&json!(2), &json!(0)));
        assert_eq!((&report["result"], &report["audit_data"]), (&Value::Null, &Value::Null));
        assert!(report["error_message"].as_str().unwrap().starts_with("The document"));
    }
}

#[tokio::test]
async fn an_expired_token_is_refreshed_once_for_all_tasks() {
    let platform = Platform::start().await;
    platform.expire_tokens_after_sign_in();
    for request in 0..8 {
        platform.document(request, COPIED.as_bytes());
        platform.verification(request);
    }
    platform.work_until(Platform::is_drained).await;
    assert_eq!((platform.calls("refresh"), platform.calls("approle")), (1, 1));
}

#[tokio::test]
async fn without_a_good_refresh_token_it_signs_in_again() {
    let platform = Platform::start().await;
    platform.expire_tokens_after_sign_in();
    platform.refuse_refresh();
    platform.document(REQUEST, COPIED.as_bytes());
    platform.verification(REQUEST);
    platform.work_until(Platform::is_drained).await;
    assert_eq!((platform.calls("refresh"), platform.calls("approle")), (1, 2));
    assert_eq!(platform.report(REQUEST).unwrap()["code"], 3);
}

#[tokio::test]
async fn what_was_reported_or_withdrawn_is_only_acknowledged() {
    let platform = Platform::start().await;
    platform.document(REQUEST, COPIED.as_bytes());
    platform.verification(REQUEST);
    platform.verification(9_999);
    platform.work_until(Platform::is_drained).await;
    platform.verification(REQUEST);
    platform.work_until(Platform::is_drained).await;
    assert_eq!(platform.calls("PUT"), 1);
}

#[tokio::test]
async fn the_requests_of_a_learner_are_found_on_all_pages() {
    let platform = Platform::start().await;
    for request in [11, 12, 13, 14, 15, 2, 4, 6] {
        platform.document(request, b"");
    }
    let (session, _) = platform.sign_in().await;
    assert_eq!(session.requests_of("odd", 3).await.unwrap(), [15, 13, 11]);
    assert_eq!(platform.calls("list"), 4);
}
