//! A user pool that answers what it is told to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_config::SdkConfig;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::aws::{config, serve};

/// Speaks Cognito's JSON protocol: answers are set by operation, calls are kept.
#[derive(Debug, Clone)]
pub struct Cognito {
    address: SocketAddr,
    state: Kept,
}

#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    answers: HashMap<String, (StatusCode, Value)>,
    calls: Vec<(String, Value)>,
    /// How many more calls go well before one fails.
    good: Option<usize>,
}

impl Cognito {
    /// The secret of the app client.
    pub const CLIENT_SECRET: &'static str = "the app client's secret";

    /// Starts, and knows the app client's secret.
    pub async fn start() -> Self {
        let state = Kept::default();
        let router = Router::new().fallback(answer).with_state(state.clone());
        let pool = Self { address: serve(router).await, state };
        let client = json!({"UserPoolClient": {"ClientSecret": Self::CLIENT_SECRET}});
        pool.set("DescribeUserPoolClient", client);
        pool
    }

    /// For clients of the pool.
    #[must_use]
    pub fn config(&self) -> SdkConfig {
        config(self.address)
    }

    /// From now on an operation answers this.
    pub fn set(&self, operation: &str, answer: Value) {
        self.insert(operation, StatusCode::OK, answer);
    }

    /// From now on an operation answers an error of this name.
    pub fn refuse(&self, operation: &str, error: &str) {
        self.refuse_saying(operation, error, &format!("{error}, in Cognito's words"));
    }

    /// From now on an operation answers an error of this name, in these words.
    pub fn refuse_saying(&self, operation: &str, error: &str, words: &str) {
        let body = json!({"__type": error, "message": words});
        self.insert(operation, StatusCode::BAD_REQUEST, body);
    }

    /// From now on an operation has no answer.
    pub fn forget(&self, operation: &str) {
        self.state.0.lock().expect("not poisoned").answers.remove(operation);
    }

    /// Once, after so many more calls, one fails on the service's side.
    pub fn fail_after(&self, good: usize) {
        self.state.0.lock().expect("not poisoned").good = Some(good);
    }

    /// The calls so far, with their input; they are forgotten then.
    #[must_use]
    pub fn take_calls(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.state.0.lock().expect("not poisoned").calls)
    }

    fn insert(&self, operation: &str, status: StatusCode, body: Value) {
        let mut inner = self.state.0.lock().expect("not poisoned");
        inner.answers.insert(operation.to_owned(), (status, body));
    }
}

async fn answer(State(kept): State<Kept>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let service = "AWSCognitoIdentityProviderService.";
    let Some(operation) = target.and_then(|target| target.strip_prefix(service)) else {
        return StatusCode::NOT_IMPLEMENTED.into_response();
    };
    let mut inner = kept.0.lock().expect("not poisoned");
    let input = serde_json::from_slice(&body).unwrap_or_default();
    inner.calls.push((operation.to_owned(), input));
    let answer = match inner.good {
        Some(0) => {
            inner.good = None;
            let fault = json!({"__type": "InternalErrorException", "message": "once"});
            Some((StatusCode::BAD_REQUEST, fault))
        }
        good => {
            inner.good = good.map(|good| good - 1);
            inner.answers.get(operation).cloned()
        }
    };
    match answer {
        Some((status, body)) => {
            (status, [(CONTENT_TYPE, "application/x-amz-json-1.1")], Json(body)).into_response()
        }
        None => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}
