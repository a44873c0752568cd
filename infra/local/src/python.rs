//! The virtual environment of the local AWS and its client.

use std::fs;
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::home::{Home, fingerprint, remove, writing};
use crate::process;

/// Interpreters to try, the one the requirements were frozen with first.
const INTERPRETERS: [&str; 5] = ["python3.11", "python3", "python3.12", "python3.13", "python3.14"];

const IS_USABLE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

const NO_PYTHON: &str = "the local AWS needs Python 3.11 or newer with its venv module, and none was found.\n  \
    Debian, Ubuntu: sudo apt install python3 python3-venv\n  \
    macOS: brew install python@3.11";

/// Makes the virtual environment, unless it is there and as required.
pub(crate) fn ready(home: &Home) -> Result<()> {
    let requirements = home.tool("requirements.txt");
    let wanted = fingerprint(std::slice::from_ref(&requirements))?;
    let marker = home.python.join("requirements");
    if fs::read_to_string(&marker).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    process::step("Installing the local AWS (once)", || {
        let interpreter = interpreter()?;
        remove(&home.python)?;
        process::output(Command::new(interpreter).args(["-m", "venv"]).arg(&home.python))?;
        let mut pip = tool(home, "python");
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--no-compile", "--no-deps"])
            .args(["--disable-pip-version-check", "--only-binary=:all:", "--requirement"])
            .arg(&requirements);
        process::output(&mut pip).map_err(|error| anyhow!("{error:#}\n\n{}", advice(&error)))?;
        fs::write(&marker, wanted).map_err(|error| anyhow!("{}: {error}", writing(&marker)))
    })
}

/// A program of the virtual environment.
pub(crate) fn tool(home: &Home, name: &str) -> Command {
    Command::new(home.python.join("bin").join(name))
}

fn interpreter() -> Result<&'static str> {
    let usable = |name: &&&str| {
        let tried = Command::new(name).args(["-c", IS_USABLE]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    match INTERPRETERS.iter().find(usable) {
        Some(name) => Ok(name),
        None => bail!(NO_PYTHON),
    }
}

fn advice(error: &anyhow::Error) -> &'static str {
    let text = format!("{error:#}");
    if text.contains("No space left") {
        "The disk is full: the environment takes 400 MB, a build of the workspace several GB."
    } else if text.contains("No matching distribution") && !text.contains("from versions: none") {
        "A package has no build for this Python or machine: try with Python 3.11."
    } else {
        "Installing needs the network (or a mirror named in PIP_INDEX_URL). Nothing was kept; run the command again."
    }
}
