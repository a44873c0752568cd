//! Building the functions and laying them out for the deploy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use attesta_dev::template;
use serde_json::Value;

use crate::home::{Home, writing};
use crate::process;

/// A function's binary as the template wants it.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) bootstrap: PathBuf,
    /// Changes when the binary does.
    pub(crate) stamp: String,
}

/// Builds what changed and lays it out in `target/lambda/<name>/bootstrap`.
pub(crate) fn built(home: &Home) -> Result<BTreeMap<String, Package>> {
    let names = template::binaries(&home.root)?;
    let binaries = process::loud_step("Building the functions", || build(home, &names))?;
    let package = |name: String| {
        let binary = binaries.get(&name).with_context(|| format!("no binary {name} was built"))?;
        let package = lay_out(home, &name, Path::new(binary))?;
        Ok((name, package))
    };
    names.into_iter().map(package).collect()
}

/// Binaries by their names. No package is named, so that Cargo chooses the
/// dependencies' features as for `cargo dev` itself and builds them once.
fn build(home: &Home, names: &BTreeSet<String>) -> Result<BTreeMap<String, String>> {
    let mut cargo = process::cargo(home);
    cargo.args(["build", "--locked", "--message-format=json-render-diagnostics"]);
    for name in names {
        cargo.arg(format!("--bin={name}"));
    }
    let output = cargo.stderr(Stdio::inherit()).output().context("could not start cargo")?;
    anyhow::ensure!(output.status.success(), "the functions don't build, see above");
    let messages = String::from_utf8_lossy(&output.stdout);
    let binary = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let path = message["executable"].as_str()?.to_owned();
        Some((message["target"]["name"].as_str()?.to_owned(), path))
    };
    Ok(messages.lines().filter_map(binary).collect())
}

/// Copies a binary without its debug information, which is most of its size.
/// A binary that comes out as it was leaves everything untouched.
fn lay_out(home: &Home, name: &str, binary: &Path) -> Result<Package> {
    let directory = home.root.join("target/lambda").join(name);
    let bootstrap = directory.join("bootstrap");
    let source = home.root.join(format!("target/lambda/{name}.source"));
    let stamp_of_source = stamp(binary)?;
    let same = fs::read_to_string(&source).is_ok_and(|found| found == stamp_of_source);
    if !same || !bootstrap.exists() {
        fs::create_dir_all(&directory).with_context(|| writing(&directory))?;
        let stripped = home.root.join(format!("target/lambda/{name}.stripped"));
        strip(binary, &stripped).with_context(|| writing(&stripped))?;
        if fs::read(&stripped).ok() == fs::read(&bootstrap).ok() {
            fs::remove_file(&stripped)?;
        } else {
            fs::rename(&stripped, &bootstrap).with_context(|| writing(&bootstrap))?;
        }
        fs::write(&source, stamp_of_source).with_context(|| writing(&source))?;
    }
    Ok(Package { stamp: stamp(&bootstrap)?, bootstrap })
}

fn strip(from: &Path, to: &Path) -> Result<()> {
    let stripped = Command::new("strip").arg("-o").arg(to).arg(from).output();
    if !stripped.is_ok_and(|output| output.status.success()) {
        fs::copy(from, to)?;
    }
    Ok(())
}

/// Size and time of change: as good as a hash here, and free.
fn stamp(path: &Path) -> Result<String> {
    let about = fs::metadata(path).with_context(|| format!("could not read {}", path.display()))?;
    let changed = about.modified()?.duration_since(UNIX_EPOCH)?;
    Ok(format!("{}-{}", about.len(), changed.as_nanos()))
}
