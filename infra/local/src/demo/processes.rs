//! The reference provider's processes.

use std::fs::{File, create_dir_all};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Error, Result, anyhow, ensure};
use secrecy::ExposeSecret;
use tokio::process::{Child, Command};

use super::stack::Stack;
use super::submission;

const BINARY: &str = "reference-provider";
/// How long a poll of the queue waits; a stop takes as long.
const WAIT_SECONDS: &str = "1";
/// How long a process may take to stop before it is killed.
const GRACE: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Running processes; they end with this value.
pub(super) struct Processes {
    running: Vec<(Child, PathBuf)>,
}

/// Builds the reference provider, so that the demo never runs an old one. No package is named: its
/// dependencies have the whole workspace's features then, as when this tool was built, and are not
/// built anew.
pub(super) async fn build() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--bin", BINARY])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .status()
        .await?;
    ensure!(built.success(), "the reference provider can't be built");
    Ok(())
}

impl Processes {
    /// Starts so many processes; each writes a log of its own.
    pub(super) fn start(stack: &Stack, count: usize, logs: &Path) -> Result<Self> {
        create_dir_all(logs)?;
        let binary = std::env::current_exe()?.with_file_name(BINARY);
        let mut processes = Self { running: Vec::with_capacity(count) };
        for number in 1..=count {
            let log = logs.join(format!("{BINARY}-{number}.log"));
            let child = command(stack, &binary, &log)?.spawn()?;
            processes.running.push((child, log));
        }
        Ok(processes)
    }

    /// Completes when a process has ended of itself, and says where to read why.
    pub(super) async fn died(&mut self) -> Error {
        loop {
            for (child, log) in &mut self.running {
                if let Ok(Some(status)) = child.try_wait() {
                    let log = log.display();
                    return anyhow!("the reference provider ended ({status}), see {log}");
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Asks all to stop, and waits until they have.
    pub(super) async fn stop(mut self) {
        for (child, _) in &self.running {
            if let Some(id) = child.id() {
                // What can't be asked is killed below.
                let _ = Command::new("kill").arg(id.to_string()).status().await;
            }
        }
        for (child, _) in &mut self.running {
            if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
                let _ = child.kill().await;
            }
        }
    }
}

fn command(stack: &Stack, binary: &Path, log: &Path) -> Result<Command> {
    let log = File::create(log)?;
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("API_URL", &stack.base_url)
        .env("ROLE_ID", &stack.provider.role_id)
        .env("SECRET_ID", stack.provider.secret_id.expose_secret())
        .env("CORPUS", submission::texts().join("corpus"))
        .env("WAIT_SECONDS", WAIT_SECONDS)
        .env("AWS_ENDPOINT_URL", &stack.aws.endpoint_url)
        .env("AWS_REGION", &stack.aws.region)
        .env("AWS_ACCESS_KEY_ID", &stack.provider.aws_access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", stack.provider.aws_secret_access_key.expose_secret())
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true);
    Ok(command)
}
