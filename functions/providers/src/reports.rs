//! What results and validations have in common: a JSON object that is kept
//! beside the row, and an operation for the status alone.

use attesta_model::{Error, ObjectChange, Result, StoredObject};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What becomes of an object that a body doesn't mention.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Absent {
    /// It goes: the body is whole.
    Clears,
    /// It stays: the body is partial.
    Keeps,
}

/// What a body makes of the object that is stored, as yet without the key of
/// one that takes its place, and the bytes of that.
pub(crate) fn object_change(
    given: Option<&Option<Map<String, Value>>>,
    stored: Option<&StoredObject>,
    absent: Absent,
) -> Result<(ObjectChange, Vec<u8>)> {
    let object = match (given, absent) {
        (None, Absent::Keeps) => return Ok((ObjectChange::Keep, Vec::new())),
        (None, Absent::Clears) | (Some(None), _) => return Ok((ObjectChange::Clear, Vec::new())),
        (Some(Some(object)), _) => object,
    };
    let bytes = serde_json::to_vec(object).map_err(Error::internal)?;
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if stored.is_some_and(|stored| stored.sha256 == sha256) {
        return Ok((ObjectChange::Keep, Vec::new()));
    }
    Ok((ObjectChange::Replace(StoredObject { key: String::new(), sha256 }), bytes))
}

/// The status in a body that is read for it alone, or what is wrong with it, in
/// words of its own.
pub(crate) fn status<S>(given: Option<&Value>, known: impl Fn(i64) -> Option<S>) -> Result<S> {
    let refused = |text: &str| Error::Refused(text.to_owned());
    let value = given.ok_or_else(|| refused("status field is required"))?;
    let number = value.as_i64().ok_or_else(|| refused("status must be an integer"))?;
    known(number).ok_or_else(|| refused("status value out of range"))
}
