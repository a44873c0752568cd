//! The checks that a change has to pass, on a laptop as in CI.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::home::Home;
use crate::process::{self, cargo};
use crate::{emulator, python, up};

/// Runs every check, the journeys on a stack of their own, and says how long each took.
pub(crate) async fn test(home: &Home) -> Result<()> {
    let mut took = Vec::new();
    let mut stage = |name: &'static str, command: &mut Command| {
        println!("\n== {name}");
        let start = Instant::now();
        let result = process::run(command).with_context(|| name);
        took.push((name, start.elapsed()));
        result
    };
    stage("formatting", cargo(home).args(["fmt", "--all", "--check"]))?;
    stage(
        "lints",
        cargo(home).args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    stage(
        "documentation",
        cargo(home)
            .args(["doc", "--workspace", "--no-deps", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    stage("tests", &mut tests(home, &["--workspace", "--locked"]))?;
    python::ready(home)?;
    stage("template", &mut validate(home))?;

    let start = Instant::now();
    println!("\n== journeys");
    let result = journeys(&home.for_tests()).await;
    took.push(("journeys", start.elapsed()));
    result?;

    println!();
    for (name, time) in took {
        println!("{name:<16}{:6.1} s", time.as_secs_f64());
    }
    Ok(())
}

/// Runs the benchmarks on release binaries.
pub(crate) fn bench(home: &Home, arguments: &[String]) -> Result<()> {
    process::run(
        cargo(home).args(["run", "--release", "--package", "attesta-bench", "--"]).args(arguments),
    )
}

/// Writes the OpenAPI documents. A program of its own does it, so that this one
/// doesn't hang on the functions' code.
pub(crate) fn openapi(home: &Home, out: &Path) -> Result<()> {
    let out = std::path::absolute(out)?;
    process::run(cargo(home).args(["run", "--quiet", "--bin", "openapi", "--"]).arg(out))
}

/// Looks at the dependencies with cargo-deny.
pub(crate) fn audit(home: &Home) -> Result<()> {
    if !process::exists(&mut Command::new("cargo-deny")) {
        bail!("cargo-deny is missing; install it with `cargo install --locked cargo-deny`");
    }
    process::run(cargo(home).args(["deny", "check"]))
}

/// The journeys through a fresh stack, which is stopped whatever comes of them.
async fn journeys(home: &Home) -> Result<()> {
    up::reset(home)?;
    let result = async {
        up::up(home).await?;
        let mut command =
            tests(home, &["--package", "attesta-tests", "--features", "journeys", "--locked"]);
        process::run(command.env("ATTESTA_STACK", home.stack_file()))
    }
    .await;
    up::down(home)?;
    result.context("journeys")
}

/// The test runner, with what it shall run.
fn tests(home: &Home, arguments: &[&str]) -> Command {
    let mut command = cargo(home);
    if process::exists(&mut Command::new("cargo-nextest")) {
        command.args(["nextest", "run", "--no-tests=pass"]);
    } else {
        command.arg("test");
    }
    command.args(arguments);
    command
}

fn validate(home: &Home) -> Command {
    // The client wants a region even where it asks nobody.
    let nowhere = crate::stack::Aws {
        endpoint_url: String::new(),
        region: emulator::REGION.to_owned(),
        access_key_id: "none".to_owned(),
        secret_access_key: "none".to_owned(),
    };
    let mut sam = emulator::client(home, &nowhere, "sam");
    sam.args(["validate", "--lint", "--template-file", "infra/template.yaml"]);
    sam
}
