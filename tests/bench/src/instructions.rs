//! Instructions of a warm request, counted by callgrind: the difference of two
//! runs that differ in their number of requests alone.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::aws::Aws;
use crate::binaries::Binaries;
use crate::lambda::Lambda;
use crate::report::Figure;
use crate::{HELLO, loads};

/// What is one read of the table.
const ONE_READ: [(&str, &str); 1] = [("providers", "providers: read a request")];
const FEW: u32 = 100;
const MANY: u32 = 500;

pub(crate) async fn measure(binaries: &Binaries, aws: &Aws) -> Result<Vec<Figure>> {
    let installed = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().await;
    if !installed.is_ok_and(|status| status.success()) {
        eprintln!("  skipped: valgrind is not installed");
        return Ok(Vec::new());
    }
    let bare = a_request(HELLO, binaries, aws).await?;
    let mut figures = Vec::new();
    for (name, subject) in ONE_READ {
        let count = a_request(name, binaries, aws).await?;
        let note = format!("{:.0} k to {:.0} k instructions", count / 1e3, bare / 1e3);
        figures.push(Figure { subject: subject.to_owned(), value: count / bare, note });
    }
    Ok(figures)
}

/// Instructions of one request.
async fn a_request(name: &str, binaries: &Binaries, aws: &Aws) -> Result<f64> {
    let few = run(name, FEW, binaries, aws).await?;
    let many = run(name, MANY, binaries, aws).await?;
    Ok((many - few) / f64::from(MANY - FEW))
}

/// Instructions of a whole run.
async fn run(name: &str, requests: u32, binaries: &Binaries, aws: &Aws) -> Result<f64> {
    let out = std::env::temp_dir().join(format!("attesta-bench-{}", std::process::id()));
    let load = loads::of(name, aws)?;
    let mut command = Command::new("valgrind");
    aws.prepare(&mut command, name);
    command
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(binaries.path(name));
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    let mut lambda = Lambda::start(command, &load, Stdio::null()).await?;
    lambda.handle(&load, requests as usize).await?;
    lambda.end().await?;
    let total = total(&out);
    let _ = fs::remove_file(&out);
    total
}

fn total(out: &Path) -> Result<f64> {
    let text = fs::read_to_string(out).context("callgrind left no figures")?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals:"));
    Ok(total.context("no total in callgrind's figures")?.trim().parse()?)
}
