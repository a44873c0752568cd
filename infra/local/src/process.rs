//! Other programs, and saying what goes on while they run.

use std::io::{ErrorKind, Write};
use std::process::{Command, Output};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::home::Home;

/// How much of a failed program's output is shown.
const TAIL: usize = 40;

/// Does one step of a longer piece of work, and says so with the time it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    begin(name);
    let start = Instant::now();
    let result = work()?;
    done(start);
    Ok(result)
}

/// Does one step whose own output is shown.
pub(crate) fn loud_step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("{name}");
    let start = Instant::now();
    let result = work()?;
    begin("");
    done(start);
    Ok(result)
}

/// Says what is being done now.
pub(crate) fn begin(name: &str) {
    print!("{name:<42} ");
    let _ = std::io::stdout().flush();
}

/// Says how long it took.
pub(crate) fn done(start: Instant) {
    println!("{:6.1} s", start.elapsed().as_secs_f64());
}

/// Cargo for this workspace; never fetches another toolchain.
pub(crate) fn cargo(home: &Home) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(&home.root)
        .env("RUSTUP_DIST_SERVER", "http://127.0.0.1:9")
        .env("RUSTUP_UPDATE_ROOT", "http://127.0.0.1:9");
    forget_cargo(&mut command);
    command
}

/// Removes what Cargo tells what it runs: handed on to another Cargo it would
/// cause rebuilds.
pub(crate) fn forget_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        }) {
            command.env_remove(name);
        }
    }
}

/// Runs a program that shows its own output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().with_context(|| not_started(&name))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Runs a program for its output, which is shown only where it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command.output().with_context(|| not_started(&name))?;
    if !output.status.success() {
        bail!("{name} failed ({}):\n{}", output.status, tail(&output));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started at all.
pub(crate) fn exists(command: &mut Command) -> bool {
    !matches!(command.output(), Err(error) if error.kind() == ErrorKind::NotFound)
}

/// The last lines of what a program wrote.
pub(crate) fn tail(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    last_lines(&String::from_utf8_lossy(&both))
}

/// The last lines of a text.
pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn not_started(name: &str) -> String {
    format!("could not start {name}")
}
