//! The platform's side of a function: starts its process and hands it events.

use std::fs;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use http::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::loads::Load;
use crate::quota::Quota;

/// A function that runs. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Lambda {
    pub(crate) process: Child,
    /// From the start of the process until it turned to the platform.
    pub(crate) until_poll: Duration,
    api: Arc<Api>,
    server: JoinHandle<()>,
    served: usize,
    /// The time that it had a CPU before it became the function.
    used_before: Duration,
}

/// The Lambda Runtime API, as far as it is needed here.
#[derive(Debug)]
struct Api {
    event: Bytes,
    /// A permit for each event that may still be handed out.
    allowed: Semaphore,
    progress: watch::Sender<Progress>,
    last_answer: Mutex<Bytes>,
    answered: Mutex<Option<Instant>>,
    first_contact: OnceLock<Instant>,
}

#[derive(Debug, Default)]
struct Progress {
    polls: usize,
    failure: Option<String>,
}

impl Lambda {
    /// Starts a function, and returns when it polls for its first event.
    pub(crate) async fn start(command: Command, load: &Load, stdout: Stdio) -> Result<Self> {
        Self::started(None, command, load, stdout).await
    }

    /// The same of a command of the quota's.
    pub(crate) async fn start_within(
        quota: &Quota,
        command: Command,
        load: &Load,
        stdout: Stdio,
    ) -> Result<Self> {
        Self::started(Some(quota), command, load, stdout).await
    }

    async fn started(
        quota: Option<&Quota>,
        mut command: Command,
        load: &Load,
        stdout: Stdio,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let api = Arc::new(Api {
            event: load.event.clone(),
            allowed: Semaphore::new(0),
            progress: watch::Sender::default(),
            last_answer: Mutex::default(),
            answered: Mutex::default(),
            first_contact: OnceLock::new(),
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&api)));
        let mut started = Instant::now();
        let mut process = spawn(&mut command, address, stdout)?;
        let mut used_before = Duration::ZERO;
        if let Some(quota) = quota {
            let id = process.id().context("the function ended")?;
            quota.entered(id).await?;
            used_before = used(id)?;
            let mut entrance = process.stdin.take().context("no entrance")?;
            started = Instant::now();
            entrance.write_all(b"\n").await?;
        }
        let until_poll = Duration::ZERO;
        let mut lambda = Self { process, until_poll, api, server, served: 0, used_before };
        lambda.wait_for_poll().await?;
        let contact = lambda.api.first_contact.get().context("a poll without a connection")?;
        lambda.until_poll = contact.duration_since(started);
        Ok(lambda)
    }

    /// Has it handle so many events, one after the other; how long it took until the last answer.
    pub(crate) async fn handle(&mut self, load: &Load, events: usize) -> Result<Duration> {
        self.served += events;
        let given = Instant::now();
        self.api.allowed.add_permits(events);
        self.wait_for_poll().await?;
        let answer = self.api.last_answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = String::from_utf8_lossy(&answer);
        ensure!(text.contains(load.answer), "{} answered unexpectedly: {text}", load.function);
        let answered = *self.api.answered.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(answered.context("no answer")?.duration_since(given))
    }

    /// The time that it had a CPU.
    pub(crate) fn used(&self) -> Result<Duration> {
        Ok(used(self.pid()?)?.saturating_sub(self.used_before))
    }

    pub(crate) fn pid(&self) -> Result<u32> {
        self.process.id().context("the function ended")
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn end(mut self) -> Result<ExitStatus> {
        let status = Command::new("kill").arg(self.pid()?.to_string()).status().await?;
        ensure!(status.success(), "could not end the function");
        Ok(self.process.wait().await?)
    }

    /// Waits until it has handled what it was given, and asks for more.
    async fn wait_for_poll(&mut self) -> Result<()> {
        let mut progress = self.api.progress.subscribe();
        let is_there = |now: &Progress| now.polls > self.served || now.failure.is_some();
        tokio::select! {
            now = progress.wait_for(is_there) => match &now?.failure {
                Some(failure) => bail!("the function reports: {failure}"),
                None => Ok(()),
            },
            status = self.process.wait() => bail!("the function ended: {}", status?),
        }
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The time that a process had a CPU.
fn used(process: u32) -> Result<Duration> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"))?;
    let used = tasks.map(|task| {
        let times = fs::read_to_string(task?.path().join("schedstat"))?;
        let nanoseconds = times.split(' ').next().context("no times")?.parse()?;
        Ok(Duration::from_nanos(nanoseconds))
    });
    used.sum()
}

fn spawn(command: &mut Command, api: SocketAddr, stdout: Stdio) -> Result<Child> {
    let command = command.env("AWS_LAMBDA_RUNTIME_API", api.to_string()).kill_on_drop(true);
    let process = command.stdin(Stdio::piped()).stdout(stdout).spawn();
    process.with_context(|| format!("could not start {:?}", command.as_std().get_program()))
}

async fn serve(listener: TcpListener, api: Arc<Api>) {
    let contacted = Arc::clone(&api);
    let listener = listener.tap_io(move |connection| {
        contacted.first_contact.get_or_init(Instant::now);
        // Where it can't be set, all functions are slowed down alike.
        let _ = connection.set_nodelay(true);
    });
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(failure))
        .route("/2018-06-01/runtime/init/error", post(failure))
        .with_state(api);
    // It serves until its task is ended.
    let _ = axum::serve(listener, router).await;
}

async fn next(State(api): State<Arc<Api>>) -> Result<Response, StatusCode> {
    const TIME: Duration = Duration::from_mins(15);
    const CLOSED: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
    api.progress.send_modify(|progress| progress.polls += 1);
    api.allowed.acquire().await.map_err(|_| CLOSED)?.forget();
    let deadline = (SystemTime::now() + TIME).duration_since(SystemTime::UNIX_EPOCH);
    Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", deadline.unwrap_or_default().as_millis().to_string())
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:1:function:f")
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
        .body(Body::from(api.event.clone()))
        .map_err(|_| CLOSED)
}

async fn response(State(api): State<Arc<Api>>, answer: Bytes) -> StatusCode {
    *api.answered.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    *api.last_answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    StatusCode::ACCEPTED
}

async fn failure(State(api): State<Arc<Api>>, error: String) -> StatusCode {
    api.progress.send_modify(|progress| progress.failure = Some(error));
    StatusCode::ACCEPTED
}
