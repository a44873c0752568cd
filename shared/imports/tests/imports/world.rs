//! The operations of two kinds of import between a small world and its callers.

use std::sync::Arc;
use std::time::Duration;

use attesta_identity::UserCaller;
use attesta_imports::{Desk, JobFor, Upload, Worked, Worker};
use attesta_messaging::{Courier, QueueUrls};
use attesta_model::ImportJobId;
use attesta_testing::{Answer, World, call, json, raw, with_header};
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::customer::{
    self, AsUser, Body, Failure, ImportJob, ImportReport, NewImportJob, Path,
};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::Value;

use crate::things::{StaffThings, Things};

/// A worker that has all the time in the world.
pub(crate) const LONG: Duration = Duration::from_hours(1);

#[derive(Debug)]
struct App {
    things: Desk,
    staff_things: Desk,
    world: Arc<World>,
    gate: UserGate,
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.gate
    }

    fn now(&self) -> Timestamp {
        self.world.store.ids().now()
    }
}

type Shared = State<Arc<App>>;

impl App {
    fn desk(&self, kind: &str) -> &Desk {
        if kind == "things" { &self.things } else { &self.staff_things }
    }
}

async fn import(
    State(app): Shared,
    AsUser(caller): AsUser,
    Path(kind): Path<String>,
    upload: Upload,
) -> Result<Json<ImportReport>, Failure> {
    Ok(Json(app.desk(&kind).import(&caller, upload).await?))
}

async fn template(
    State(app): Shared,
    AsUser(caller): AsUser,
    Path(kind): Path<String>,
) -> Result<Response, Failure> {
    Ok(app.desk(&kind).template(&caller).await?)
}

async fn create(
    State(app): Shared,
    AsUser(caller): AsUser,
    Path(kind): Path<String>,
    Body(JobFor(into)): Body<JobFor>,
) -> Result<Json<NewImportJob>, Failure> {
    Ok(Json(app.desk(&kind).create_job(&caller, &into).await?))
}

async fn start(
    State(app): Shared,
    AsUser(caller): AsUser,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<ImportJob>, Failure> {
    Ok(Json(app.desk(&kind).start_job(&caller, &id).await?))
}

async fn job(
    State(app): Shared,
    AsUser(caller): AsUser,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<ImportJob>, Failure> {
    Ok(Json(app.desk(&kind).job(&caller, &id).await?))
}

/// The world, what its imports make, and the operations.
pub(crate) struct Imports {
    pub(crate) world: Arc<World>,
    pub(crate) things: Things,
    router: Router,
}

impl Imports {
    pub(crate) async fn start() -> Self {
        Self::within(LONG).await
    }

    /// Where a request has this long for its rows.
    pub(crate) async fn within(longest: Duration) -> Self {
        let (world, things) = (Arc::new(World::start().await), Things::default());
        let desk = |world: &World| (world.store.clone(), world.objects.clone());
        let (store, objects) = desk(&world);
        let staff_things = Desk::new(StaffThings(things.clone()), store, objects);
        let (store, objects) = desk(&world);
        let app = App {
            things: Desk::new(things.clone(), store, objects).within(longest),
            staff_things,
            gate: world.user_gate(),
            world: Arc::clone(&world),
        };
        let routes = Router::new()
            .route("/{kind}/import", post(import))
            .route("/{kind}/import/template", get(template))
            .route("/{kind}/import/jobs", post(create))
            .route("/{kind}/import/jobs/{id}", get(job))
            .route("/{kind}/import/jobs/{id}/start", post(start));
        Self { world, things, router: customer::router(routes, Arc::new(app)) }
    }

    fn token(&self, caller: Option<&UserCaller>) -> String {
        caller.map(|caller| self.world.user_token(caller)).unwrap_or_default()
    }

    /// A call without a body, or with a JSON one.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        caller: &UserCaller,
        body: &Value,
    ) -> Answer {
        call(&self.router, json(method, path, &self.token(Some(caller)), body)).await
    }

    /// Posts a body as a form, whatever it is.
    pub(crate) async fn post(
        &self,
        path: &str,
        caller: Option<&UserCaller>,
        body: Vec<u8>,
    ) -> Answer {
        let request = raw("POST", path, &self.token(caller), body);
        let kind = "multipart/form-data; boundary=b";
        call(&self.router, with_header(request, "content-type", kind)).await
    }

    /// Imports a file of things, into an organisation where one is named.
    pub(crate) async fn import(
        &self,
        caller: &UserCaller,
        organisation: Option<&str>,
        file: &str,
    ) -> Answer {
        let into = organisation.map(|id| ("organisationId", None, id.as_bytes()));
        let file = [("file", Some("things.csv"), file.as_bytes())];
        let parts: Vec<_> = into.into_iter().chain(file).collect();
        self.post("/things/import", Some(caller), form(&parts)).await
    }

    /// Makes a job of staff's, uploads its file and starts it; its identifier.
    pub(crate) async fn started(&self, file: impl Into<Vec<u8>>) -> String {
        let staff = &self.world.staff;
        let made = self.call("POST", "/things/import/jobs", staff, &Value::Null).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let key = made.body["upload"]["fields"]["key"].as_str().expect("a key");
        self.world.aws.bucket.put_bytes(key, file.into());
        let id = made.body["id"].as_str().expect("an id").to_owned();
        let path = format!("/things/import/jobs/{id}/start");
        let started = self.call("POST", &path, staff, &Value::Null).await;
        assert_eq!((started.status.as_u16(), &started.body["status"]), (200, &"waiting".into()));
        id
    }

    /// A job as staff see it.
    pub(crate) async fn job(&self, id: &str) -> Value {
        let path = format!("/things/import/jobs/{id}");
        let answer = self.call("GET", &path, &self.world.staff, &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    pub(crate) fn worker(&self, longest: Duration) -> Worker {
        let (store, objects) = (self.world.store.clone(), self.world.objects.clone());
        Worker::new(store, objects, longest).with(self.things.clone())
    }

    /// Works on a job once.
    pub(crate) async fn work(&self, id: &str, longest: Duration) -> attesta_model::Result<Worked> {
        let id: ImportJobId = id.parse().expect("an id");
        self.worker(longest).work(id).await
    }

    /// What a job's report says.
    pub(crate) async fn report(&self, id: &str) -> Value {
        let link = self.job(id).await["report"].as_str().expect("a link").to_owned();
        let report = self.world.aws.bucket.get(&link).expect("there");
        serde_json::from_slice(&report).expect("JSON")
    }

    /// The jobs that messages call for by now, which are sent.
    pub(crate) async fn called(&self) -> Vec<String> {
        let queues = &self.world.aws.queues;
        let [events, messages, directory, imports] =
            ["events", "messages", "directory", "imports"].map(|name| queues.url(name));
        let urls = QueueUrls { events, messages, directory, imports: imports.clone() };
        let client = aws_sdk_sqs::Client::new(&self.world.aws.queues_config());
        let courier = Courier::new(self.world.store.clone(), client, urls);
        let before = queues.sent().len();
        for row in self.world.outbox().await {
            courier.deliver(&row).await.expect("delivered");
        }
        let sent = queues.sent().split_off(before);
        assert!(sent.iter().all(|sent| sent.queue_url == imports));
        sent.iter().map(|sent| serde_json::from_str(&sent.body).expect("an id")).collect()
    }
}

/// A form of parts with a name, a file's name and a content each.
pub(crate) fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--b--\r\n");
    body
}

/// Lines as a file of things.
pub(crate) fn things(lines: &[&str]) -> String {
    format!("reference,amount,action\n{}\n", lines.join("\n"))
}
