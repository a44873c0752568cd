//! Writes what is made of the code's declarations: `openapi documents [directory]` the OpenAPI
//! documents (without a directory those that are served), `openapi bruno <directory>` a Bruno
//! collection.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, bail};
use attesta_openapi::{bruno, documents};

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let what = arguments.next();
    let directory = arguments.next().map(PathBuf::from);
    let documents = documents().map_err(Error::msg)?;
    match (what.as_ref().and_then(|what| what.to_str()), directory) {
        (Some("documents"), directory) => {
            for one in documents {
                let name = format!("{}.json", one.name);
                let path = directory.as_ref().map_or_else(|| one.file(), |into| into.join(name));
                write(&path, &one.text())?;
                println!("{}", path.display());
            }
        }
        (Some("bruno"), Some(directory)) => {
            for (path, text) in bruno::collection(&documents) {
                write(&directory.join(path), &text)?;
            }
            println!("{}", directory.display());
        }
        _ => bail!("openapi documents [directory] | openapi bruno <directory>"),
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let written = || format!("could not write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(written)?;
    }
    fs::write(path, text).with_context(written)
}
