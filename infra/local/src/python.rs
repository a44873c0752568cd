//! Virtual environments: of the local AWS and its client, and of the published worker.

use std::fs;
use std::path::{Path, PathBuf};
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

/// A virtual environment. All stacks of the clone share it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Environment {
    /// What is in it.
    what: &'static str,
    /// Its directory below `.dev`.
    directory: &'static str,
    /// The frozen requirements, a file of this tool.
    requirements: &'static str,
}

/// The local AWS and the client that deploys to it.
pub(crate) const LOCAL_AWS: Environment =
    Environment { what: "the local AWS", directory: "python", requirements: "requirements.txt" };

/// The worker and the client that providers run, as they are published.
pub(crate) const PUBLISHED_WORKER: Environment = Environment {
    what: "the published worker",
    directory: "worker",
    requirements: "worker-requirements.txt",
};

impl Environment {
    /// Makes it, unless it is there and as required.
    pub(crate) fn ready(self, home: &Home) -> Result<()> {
        let requirements = home.tool(self.requirements);
        let wanted = fingerprint(std::slice::from_ref(&requirements))?;
        let marker = self.place(home).join("requirements");
        if fs::read_to_string(&marker).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        process::step(&format!("Installing {} (once)", self.what), || {
            self.made(home, &requirements)?;
            fs::write(&marker, wanted).map_err(|error| anyhow!("{}: {error}", writing(&marker)))
        })
    }

    /// Where its programs are.
    pub(crate) fn programs(self, home: &Home) -> PathBuf {
        self.place(home).join("bin")
    }

    /// A program of it.
    pub(crate) fn tool(self, home: &Home, name: &str) -> Command {
        Command::new(self.programs(home).join(name))
    }

    fn place(self, home: &Home) -> PathBuf {
        home.root.join(".dev").join(self.directory)
    }

    fn made(self, home: &Home, requirements: &Path) -> Result<()> {
        let interpreter = interpreter(&INTERPRETERS)?;
        let place = self.place(home);
        remove(&place)?;
        process::output(Command::new(interpreter).args(["-m", "venv"]).arg(place))?;
        let mut pip = self.tool(home, "python");
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--no-compile", "--no-deps"])
            .args(["--disable-pip-version-check", "--only-binary=:all:", "--requirement"])
            .arg(requirements);
        process::output(&mut pip).map_err(|error| anyhow!("{error:#}\n\n{}", advice(&error)))?;
        Ok(())
    }
}

fn interpreter<'a>(names: &[&'a str]) -> Result<&'a str> {
    let usable = |name: &&&str| {
        let tried = Command::new(name).args(["-c", IS_USABLE]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    match names.iter().find(usable) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a newcomer is told whose environment can't be made of these
    /// requirements.
    fn told(requirements: &str) -> String {
        let root = std::env::temp_dir().join(format!("attesta-python-{}", std::process::id()));
        let home = Home { dev: root.join(".dev"), root };
        let file = home.tool(LOCAL_AWS.requirements);
        fs::create_dir_all(file.parent().expect("a directory")).expect("made");
        fs::write(&file, requirements).expect("written");
        let error = LOCAL_AWS.ready(&home).expect_err("nothing to install");
        assert!(!LOCAL_AWS.place(&home).join("requirements").exists(), "it counts as made");
        remove(&home.root).expect("removed");
        format!("{error:#}")
    }

    #[test]
    fn who_has_no_python_is_told_how_to_get_it() {
        let error = interpreter(&["no-such-python", "false"]).expect_err("no Python");
        assert!(error.to_string().contains("sudo apt install python3"), "{error}");
    }

    #[test]
    fn who_has_no_network_is_told_that_it_is_wanted() {
        let told = told("--index-url http://127.0.0.1:9/\nministack==1.5.33\n");
        assert!(told.contains("Installing needs the network"), "{told}");
    }

    #[test]
    fn whose_disk_is_full_is_told_how_much_is_wanted() {
        let full = "[Errno 28] No space left on device";
        assert!(advice(&anyhow!(full)).contains("400 MB"));
    }
}
