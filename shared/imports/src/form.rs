//! The form that a file is handed in with, read as it comes.

use attesta_model::{Error, Reason, Result};
use attesta_store::access::ImportInto;
use attesta_wire::customer::Failure;
use axum::body::{Body, Bytes};
use axum::extract::FromRequest;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Request};
use multer::{Constraints, Field, Multipart, SizeLimit};

/// The largest form that is taken: 6 MiB. Behind the gateway, which hands bodies
/// on in base 64, some 4.4 MiB come through.
pub const MOST_BYTES: u64 = 6 * 1024 * 1024;
/// The longest name or identifier of an organisation.
const MOST_CHARACTERS: usize = 200;

/// A form with files. An extractor: what is wrong with it as a form is answered
/// before anything is done.
#[derive(Debug, Default)]
pub struct Upload {
    /// Which organisation it names.
    pub into: ImportInto,
    /// Its files, each in pieces.
    pub(crate) files: Vec<File>,
}

/// A file.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub(crate) name: Option<String>,
    pub(crate) pieces: Vec<Bytes>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Failure> {
        Ok(read(request).await?)
    }
}

async fn read(request: Request<Body>) -> Result<Upload> {
    let (parts, body) = request.into_parts();
    let boundary = boundary(&parts.headers)?;
    let declared = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if declared.and_then(|text| text.parse().ok()).is_some_and(|length: u64| length > MOST_BYTES) {
        return Err(Error::TooLarge);
    }
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(MOST_BYTES));
    let mut fields = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let mut upload = Upload::default();
    while let Some(field) = fields.next_field().await.map_err(|error| refusal(&error))? {
        match field.name() {
            Some("organisationId") => {
                upload.into.organisation_id = text(field, "organisationId").await?;
            }
            Some("organisationName") => {
                upload.into.organisation_name = text(field, "organisationName").await?;
            }
            Some("file") => upload.files.push(file(field).await?),
            other => return Err(Error::field(other.unwrap_or_default(), Reason::Unknown)),
        }
    }
    // A form that is sent without a file chosen has an empty one.
    upload.files.retain(|file| file.name.is_some() || !file.pieces.is_empty());
    if upload.files.is_empty() {
        return Err(no_file());
    }
    Ok(upload)
}

fn boundary(headers: &HeaderMap) -> Result<String> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.and_then(|kind| multer::parse_boundary(kind).ok()).ok_or_else(no_file)
}

async fn text(field: Field<'_>, name: &str) -> Result<Option<String>> {
    let text = field.text().await.map_err(|error| refusal(&error))?;
    let text = text.trim();
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Error::field(name, Reason::TooLong(MOST_CHARACTERS)));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

async fn file(mut field: Field<'_>) -> Result<File> {
    let name = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned);
    let mut pieces = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| refusal(&error))? {
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    Ok(File { name, pieces })
}

fn no_file() -> Error {
    Error::Refused("There is no file: a form (multipart/form-data) has it as `file`.".to_owned())
}

fn refusal(error: &multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            Error::TooLarge
        }
        other => Error::Refused(format!("The form can't be read: {other}.")),
    }
}
