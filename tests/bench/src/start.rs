//! From the start of a process to its first poll.
//!
//! The warm-up call, which waits for others, is apart: functions log how long
//! it took, and that much is taken off.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::aws::Aws;
use crate::binaries::Binaries;
use crate::lambda::Lambda;
use crate::report::Figure;
use crate::{HELLO, loads};

/// The functions take turns, so that a busy machine is busy for all of them.
const ROUNDS: usize = 41;

#[derive(Debug, Default)]
struct Times {
    starts: Vec<Duration>,
    warm_ups: Vec<Duration>,
}

pub(crate) async fn measure(binaries: &Binaries, aws: &Aws) -> Result<Vec<Figure>> {
    let mut hello = Times::default();
    let functions = binaries.functions().map(|name| (name, Times::default()));
    let mut functions = functions.collect::<Vec<_>>();
    for _ in 0..ROUNDS {
        hello.add(start(HELLO, binaries, aws).await?);
        for (name, times) in &mut functions {
            times.add(start(name, binaries, aws).await?);
        }
    }
    let bare = undisturbed(&mut hello.starts);
    let figures = functions.into_iter().map(|(name, mut times)| {
        let start = undisturbed(&mut times.starts);
        let note = format!(
            "{:.2} ms to {:.2} ms; warm-up {:.1} ms",
            millis(start),
            millis(bare),
            millis(undisturbed(&mut times.warm_ups)),
        );
        Figure { subject: name.to_owned(), value: millis(start) / millis(bare), note }
    });
    Ok(figures.collect())
}

/// How long a start took, and the warm-up in it.
async fn start(name: &str, binaries: &Binaries, aws: &Aws) -> Result<(Duration, Duration)> {
    let mut command = Command::new(binaries.path(name));
    aws.prepare(&mut command, name);
    let mut lambda = Lambda::start(command, &loads::of(name, aws)?, Stdio::piped()).await?;
    if name == HELLO {
        return Ok((lambda.until_poll, Duration::ZERO));
    }
    let stdout = lambda.process.stdout.take().context("no output")?;
    let warm_up = logged_warm_up(BufReader::new(stdout)).await?;
    Ok((lambda.until_poll.saturating_sub(warm_up), warm_up))
}

/// What the function says that its warm-up took.
async fn logged_warm_up(output: impl AsyncBufReadExt + Unpin) -> Result<Duration> {
    let mut lines = output.lines();
    while let Some(line) = lines.next_line().await? {
        let line: Value = serde_json::from_str(&line).unwrap_or_default();
        if let Some(took) = line["warm_up_ms"].as_f64() {
            return Ok(Duration::from_secs_f64(took / 1e3));
        }
    }
    anyhow::bail!("the function did not log its start")
}

impl Times {
    fn add(&mut self, (start, warm_up): (Duration, Duration)) {
        self.starts.push(start);
        self.warm_ups.push(warm_up);
    }
}

/// What all but the quickest tenth take at least: what else the machine does
/// only ever adds.
fn undisturbed(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 10).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
