//! Queues that keep what is sent to them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::aws::serve;

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Where to.
    pub queue_url: String,
    /// What.
    pub body: String,
    /// How many seconds before anybody may see it.
    pub delay_seconds: u64,
}

/// Speaks SQS's JSON protocol, as far as making queues and sending go.
#[derive(Debug, Clone)]
pub struct Queues {
    pub(crate) address: SocketAddr,
    state: Kept,
}

#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    sent: Vec<Sent>,
    /// How many messages came in each batch.
    batches: Vec<usize>,
    /// So many messages of the next batches are refused, each by itself.
    refused: usize,
    /// Queues that refuse what is sent to them.
    refusing: Vec<String>,
    /// How long messages of which queue were put off, in seconds.
    put_off: Vec<(String, u64)>,
    /// The queues that were made, each with its policy.
    made: BTreeMap<String, String>,
    /// Calls that fail, each with its error.
    failing: BTreeMap<String, String>,
    /// How many messages lie in a queue, by its name.
    held: BTreeMap<String, usize>,
}

impl Queues {
    pub(crate) async fn start() -> Self {
        let state = Kept::default();
        let router = Router::new().fallback(take).with_state(state.clone());
        Self { address: serve(router).await, state }
    }

    /// The address of a queue.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/000000000000/{name}", self.address)
    }

    /// What was sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.state.0.lock().expect("not poisoned").sent.clone()
    }

    /// How many messages came in each batch so far.
    #[must_use]
    pub fn batches(&self) -> Vec<usize> {
        self.state.0.lock().expect("not poisoned").batches.clone()
    }

    /// Refuses so many messages of the next batches, and takes the rest.
    pub fn refuse_some(&self, count: usize) {
        self.state.0.lock().expect("not poisoned").refused = count;
    }

    /// How long messages of which queue were put off so far, in seconds.
    #[must_use]
    pub fn put_off(&self) -> Vec<(String, u64)> {
        self.state.0.lock().expect("not poisoned").put_off.clone()
    }

    /// The queues that were made and not deleted, each with its policy.
    #[must_use]
    pub fn made(&self) -> BTreeMap<String, String> {
        self.state.0.lock().expect("not poisoned").made.clone()
    }

    /// From now on a call fails with this error, or succeeds again.
    pub fn set_failing(&self, call: &str, error: Option<&str>) {
        let mut inner = self.state.0.lock().expect("not poisoned");
        inner.failing.remove(call);
        inner.failing.extend(error.map(|error| (call.to_owned(), error.to_owned())));
    }

    /// Has a queue lie there with so many messages.
    pub fn set_held(&self, name: &str, count: usize) {
        let mut inner = self.state.0.lock().expect("not poisoned");
        inner.made.entry(name.to_owned()).or_default();
        inner.held.insert(name.to_owned(), count);
    }

    /// From now on a queue refuses, or takes again.
    pub fn set_refusing(&self, url: &str, refuses: bool) {
        let mut inner = self.state.0.lock().expect("not poisoned");
        inner.refusing.retain(|refusing| refusing != url);
        if refuses {
            inner.refusing.push(url.to_owned());
        }
    }
}

async fn take(State(kept): State<Kept>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let call = target.unwrap_or_default().trim_start_matches("AmazonSQS.");
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let url_of = |name: &str| format!("http://{host}/000000000000/{name}");
    let name_of = |url: &str| url.rsplit('/').next().unwrap_or_default().to_owned();
    let mut inner = kept.0.lock().expect("not poisoned");
    if let Some(error) = inner.failing.get(call) {
        let error = json!({"__type": format!("com.amazonaws.sqs#{error}"), "message": "no"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let absent = || {
        let error = json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "none"});
        (StatusCode::BAD_REQUEST, Json(error)).into_response()
    };
    let answer = match call {
        "SendMessage" | "SendMessageBatch" if inner.refusing.contains(&text("QueueUrl")) => {
            return absent();
        }
        "SendMessage" => inner.keep(&text("QueueUrl"), &body),
        "SendMessageBatch" => {
            inner.keep_batch(&text("QueueUrl"), body["Entries"].as_array().expect("entries"))
        }
        "ChangeMessageVisibility" => {
            let seconds = body["VisibilityTimeout"].as_u64().unwrap_or_default();
            inner.put_off.push((text("QueueUrl"), seconds));
            json!({})
        }
        "CreateQueue" => {
            inner.made.entry(text("QueueName")).or_default();
            json!({"QueueUrl": url_of(&text("QueueName"))})
        }
        "GetQueueUrl" => match inner.made.contains_key(&text("QueueName")) {
            true => json!({"QueueUrl": url_of(&text("QueueName"))}),
            false => return absent(),
        },
        "GetQueueAttributes" => {
            let name = name_of(&text("QueueUrl"));
            let held = inner.held.get(&name).copied().unwrap_or_default();
            json!({"Attributes": {
                "QueueArn": format!("arn:aws:sqs:eu-west-1:000000000000:{name}"),
                "ApproximateNumberOfMessages": held.to_string(),
            }})
        }
        "ListQueues" => {
            let prefix = text("QueueNamePrefix");
            let found = inner.made.keys().filter(|name| name.starts_with(&prefix));
            json!({"QueueUrls": found.map(|name| url_of(name)).collect::<Vec<_>>()})
        }
        "SetQueueAttributes" => {
            let policy = body["Attributes"]["Policy"].as_str().unwrap_or_default().to_owned();
            inner.made.insert(name_of(&text("QueueUrl")), policy);
            json!({})
        }
        "DeleteQueue" => {
            inner.made.remove(&name_of(&text("QueueUrl")));
            json!({})
        }
        _ => return StatusCode::NOT_IMPLEMENTED.into_response(),
    };
    Json(answer).into_response()
}

impl Inner {
    fn keep_batch(&mut self, queue_url: &str, entries: &[Value]) -> Value {
        self.batches.push(entries.len());
        let (refused, taken) = entries.split_at(self.refused.min(entries.len()));
        self.refused -= refused.len();
        let failed = refused
            .iter()
            .map(|entry| json!({"Id": entry["Id"], "Code": "InternalError", "SenderFault": false}));
        let failed: Vec<_> = failed.collect();
        let taken: Vec<_> = taken.iter().map(|entry| self.keep(queue_url, entry)).collect();
        json!({"Successful": taken, "Failed": failed})
    }

    fn keep(&mut self, queue_url: &str, message: &Value) -> Value {
        let body = message["MessageBody"].as_str().unwrap_or_default().to_owned();
        let delay_seconds = message["DelaySeconds"].as_u64().unwrap_or_default();
        self.sent.push(Sent { queue_url: queue_url.to_owned(), body, delay_seconds });
        let number = self.sent.len().to_string();
        json!({"Id": message["Id"], "MessageId": number, "MD5OfMessageBody": ""})
    }
}
