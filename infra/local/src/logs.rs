//! What the functions log.

use anyhow::{Context, Result};

use crate::deploy::STACK;
use crate::emulator::{self, Emulator};
use crate::home::Home;
use crate::process;

/// Prints the latest lines of one function or of all, and the new ones if asked to.
pub(crate) fn show(home: &Home, function: Option<&str>, follow: bool) -> Result<()> {
    let emulator = Emulator::running(home).context("nothing runs; start it with `cargo dev up`")?;
    let mut python = emulator::client(home, &emulator.aws(), "python");
    let follow = if follow { "yes" } else { "no" };
    process::run(python.arg(home.tool("logs.py")).args([STACK, function.unwrap_or(""), follow]))
}
