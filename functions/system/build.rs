//! Packs the API reference: whatever `/docs` and `/openapi` serve is compressed here, once.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// What is taken from Swagger UI, of all that it has.
const FROM_SWAGGER_UI: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("Cargo says no OUT_DIR")?);
    for folder in ["openapi", "reference"] {
        println!("cargo::rerun-if-changed={folder}");
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let mut content = fs::read(&path)?;
            if folder == "openapi" {
                content = serde_json::to_vec(&serde_json::from_slice::<Value>(&content)?)?;
            }
            pack(&out, &path, &content)?;
        }
    }
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for name in FROM_SWAGGER_UI {
        let ending = format!("/dist/{name}");
        let path = archive
            .file_names()
            .filter_map(Result::ok)
            .find(|path| path.ends_with(&ending))
            .ok_or("Swagger UI lacks a file")?
            .into_owned();
        let mut content = Vec::new();
        archive.by_name(&path)?.read_to_end(&mut content)?;
        pack(&out, Path::new(name), &content)?;
    }
    Ok(())
}

/// Leaves `<name>.gz` in a folder.
fn pack(out: &Path, path: &Path, content: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut name = path.file_name().ok_or("a path without a name")?.to_owned();
    name.push(".gz");
    let mut encoder = GzEncoder::new(File::create(out.join(name))?, Compression::best());
    encoder.write_all(content)?;
    encoder.finish()?;
    Ok(())
}
