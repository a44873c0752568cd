//! The local console, as a program reads it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use attesta_model::{IdFactory, Message, Notice, OrganisationId, SystemSource};
use attesta_reference_provider::http::Method;
use attesta_store::{Event, OutboxRow};
use attesta_testing::outgoing_item;
use aws_sdk_dynamodb::Client as Table;
use aws_sdk_sqs::Client as Queues;
use aws_sdk_sqs::types::QueueAttributeName;
use http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::inbox::told;
use super::own_provider::OwnProvider;
use super::{Answer, Stack, a_uuid};

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// What the console answers to a GET with headers.
async fn read(stack: &Stack, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(format!("{}{path}", stack.text("/consoleUrl")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    stack.send(&request.body(Vec::new()).expect("a request")).await
}

/// What the console answers, once it is so.
async fn until(stack: &Stack, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let answer = read(stack, path, &[]).await;
        if answer.status == 200 && is_so(&answer.body) {
            return answer.body;
        }
        assert!(start.elapsed() < PATIENCE, "still so: {answer:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn list<'a>(body: &'a Value, of: &str) -> &'a [Value] {
    body[of].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Puts a row into the outbox, as an operation does.
pub(crate) async fn put_outgoing(stack: &Stack, fill: impl FnOnce(&mut OutboxRow)) {
    let ids = IdFactory::new(Arc::new(SystemSource));
    let mut row = OutboxRow::new(ids.integer().expect("a number"), ids.now());
    fill(&mut row);
    let put = Table::new(&stack.aws()).put_item().table_name(stack.text("/table"));
    put.set_item(Some(outgoing_item(&row))).send().await.expect("written");
}

/// Has somebody sent a link to sign in by.
pub(crate) async fn send_link(stack: &Stack, link: &str) {
    put_outgoing(stack, |row| {
        let expires_at = row.created_at + SignedDuration::from_mins(15);
        let phone = "+447700900123".to_owned();
        let notice = Notice::MagicLink { phone, link: link.to_owned(), expires_at };
        row.messages = vec![Message { id: a_uuid(), notice }];
    })
    .await;
}

/// Hands in a request to a provider of the journey's own; its number.
pub(crate) async fn hand_in(stack: &Stack, provider: &OwnProvider) -> u64 {
    let user = stack.sign_in("user").await;
    let place = stack.new_learner(&user).await;
    let path = provider.request(stack, &user, &place, "A text.").await;
    path.rsplit('/').nth(1).and_then(|id| id.parse().ok()).expect("a number")
}

/// The provider answers it.
pub(crate) async fn answer(stack: &Stack, provider: &OwnProvider, request: u64) {
    let (path, token) =
        (provider.path(&format!("request/{request}/")), provider.token(stack).await);
    let said = json!({"status": 1, "result": 0.9, "code": 1, "audit_data": {}});
    let put = stack.call(Method::PUT, &path, &token, &said, &[]).await;
    assert_eq!(put.status, 200, "{:?}", put.body);
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn no_other_sites_page_reads_the_console() {
    let stack = Stack::running();
    let own = stack.text("/consoleUrl").trim_end_matches('/').to_owned();
    let port = own.rsplit(':').next().expect("a port");
    let by_number = format!("127.0.0.1:{port}");
    let rebound = format!("attacker.example:{port}");
    let cases: [(&[(&str, &str)], u16); 8] = [
        (&[], 200),
        (&[("host", &by_number)], 200),
        (&[("origin", &own), ("sec-fetch-site", "same-origin")], 200),
        (&[("host", &rebound)], 421),
        (&[("host", "localhost")], 421),
        (&[("origin", "https://attacker.example")], 403),
        (&[("origin", "null")], 403),
        (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], 403),
    ];
    for (headers, status) in cases {
        for path in ["", "state", "messages"] {
            assert_eq!(read(&stack, path, headers).await.status, status, "{path} {headers:?}");
        }
    }
    let posted = Request::post(format!("{own}/state")).body(Vec::new()).expect("a request");
    assert_eq!(stack.send(&posted).await.status, 405);
    for path in ["read/../emulator.py", "read/stack.json", "emulated.py", "log?request=short"] {
        assert_eq!(read(&stack, path, &[]).await.status, 404, "{path}");
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn requests_show_how_they_were_answered_and_nothing_that_they_said() {
    let stack = Stack::running();
    let (mark, secret) = (a_uuid().simple().to_string(), a_uuid().to_string());
    let path = format!("/lapi/v1/no-{mark}/?limit=2&token={secret}");
    let body = json!({"username": "owner@college.example", "password": secret});
    stack.call(Method::POST, &path, &secret, &body, &[]).await;
    let is_it = |one: &&Value| one["path"].as_str().is_some_and(|path| path.contains(&mark));
    let state =
        until(&stack, "state", |state| list(state, "requests").iter().any(|r| is_it(&r))).await;
    let seen = list(&state, "requests").iter().find(is_it).expect("it");
    assert_eq!(seen["path"], format!("/lapi/v1/no-{mark}/?limit=2&token=…"));
    assert_eq!((&seen["method"], &seen["status"]), (&json!("POST"), &json!(404)));
    assert!(seen["took"].is_number() && seen["at"].is_number());
    assert!(!state.to_string().contains(&secret));

    let log = format!("log?request={}", seen["requestId"].as_str().expect("an id"));
    let lines = until(&stack, &log, |lines| !lines[0].is_null()).await;
    assert_eq!(lines[0]["function"], "attesta-intake");
    assert!(lines.to_string().contains("handled") && !lines.to_string().contains(&secret));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn functions_show_when_they_were_called_and_the_api_answers() {
    let stack = Stack::running();
    stack.provider_token().await;
    let function = |state: &Value| {
        let mut all = list(state, "functions").iter();
        all.find(|one| one["name"] == "attesta-tokens").cloned().unwrap_or_default()
    };
    let is_so =
        |state: &Value| state["probe"]["status"] == 200 && function(state)["called"].is_number();
    let state = until(&stack, "state", is_so).await;
    assert_eq!(function(&state)["state"], "Active");
    assert_eq!(list(&state, "functions").len(), 20);

    let mark = a_uuid().to_string();
    let error = json!({"level": "ERROR", "operation": "GET /a", "error": mark}).to_string();
    let stream = json!({"logGroupName": "/aws/lambda/attesta-tokens", "logStreamName": mark});
    let mut events = stream.clone();
    let now = IdFactory::new(Arc::new(SystemSource)).now().as_millisecond();
    events["logEvents"] = json!([{"timestamp": now, "message": error}]);
    for (action, body) in [("CreateLogStream", stream), ("PutLogEvents", events)] {
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", &format!("Logs_20140328.{action}")),
        ];
        aws(&stack, "logs", "/", &headers, body.to_string()).await;
    }
    let state = until(&stack, "state", |state| function(state)["error"]["text"] == mark).await;
    assert_eq!(function(&state)["error"]["operation"], "GET /a");
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn queues_show_what_waits_and_what_was_set_aside() {
    let stack = Stack::running();
    let queues = Queues::new(&stack.aws());
    let name = a_uuid().simple().to_string();
    let dead = format!("{name}-dead");
    let made = queues.create_queue().queue_name(&dead).send().await.expect("a queue");
    let dead_url = made.queue_url.expect("a URL");
    let wanted = [QueueAttributeName::QueueArn];
    let about = queues.get_queue_attributes().queue_url(&dead_url);
    let about = about.set_attribute_names(Some(wanted.to_vec())).send().await.expect("an ARN");
    let arn = &about.attributes.expect("attributes")[&wanted[0]];
    let policy = json!({"deadLetterTargetArn": arn, "maxReceiveCount": 3}).to_string();
    let made = queues.create_queue().queue_name(&name);
    let made = made.attributes(QueueAttributeName::RedrivePolicy, policy).send().await;
    let url = made.expect("a queue").queue_url.expect("a URL");
    for (url, delay) in [(&url, 0), (&url, 0), (&url, 0), (&url, 600), (&dead_url, 0)] {
        let send = queues.send_message().queue_url(url).message_body("{}").delay_seconds(delay);
        send.send().await.expect("sent");
    }
    queues.receive_message().queue_url(&url).visibility_timeout(600).send().await.expect("taken");

    let state = read(&stack, "state", &[]).await.body;
    let found: Vec<_> = list(&state, "queues").iter().collect();
    let own = found.iter().find(|one| one["name"] == name.as_str()).expect("the queue");
    let counts = ["waiting", "flying", "delayed"].map(|of| own[of].as_u64());
    assert_eq!(counts, [Some(2), Some(1), Some(1)]);
    assert_eq!(own["dead"], json!({"name": dead, "count": 1}));
    assert!(own["oldest"].is_number());
    assert!(!found.iter().any(|one| one["name"] == dead.as_str()), "it stands with its queue");
    for url in [url, dead_url] {
        queues.delete_queue().queue_url(url).send().await.expect("deleted");
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn an_sms_and_an_e_mail_of_html_alone_come_to_the_inbox() {
    let stack = Stack::running();
    let mark = a_uuid().simple().to_string();
    let sms =
        format!("Action=Publish&Version=2010-03-31&PhoneNumber=%2B447700900123&Message={mark}");
    aws(&stack, "sns", "/", &[("content-type", "application/x-www-form-urlencoded")], sms).await;
    let mail = json!({
        "FromEmailAddress": "no-reply@attesta.example",
        "Destination": {"ToAddresses": [format!("{mark}@college.example")]},
        "Content": {"Simple": {
            "Subject": {"Data": "A subject"},
            "Body": {"Html": {"Data": "<p>A text.</p>"}},
        }},
    });
    let path = "/v2/email/outbound-emails";
    aws(&stack, "ses", path, &[("content-type", "application/json")], mail.to_string()).await;
    let sms = told(&stack, "sms", &mark).await;
    assert_eq!((sms.to.as_str(), sms.text), ("+447700900123", mark.clone()));

    let mail = told(&stack, "email", &mark).await;
    let between = mail.time.duration_since(sms.time).abs();
    assert!(between < SignedDuration::from_mins(5), "{between}");
    assert_eq!(
        (mail.subject.as_deref(), mail.text.as_str()),
        (Some("A subject"), "<p>A text.</p>")
    );
}

/// Calls the local AWS with the key that may do anything.
async fn aws(stack: &Stack, service: &str, path: &str, headers: &[(&str, &str)], body: String) {
    let key = stack.text("/aws/accessKeyId");
    let signed = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/{service}/aws4_request, \
         SignedHeaders=host, Signature=unchecked"
    );
    let mut request = Request::post(format!("{}{path}", stack.text("/aws/endpointUrl")));
    request = request.header("authorization", signed);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = stack.send(&request.body(body.into_bytes()).expect("a request")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_requests_steps_are_told_from_its_coming_in_to_its_webhook() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let id = hand_in(&stack, &provider).await;
    let path = format!("verification?id={id}");
    let has = |found: &Value, what: &str| {
        let is_it = |step: &Value| step["what"].as_str().is_some_and(|told| told.contains(what));
        list(found, "steps").iter().any(is_it)
    };
    let found = until(&stack, &path, |found| has(found, "Task is in")).await;
    assert_eq!((&found["state"], &found["answered"]), (&json!("open"), &json!(0)));
    assert!(list(&found, "steps")[0]["requestId"].as_str().is_some_and(|id| !id.is_empty()));
    assert!(has(&found, "hasn't answered"), "{found}");

    answer(&stack, &provider, id).await;
    let event = a_uuid();
    put_outgoing(&stack, |row| {
        let organisation = stack.text("/organisationId").parse().expect("a UUID");
        row.events = vec![Event {
            id: event,
            organisation_id: OrganisationId(organisation),
            kind: "verification.completed".to_owned(),
            at: row.created_at,
            data: json!({"request_id": id}).to_string(),
        }];
    })
    .await;
    let is_told = |found: &Value| has(found, "Complete") && has(found, "Webhook");
    let found = until(&stack, &path, is_told).await;
    assert_eq!((&found["state"], &found["answered"]), (&json!("complete"), &json!(1)));
    let put = format!("PUT {}", provider.path(&format!("request/{id}/")));
    let wanted = [
        "Handed in",
        "Out of the outbox",
        "Task in ",
        &put,
        " answered",
        "Complete",
        "Event in attesta-events",
        "Event taken from attesta-events",
    ];
    for what in wanted {
        assert!(has(&found, what), "{what}: {found:#}");
    }
    let times: Vec<_> = list(&found, "steps").iter().filter_map(|one| one["at"].as_u64()).collect();
    assert!(times.is_sorted() && times.len() > wanted.len(), "{found:#}");
    let state = read(&stack, "state", &[]).await.body;
    let number = id.to_string();
    let is_it = |one: &Value| one["id"] == number.as_str() && one["state"] == "complete";
    assert!(list(&state, "verifications").iter().any(is_it), "{state:#}");
    for unknown in ["verification?id=1", "verification?id=x", "verification"] {
        assert_eq!(read(&stack, unknown, &[]).await.status, 404, "{unknown}");
    }
}
