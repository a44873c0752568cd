//! Queues that keep what is sent to them.

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
}

/// Speaks SQS's JSON protocol, as far as sending goes.
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
    /// Queues that refuse what is sent to them.
    refusing: Vec<String>,
    /// How long messages were put off, in seconds.
    put_off: Vec<u64>,
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

    /// How long messages were put off so far, in seconds.
    #[must_use]
    pub fn put_off(&self) -> Vec<u64> {
        self.state.0.lock().expect("not poisoned").put_off.clone()
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
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    if target == Some("AmazonSQS.ChangeMessageVisibility") {
        let seconds = body["VisibilityTimeout"].as_u64().unwrap_or_default();
        kept.0.lock().expect("not poisoned").put_off.push(seconds);
        return Json(json!({})).into_response();
    }
    if target != Some("AmazonSQS.SendMessage") {
        return StatusCode::NOT_IMPLEMENTED.into_response();
    }
    let mut inner = kept.0.lock().expect("not poisoned");
    if inner.refusing.contains(&text("QueueUrl")) {
        let error = json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "none"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    inner.sent.push(Sent { queue_url: text("QueueUrl"), body: text("MessageBody") });
    Json(json!({"MessageId": inner.sent.len().to_string()})).into_response()
}
