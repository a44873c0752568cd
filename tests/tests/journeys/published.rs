//! The worker and the client that providers run, as they are published, in a
//! virtual environment that `cargo dev test` makes.

use std::fs::{File, create_dir_all, read_to_string};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Stack;
use super::own_provider::OwnProvider;

/// Runs a program until its own input ends: with the journey, whatever becomes
/// of that. What does not stop then is killed.
const WATCH: &str = r#"
    "$@" & program=$!
    read -r _
    kill -QUIT $program
    { sleep 10; kill -9 $program; } & mercy=$!
    wait $program; kill $mercy
"#;
/// How long to wait for the worker to say something.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A program, which knows the stack and the provider alone.
fn program(stack: &Stack, provider: &OwnProvider, path: &Path) -> Command {
    let mut command = Command::new(path);
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/worker"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("API_URL", stack.text("/baseUrl"))
        .env("ROLE_ID", &provider.role_id)
        .env("SECRET_ID", &provider.secret_id)
        .stdin(Stdio::piped());
    command
}

/// A program of the environment.
fn installed(name: &str) -> PathBuf {
    let programs = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.dev/worker/bin"));
    assert!(programs.exists(), "`cargo dev test journeys` makes the worker's environment");
    programs.join(name)
}

/// A running worker; it ends with this value.
#[derive(Debug)]
pub(crate) struct Worker {
    process: Child,
    log: PathBuf,
}

impl Worker {
    /// Starts one with the provider class of the journeys.
    pub(crate) fn start(stack: &Stack, provider: &OwnProvider) -> Self {
        let logs = stack.file.with_file_name("logs");
        create_dir_all(&logs).expect("a directory for logs");
        let log = logs.join(format!("published-worker-{}.log", provider.id));
        let output = File::create(&log).expect("a log");
        let process = program(stack, provider, Path::new("/bin/sh"))
            .args(["-c", WATCH, "watch"])
            .arg(installed("celery"))
            .args(["-A", "tesla_ce_provider", "worker", "-c", "1", "-l", "INFO"])
            .env("PROVIDER_CLASS", "journey_provider.JourneyProvider")
            .env("PYTHONPATH", ".")
            .env("LOG_TASK_TRACE", "1")
            .env("AWS_ENDPOINT_URL", stack.text("/aws/endpointUrl"))
            .env("AWS_ACCESS_KEY_ID", stack.text("/provider/awsAccessKeyId"))
            .env("AWS_SECRET_ACCESS_KEY", stack.text("/provider/awsSecretAccessKey"))
            .stdout(output.try_clone().expect("a log"))
            .stderr(output)
            .spawn()
            .expect("the worker");
        Self { process, log }
    }

    /// Waits until it has said so.
    pub(crate) async fn until_told(&self, text: &str) {
        let start = Instant::now();
        while !self.told().contains(text) {
            assert!(start.elapsed() < PATIENCE, "never told: {text}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn told(&self) -> String {
        read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("The worker said:\n{}", self.told());
        }
    }
}

/// The client, which calls what it is told to; it ends with this value.
#[derive(Debug)]
pub(crate) struct Client {
    process: Child,
    calls: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    /// Signs in.
    pub(crate) fn start(stack: &Stack, provider: &OwnProvider) -> Self {
        let mut process = program(stack, provider, &installed("python"))
            .arg("caller.py")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the client");
        let calls = process.stdin.take().expect("piped");
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        Self { process, calls, answers }
    }

    /// What a method returns.
    pub(crate) fn call(&mut self, method: &str, arguments: &Value) -> Value {
        let mut told = self.told(method, arguments);
        assert!(told.get("raised").is_none(), "{method}: {told}");
        told["answer"].take()
    }

    /// What a method raises: its class and text.
    pub(crate) fn raised(&mut self, method: &str, arguments: &Value) -> (String, String) {
        let told = self.told(method, arguments);
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        assert!(told.get("raised").is_some(), "{method}: {told}");
        (text("raised"), text("text"))
    }

    fn told(&mut self, method: &str, arguments: &Value) -> Value {
        writeln!(self.calls, "{}", json!([method, arguments])).expect("it listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
