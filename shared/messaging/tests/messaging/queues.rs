//! A provider's queues are made.

use std::sync::{Arc, Mutex};

use attesta_messaging::{QueueNames, create, delete, open_to};
use attesta_model::{Error, ProviderId, Reason};
use attesta_testing::Aws;
use aws_sdk_sqs::Client;
use axum::body::Bytes;
use axum::extract::State;
use axum::{Json, Router};
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The calls that came, each with its body.
type Calls = Arc<Mutex<Vec<(String, Value)>>>;

const ARN: &str = "arn:aws:sqs:eu-west-1:000000000000:";

/// Takes what making a queue takes; a queue's address ends in its name.
async fn answer(State(calls): State<Calls>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let target = headers["x-amz-target"].to_str().expect("a text");
    let call = target.trim_start_matches("AmazonSQS.").to_owned();
    let name = |field: &str| {
        let text = body[field].as_str().unwrap_or_default();
        text.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let answer = match call.as_str() {
        "CreateQueue" => json!({ "QueueUrl": format!("http://queues/{}", name("QueueName")) }),
        "GetQueueAttributes" => {
            json!({ "Attributes": { "QueueArn": format!("{ARN}{}", name("QueueUrl")) } })
        }
        _ => json!({}),
    };
    calls.lock().expect("not poisoned").push((call, body));
    Json(answer)
}

async fn service() -> (Client, Calls) {
    let calls = Calls::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(answer).with_state(calls.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = Aws::start().await.queues_config().into_builder().endpoint_url(endpoint).build();
    (Client::new(&config), calls)
}

fn names() -> QueueNames {
    QueueNames::new("stack", ProviderId::new(7).expect("in range"))
}

fn made(calls: &Calls) -> Vec<(String, Value)> {
    std::mem::take(&mut *calls.lock().expect("not poisoned"))
}

#[tokio::test]
async fn a_queue_comes_with_dead_letters_beside_it() {
    let (client, calls) = service().await;
    let queue = create(&client, &names(), None).await.expect("made");
    assert_eq!(queue.name, "stack-provider-7");
    assert_eq!(queue.url, "http://queues/stack-provider-7");
    assert_eq!(queue.dead_url, "http://queues/stack-provider-7-dead");
    let calls = made(&calls);
    let created: Vec<_> = calls.iter().filter(|(call, _)| call == "CreateQueue").collect();
    assert_eq!(created[0].1["QueueName"], "stack-provider-7-dead");
    let attributes = &created[1].1["Attributes"];
    assert_eq!(attributes["VisibilityTimeout"], "900");
    assert_eq!(attributes["MessageRetentionPeriod"], "1209600");
    let redrive = attributes["RedrivePolicy"].as_str().expect("a text");
    assert_eq!(
        serde_json::from_str::<Value>(redrive).expect("JSON"),
        json!({ "deadLetterTargetArn": format!("{ARN}stack-provider-7-dead"), "maxReceiveCount": 5 })
    );
    assert!(calls.iter().all(|(call, _)| call != "SetQueueAttributes"));
}

#[tokio::test]
async fn the_named_principal_may_use_the_queue_and_nothing_beyond() {
    let (client, calls) = service().await;
    let worker = "arn:aws:iam::111122223333:role/worker";
    create(&client, &names(), Some(worker)).await.expect("made");
    let calls = made(&calls);
    let (call, body) = calls.last().expect("a call");
    assert_eq!(
        (call.as_str(), body["QueueUrl"].as_str()),
        ("SetQueueAttributes", Some("http://queues/stack-provider-7"),)
    );
    let policy = body["Attributes"]["Policy"].as_str().expect("a text");
    let policy: Value = serde_json::from_str(policy).expect("JSON");
    let statements = policy["Statement"].as_array().expect("a list");
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0]["Principal"], json!({ "AWS": worker }));
    assert_eq!(statements[0]["Resource"], format!("{ARN}stack-provider-7"));
    let actions = statements[0]["Action"].as_array().expect("a list");
    assert!(actions.iter().all(|action| action != "sqs:*" && action != "sqs:SetQueueAttributes"));
}

#[tokio::test]
async fn a_refusing_queue_service_is_an_error() {
    let aws = Aws::start().await;
    let client = Client::new(&aws.queues_config());
    aws.queues.set_failing("CreateQueue", Some("RequestThrottled"));
    assert!(create(&client, &names(), None).await.is_err());
}

#[tokio::test]
async fn another_principal_takes_the_place_of_the_one_before() {
    let aws = Aws::start().await;
    let client = Client::new(&aws.queues_config());
    let [one, two] = ["one", "two"].map(|name| format!("arn:aws:iam::111122223333:role/{name}"));
    let queue = create(&client, &names(), Some(&one)).await.expect("made");
    open_to(&client, &queue.url, Some(&two)).await.expect("opened");
    let policy = &aws.queues.made()[&queue.name];
    assert!(policy.contains(&two) && !policy.contains(&one), "{policy}");
    open_to(&client, &queue.url, None).await.expect("shut");
    assert_eq!(aws.queues.made()[&queue.name], "");
}

#[tokio::test]
async fn a_principal_that_aws_does_not_know_is_the_callers_mistake() {
    let aws = Aws::start().await;
    let client = Client::new(&aws.queues_config());
    aws.queues.set_failing("SetQueueAttributes", Some("InvalidAttributeValue"));
    let gone = "arn:aws:iam::111122223333:role/gone";
    let refusal = Reason::Rule("AWS knows no such principal.".to_owned());
    let refused = create(&client, &names(), Some(gone)).await;
    assert_eq!(refused, Err(Error::field("principal", refusal)));
    assert!(matches!(open_to(&client, "http://q", None).await, Err(Error::Internal(_))));
}

#[tokio::test]
async fn queues_are_taken_away_as_far_as_they_are_there() {
    let aws = Aws::start().await;
    let client = Client::new(&aws.queues_config());
    delete(&client, &names()).await.expect("nothing to do");
    create(&client, &names(), None).await.expect("made");
    assert_eq!(aws.queues.made().len(), 2);
    delete(&client, &names()).await.expect("gone");
    assert!(aws.queues.made().is_empty());
}
