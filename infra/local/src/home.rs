//! Where things lie on this machine.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Names a directory to keep a stack in, beside the clone's own.
pub(crate) const CHOICE: &str = "ATTESTA_DEV";

/// The clone, and the directory in it that one local stack keeps to itself.
#[derive(Debug)]
pub(crate) struct Home {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// What belongs to this stack.
    pub(crate) dev: PathBuf,
}

impl Home {
    /// The developer's own stack, or the one that `ATTESTA_DEV` names.
    pub(crate) fn of_this_clone() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().unwrap_or(root);
        let chosen = std::env::var_os(CHOICE).map(PathBuf::from);
        Self { dev: chosen.unwrap_or_else(|| root.join(".dev")), root }
    }

    /// A second stack beside the developer's, for tests to do with as they like.
    pub(crate) fn for_tests(&self) -> Self {
        Self { root: self.root.clone(), dev: self.root.join(".dev/test") }
    }

    /// What tells a client all about the running stack.
    pub(crate) fn stack_file(&self) -> PathBuf {
        self.dev.join("stack.json")
    }

    /// The same, or the one that `ATTESTA_STACK` names.
    pub(crate) fn chosen_stack_file(&self) -> PathBuf {
        std::env::var_os("ATTESTA_STACK").map_or_else(|| self.stack_file(), PathBuf::from)
    }

    /// A file of the local tool itself.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.root.join("infra/local/python").join(name)
    }

    /// Waits for its turn, so that two commands don't start or deploy at once.
    pub(crate) fn lock(&self) -> Result<File> {
        fs::create_dir_all(&self.dev).with_context(|| writing(&self.dev))?;
        let path = self.dev.join("lock");
        let lock = File::create(&path).with_context(|| writing(&path))?;
        lock.lock().with_context(|| writing(&path))?;
        Ok(lock)
    }
}

/// Reads a file of ours; `None` where there is none, or one of an older form.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a value as [`write_private`] does.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    write_private(path, &(serde_json::to_string_pretty(value)? + "\n"))
}

/// Writes a file that only its owner may read: most of ours hold secrets.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path).with_context(|| writing(path))?;
    file.write_all(text.as_bytes()).with_context(|| writing(path))
}

/// Removes a file or a directory, if it is there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// What to say where a file can't be written.
pub(crate) fn writing(path: &Path) -> String {
    format!(
        "could not write {} (is the disk full, or the directory another user's?)",
        path.display()
    )
}

/// A short name for what the files hold, which changes when they do.
pub(crate) fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for path in files {
        hash.update(fs::read(path).with_context(|| format!("could not read {}", path.display()))?);
    }
    Ok(hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn whose_disk_is_full_is_told_so() {
        let error = write_json(Path::new("/dev/full"), &"a").expect_err("it is full");
        assert!(format!("{error:#}").contains("is the disk full"), "{error:#}");
    }
}
