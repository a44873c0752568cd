//! The platform's provider API, its object storage and its queue, as far as a provider sees them.

#![expect(clippy::unwrap_used, reason = "a stand-in that can't go on ends its test")]

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use attesta_reference_provider::api::{Credentials, Queue, Session};
use attesta_reference_provider::corpus::Corpus;
use attesta_reference_provider::http::{Client, Patience};
use attesta_reference_provider::worker::{Options, Worker};
use aws_sdk_sqs::config::{BehaviorVersion, Credentials as AwsCredentials, Region};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How often a request is sent before its message is postponed.
pub(crate) const ATTEMPTS: u32 = 3;

type Answer = Result<Json<Value>, StatusCode>;

/// A running stand-in.
#[derive(Clone)]
pub(crate) struct Platform {
    url: String,
    state: Arc<Mutex<Books>>,
}

/// Messages are named by their receipt handle.
#[derive(Default)]
struct Books {
    waiting: VecDeque<usize>,
    messages: Vec<Option<String>>,
    received: HashMap<usize, u32>,
    documents: HashMap<u64, Option<Vec<u8>>>,
    reports: HashMap<u64, Value>,
    calls: HashMap<&'static str, u32>,
    failing: Vec<&'static str>,
    token: u32,
    expire_after_sign_in: bool,
    refuse_refresh: bool,
}

/// A task as a queue message.
pub(crate) fn sent(task: &str, args: &Value) -> String {
    let body = STANDARD.encode(json!([args, {}, {"chain": null}]).to_string());
    let envelope = json!({
        "body": body,
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"task": task, "id": "0190", "retries": 0},
        "properties": {"correlation_id": "0190", "body_encoding": "base64"},
    });
    STANDARD.encode(envelope.to_string())
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let platform = Self { url, state: Arc::default() };
        let router = Router::new()
            .route("/api/v2/auth/approle", post(approle))
            .route("/api/v2/auth/token/refresh", post(refresh))
            .route("/api/v2/provider/5/request/", get(list_requests))
            .route("/api/v2/provider/5/request/{id}/", get(read_request).put(put_request))
            .route("/documents/{id}", get(document))
            .route("/", post(queue))
            .with_state(platform.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        platform
    }

    pub(crate) fn document(&self, request: u64, content: &[u8]) {
        self.books().documents.insert(request, Some(content.to_vec()));
    }

    pub(crate) fn missing_document(&self, request: u64) {
        self.books().documents.insert(request, None);
    }

    pub(crate) fn message(&self, body: &str) {
        let mut books = self.books();
        let handle = books.messages.len();
        books.messages.push(Some(body.to_owned()));
        books.waiting.push_back(handle);
    }

    pub(crate) fn verification(&self, request: u64) {
        let task = "tesla_ce.tasks.requests.verification.verify_request";
        self.message(&sent(task, &json!([request, request + 1])));
    }

    /// Each call named fails once with 500 for each time it is named.
    pub(crate) fn fail_next(&self, calls: &[&'static str]) {
        self.books().failing.extend(calls);
    }

    pub(crate) fn expire_tokens_after_sign_in(&self) {
        self.books().expire_after_sign_in = true;
    }

    pub(crate) fn refuse_refresh(&self) {
        self.books().refuse_refresh = true;
    }

    pub(crate) fn report(&self, request: u64) -> Option<Value> {
        self.books().reports.get(&request).cloned()
    }

    pub(crate) fn calls(&self, name: &str) -> u32 {
        self.books().calls.get(name).copied().unwrap_or_default()
    }

    pub(crate) fn undeleted(&self) -> usize {
        self.books().messages.iter().flatten().count()
    }

    pub(crate) fn is_drained(&self) -> bool {
        self.undeleted() == 0
    }

    pub(crate) async fn sign_in(&self) -> (Session, Queue) {
        let patience = Patience {
            attempts: ATTEMPTS,
            first_pause: Duration::from_millis(5),
            longest_pause: Duration::from_millis(10),
        };
        let credentials =
            Credentials { role_id: "role".to_owned(), secret_id: "secret".to_owned().into() };
        Session::sign_in(Client::new(), patience, &self.url, credentials).await.unwrap()
    }

    /// Runs a worker until the condition holds, and then until it has stopped.
    pub(crate) async fn work_until(&self, condition: impl Fn(&Self) -> bool) {
        let (session, queue) = self.sign_in().await;
        let config = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(queue.region))
            .endpoint_url(&self.url)
            .credentials_provider(AwsCredentials::new("id", "key", None, None, "test"))
            .http_client(Client::new().for_sdk())
            .build();
        let mut corpus = Corpus::default();
        corpus.add("numbers", "zero one two three four five six seven eight nine ten eleven");
        let options = Options { queue_url: queue.url, wait_seconds: 0, concurrency: 8 };
        let sqs = aws_sdk_sqs::Client::from_conf(config);
        let stop = async {
            while !condition(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let run = Worker::new(session, sqs, corpus, options).run(stop);
        tokio::time::timeout(Duration::from_secs(20), run).await.expect("the work is never done");
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.state.lock().unwrap()
    }

    /// Counts a call, and lets it fail if it is to.
    fn called(&self, name: &'static str) -> Result<MutexGuard<'_, Books>, StatusCode> {
        let mut books = self.books();
        *books.calls.entry(name).or_default() += 1;
        match books.failing.iter().position(|failing| *failing == name) {
            Some(at) => {
                books.failing.remove(at);
                Err(StatusCode::INTERNAL_SERVER_ERROR)
            }
            None => Ok(books),
        }
    }
}

impl Books {
    fn tokens(&self) -> Value {
        json!({"access_token": format!("a{}", self.token), "refresh_token": "r"})
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let expected = format!("JWT a{}", self.token);
        let given = headers.get("authorization").is_some_and(|given| *given == expected);
        if given { Ok(()) } else { Err(StatusCode::UNAUTHORIZED) }
    }
}

async fn approle(State(platform): State<Platform>, Json(body): Json<Value>) -> Answer {
    let mut books = platform.called("approle")?;
    assert_eq!(body, json!({"role_id": "role", "secret_id": "secret"}));
    books.token += 1;
    let token = books.tokens();
    if std::mem::take(&mut books.expire_after_sign_in) {
        books.token += 1;
    }
    Ok(Json(json!({
        "provider_id": 5,
        "provider_queue": "provider-5",
        "config": {"CELERY_BROKER_TRANSPORT_OPTIONS": {
            "region": "eu-west-1",
            "predefined_queues": {"provider-5": {"url": format!("{}/0/provider-5", platform.url)}},
        }},
        "token": token,
    })))
}

async fn refresh(State(platform): State<Platform>, headers: HeaderMap) -> Answer {
    let mut books = platform.called("refresh")?;
    if books.refuse_refresh || headers["authorization"] != "JWT r" {
        return Err(StatusCode::FORBIDDEN);
    }
    books.token += 1;
    Ok(Json(json!({"token": books.tokens()})))
}

async fn read_request(
    State(platform): State<Platform>,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Answer {
    let books = platform.called("GET")?;
    books.check(&headers)?;
    if !books.documents.contains_key(&id) {
        return Err(StatusCode::NOT_FOUND);
    }
    let status = books.reports.get(&id).map_or(json!(0), |report| report["status"].clone());
    let data = format!("{}/documents/{id}", platform.url);
    Ok(Json(json!({"id": id + 1, "status": status, "request": {"id": id, "data": data}})))
}

/// Pages of two rows, the newest first; learners take turns by the request's id.
async fn list_requests(
    State(platform): State<Platform>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    let books = platform.called("list")?;
    books.check(&headers)?;
    assert_eq!(query["ordering"], "-id");
    let offset: usize = query.get("offset").map_or(0, |offset| offset.parse().unwrap());
    let mut ids: Vec<u64> = books.documents.keys().copied().collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    let row = |id: &u64| {
        let learner = if id.is_multiple_of(2) { "even" } else { "odd" };
        json!({"id": id + 1, "status": 0, "learner_id": learner, "request": {"id": id, "data": ""}})
    };
    let url = format!("{}/api/v2/provider/5/request/?ordering=-id", platform.url);
    let next = (offset + 2 < ids.len()).then(|| format!("{url}&offset={}", offset + 2));
    let results: Vec<Value> = ids.iter().skip(offset).take(2).map(row).collect();
    Ok(Json(json!({"count": ids.len(), "next": next, "previous": null, "results": results})))
}

async fn put_request(
    State(platform): State<Platform>,
    Path(id): Path<u64>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Answer {
    let mut books = platform.called("PUT")?;
    books.check(&headers)?;
    books.reports.insert(id, body.clone());
    Ok(Json(body))
}

async fn document(
    State(platform): State<Platform>,
    Path(id): Path<u64>,
) -> Result<Vec<u8>, StatusCode> {
    let books = platform.called("document")?;
    books.documents[&id].clone().ok_or(StatusCode::FORBIDDEN)
}

/// SQS's JSON protocol. A message postponed comes again at once.
async fn queue(State(platform): State<Platform>, headers: HeaderMap, body: String) -> Answer {
    let body: Value = serde_json::from_str(&body).unwrap();
    let handle = || body["ReceiptHandle"].as_str().unwrap().parse::<usize>().unwrap();
    match headers["x-amz-target"].to_str().unwrap() {
        "AmazonSQS.ReceiveMessage" => {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok(Json(json!({"Messages": received(&mut platform.books())})))
        }
        "AmazonSQS.DeleteMessage" => {
            platform.called("delete")?.messages[handle()] = None;
            Ok(Json(json!({})))
        }
        "AmazonSQS.ChangeMessageVisibility" => {
            assert_eq!(body["VisibilityTimeout"], 15);
            platform.called("postpone")?.waiting.push_back(handle());
            Ok(Json(json!({})))
        }
        other => panic!("{other} is not what a provider does"),
    }
}

fn received(books: &mut Books) -> Vec<Value> {
    let count = books.waiting.len().min(10);
    let handles: Vec<usize> = books.waiting.drain(..count).collect();
    let message = |handle: usize| {
        let times = books.received.entry(handle).or_default();
        *times += 1;
        json!({
            "MessageId": handle.to_string(),
            "ReceiptHandle": handle.to_string(),
            "Body": books.messages[handle],
            "Attributes": {"ApproximateReceiveCount": times.to_string()},
        })
    };
    handles.into_iter().map(message).collect()
}
