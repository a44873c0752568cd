//! Writes the OpenAPI document of each surface into a directory:
//! `openapi <directory>`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use attesta_openapi::SURFACES;
use utoipa::openapi::OpenApi;

fn main() -> Result<()> {
    let directory = PathBuf::from(std::env::args_os().nth(1).context("no directory is given")?);
    fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
    for (name, functions) in SURFACES {
        let document = functions.iter().map(|declared| declared()).reduce(merged);
        let path = directory.join(name).with_extension("json");
        let text = document.context("a surface without functions")?.to_pretty_json()? + "\n";
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        println!("{}", path.display());
    }
    Ok(())
}

/// The first document with the operations and schemas of the second.
fn merged(mut one: OpenApi, other: OpenApi) -> OpenApi {
    one.merge(other);
    one
}
