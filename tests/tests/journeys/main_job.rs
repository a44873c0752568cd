//! A verification request travels to a provider and back.

use std::process::Stdio;
use std::time::Duration;

use attesta_reference_provider::http::Method;
use serde_json::json;
use tokio::process::Command;

use super::Stack;

/// The demo is a program of the project; a journey is the demo that must end well.
pub(crate) fn demo(stack: &Stack, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["dev", "demo"])
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("ATTESTA_STACK", &stack.file)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn real_texts_come_back_ok_alert_ok() {
    let stack = Stack::running();
    let output = demo(&stack, &[]).output().await.expect("the demo");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("codes: ok, alert, ok"), "{told}");
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_user_submits_and_the_provider_sees_it_and_answers() {
    let stack = Stack::running();
    let user = stack.sign_in("user").await;
    let place = stack.new_learner(&user).await;
    let path = format!("/lapi/v1/verification/{place}");
    let body = json!({"instruments": [5], "data": "Nobody will read this one.", "activity": "a"});
    let key = [("idempotency-key", place.as_str())];
    let first = stack.call(Method::POST, &path, &user, &body, &key).await;
    assert_eq!(first.status, 201, "{:?}", first.body);
    assert_eq!(first.body["status"], 2);

    // The same call again: one effect, one answer.
    let again = stack.call(Method::POST, &path, &user, &body, &key).await;
    assert_eq!((again.status, &again.body["id"]), (201, &first.body["id"]));
    let other = json!({"instruments": [5], "data": "Something else."});
    let reused = stack.call(Method::POST, &path, &user, &other, &key).await;
    assert_eq!(reused.status, 409, "{:?}", reused.body);

    let provider = stack.provider_token().await;
    let id = first.body["id"].as_u64().expect("a number");
    let result = format!("/api/v2/provider/{}/request/{id}/", stack.text("/provider/id"));
    let seen = stack.get(&result, &provider).await;
    assert_eq!((seen.status, seen.body["request"]["id"].as_u64()), (200, Some(id)));

    let answer = json!({"status": 1, "result": 0.4, "code": 1, "audit_data": {"why": "a test"}});
    let put = stack.call(Method::PUT, &result, &provider, &answer, &[]).await;
    assert_eq!(put.status, 200, "{:?}", put.body);
    let put_again = stack.call(Method::PUT, &result, &provider, &answer, &[]).await;
    assert_eq!((put_again.status, &put_again.body["id"]), (200, &put.body["id"]));
    let back = stack.post(&format!("{result}status/"), &provider, &json!({"status": 0})).await;
    assert_eq!(back.status, 400);
    assert_eq!(back.body, json!(["Cannot change processed results status."]));

    let read = stack.get(&format!("{path}{id}/"), &user).await;
    assert_eq!((read.status, &read.body["status"]), (200, &json!(3)));
    let instrument = &read.body["instruments"][0];
    assert_eq!(instrument["code"], 3, "worse than the provider's threshold: {instrument}");
    assert_eq!(instrument["results"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn the_providers_list_counts_each_request_once_and_links_lead_on() {
    let stack = Stack::running();
    let user = stack.sign_in("user").await;
    let place = stack.new_learner(&user).await;
    for n in 0..3 {
        let body = json!({"instruments": [5], "data": format!("Text number {n}.")});
        let path = format!("/lapi/v1/verification/{place}");
        assert_eq!(stack.post(&path, &user, &body).await.status, 201);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let provider = stack.provider_token().await;
    let first = format!("/api/v2/provider/{}/request/?limit=1", stack.text("/provider/id"));
    let page = stack.get(&first, &provider).await;
    assert!(page.body["count"].as_u64().is_some_and(|count| count >= 3), "{:?}", page.body);
    let next = page.body["next"].as_str().expect("a link").to_owned();
    let path = next.strip_prefix(&stack.text("/baseUrl")).expect("begins with the base URL");
    let following = stack.get(path, &provider).await;
    assert_eq!(following.status, 200);
    assert_ne!(following.body["results"][0]["id"], page.body["results"][0]["id"]);
}
