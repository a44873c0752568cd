//! The binaries that are measured.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{FUNCTIONS, HELLO};

/// A directory of binaries.
#[derive(Debug)]
pub(crate) struct Binaries(PathBuf);

impl Binaries {
    pub(crate) const fn of(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// Builds the functions and the bare one, and nothing else, so that the
    /// crates they share have the features that these need and no others.
    pub(crate) fn build() -> Result<Self> {
        let root = root();
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&root).args(["build", "--release", "--locked"]);
        for name in FUNCTIONS.into_iter().chain([HELLO]) {
            cargo.arg(format!("--package=attesta-{name}"));
        }
        let status = cargo.status().context("could not start cargo")?;
        ensure!(status.success(), "the functions don't build, see above");
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
        Ok(Self(target.join("release")))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
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
