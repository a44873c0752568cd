//! Resident memory, idle and after ten thousand requests.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::aws::Aws;
use crate::binaries::Binaries;
use crate::lambda::Lambda;
use crate::report::Figure;
use crate::{HELLO, loads};

const REQUESTS: usize = 10_000;

pub(crate) async fn measure(binaries: &Binaries, aws: &Aws) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for name in [HELLO].into_iter().chain(binaries.functions()) {
        let load = loads::of(name, aws)?;
        let mut command = Command::new(binaries.path(name));
        aws.prepare(&mut command, name);
        let mut lambda = Lambda::start(command, &load, Stdio::null()).await?;
        let idle = mebibytes(&lambda, "VmRSS")?;
        lambda.handle(&load, REQUESTS).await?;
        let value = mebibytes(&lambda, "VmHWM")?;
        eprintln!("  {name}: {value:.1} MiB");
        let note = format!("highest in {REQUESTS} requests; {idle:.1} idle");
        figures.push(Figure { subject: name.to_owned(), value, note });
    }
    Ok(figures)
}

/// A field of what the kernel knows of the process.
fn mebibytes(lambda: &Lambda, field: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", lambda.pid()?))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no such field")?;
    Ok(number.parse::<f64>()? / 1024.0)
}
