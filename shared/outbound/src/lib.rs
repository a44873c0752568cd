//! Services beyond AWS: HTTPS to them, and what the operator says of them in
//! secrets.

mod https;
mod lookup;
mod secret;

use attesta_model::{Error, Result};
use serde::de::DeserializeOwned;

pub use https::{Answer, Https, PATIENCE};
pub use lookup::{Anywhere, Lookup, Publicly, System};
pub use secret::Secret;

/// Reads JSON. What is wrong with it is told by its place alone: it may hold
/// secrets.
///
/// # Errors
/// [`Error::Internal`] where it can't be read.
pub fn read_json<T: DeserializeOwned>(what: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| {
        let (class, line, column) = (error.classify(), error.line(), error.column());
        Error::internal(format_args!(
            "{what} can't be read: {class:?} error at line {line}, column {column}"
        ))
    })
}
