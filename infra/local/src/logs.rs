//! What the functions log.

use anyhow::{Context, Result, bail};
use attesta_dev::template;

use crate::deploy::STACK;
use crate::emulator::{self, Emulator};
use crate::home::Home;
use crate::process;

/// Takes the name of a function.
pub(crate) fn function(name: &str) -> Result<String> {
    let functions = template::functions(&Home::of_this_clone().root)?;
    let names = functions.iter().map(|function| function.name.as_str()).collect::<Vec<_>>();
    if !names.contains(&name) {
        bail!("there are {}", names.join(", "));
    }
    Ok(name.to_owned())
}

/// Prints the latest lines of one function or of all, and the new ones if asked to.
pub(crate) fn show(home: &Home, function: Option<&str>, follow: bool) -> Result<()> {
    let emulator = Emulator::running(home).context("nothing runs; start it with `cargo dev up`")?;
    let mut python = emulator::client(home, &emulator.aws(), "python");
    let follow = if follow { "yes" } else { "no" };
    process::run(python.arg(home.tool("logs.py")).args([STACK, function.unwrap_or(""), follow]))
}
