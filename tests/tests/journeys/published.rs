//! The worker and the client that providers run, as they are published, in a
//! virtual environment that `cargo dev test` makes.

use std::fs::{File, create_dir_all, read_to_string};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Stack;
use super::own_provider::OwnProvider;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// How long the worker may take to stop before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// A program of the environment, which knows the stack and the provider alone.
pub(crate) fn program(stack: &Stack, provider: &OwnProvider, name: &str) -> Command {
    let programs = PathBuf::from(ROOT).join(".dev/worker/bin");
    assert!(programs.exists(), "`cargo dev test journeys` makes the worker's environment");
    let mut command = Command::new(programs.join(name));
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/worker"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("API_URL", stack.text("/baseUrl"))
        .env("ROLE_ID", &provider.role_id)
        .env("SECRET_ID", &provider.secret_id)
        .stdin(Stdio::null());
    command
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
        let process = program(stack, provider, "celery")
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

    /// What it has said so far.
    pub(crate) fn told(&self) -> String {
        read_to_string(&self.log).unwrap_or_default()
    }

    /// Asks it to end at once, with the process below it that does the tasks.
    fn stop(&mut self) {
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
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
        let mut process = program(stack, provider, "python")
            .arg("caller.py")
            .stdin(Stdio::piped())
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
