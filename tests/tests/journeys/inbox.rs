//! What people were told, as `cargo dev inbox` shows it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Command;

use super::Stack;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// The message on a channel that speaks of something, once it has come.
pub(crate) async fn told(stack: &Stack, channel: &str, of: &str) -> Value {
    let start = Instant::now();
    loop {
        let all = all(stack).await;
        let is_it = |told: &&Value| told["channel"] == channel && told.to_string().contains(of);
        if let Some(told) = all.iter().find(is_it) {
            return told.clone();
        }
        assert!(start.elapsed() < PATIENCE, "no {channel} of {of}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn all(stack: &Stack) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["dev", "inbox", "--json"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("ATTESTA_STACK", &stack.file)
        .stdin(Stdio::null())
        .output();
    let output = output.await.expect("the inbox");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
