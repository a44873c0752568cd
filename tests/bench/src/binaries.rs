//! The binaries that are measured.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use attesta_dev::template;

use crate::HELLO;

/// A directory of binaries.
#[derive(Debug)]
pub(crate) struct Binaries {
    directory: PathBuf,
    functions: Vec<String>,
    /// Those with an API.
    serving: BTreeSet<String>,
}

impl Binaries {
    /// Those of a directory: these functions', or all if none is named.
    pub(crate) fn of(directory: PathBuf, wanted: &[String]) -> Result<Self> {
        let all = template::functions(&root())?;
        let serving = all.iter().filter(|function| !function.paths.is_empty());
        let serving = serving.map(|function| function.binary.clone()).collect();
        let mut functions = template::binaries(&root())?.into_iter().collect::<Vec<_>>();
        if let Some(name) = wanted.iter().find(|name| !functions.contains(name)) {
            bail!("there is no function {name}");
        }
        functions.retain(|name| wanted.is_empty() || wanted.contains(name));
        Ok(Self { directory, functions, serving })
    }

    /// Builds the functions and the bare one, and nothing else, so that the
    /// crates they share have the features that these need and no others.
    pub(crate) fn build(wanted: &[String]) -> Result<Self> {
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
        let binaries = Self::of(target.join("release"), wanted)?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(root()).args(["build", "--release", "--locked"]);
        for name in template::binaries(&root())?.iter().map(String::as_str).chain([HELLO]) {
            cargo.arg(format!("--package=attesta-{name}"));
        }
        for name in binaries.functions().chain([HELLO]) {
            cargo.arg(format!("--bin={name}"));
        }
        let status = cargo.status().context("could not start cargo")?;
        ensure!(status.success(), "the functions don't build, see above");
        Ok(binaries)
    }

    /// The functions that are measured.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(String::as_str)
    }

    /// Those of them with an API.
    pub(crate) fn serving(&self) -> impl Iterator<Item = &str> {
        self.functions().filter(|name| self.serving.contains(*name))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// The workspace's root.
fn root() -> PathBuf {
    let root = here().join("../..");
    root.canonicalize().unwrap_or(root)
}

/// This crate's directory.
pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
