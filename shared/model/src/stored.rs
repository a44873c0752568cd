//! What is kept as objects beside the table.

use serde::{Deserialize, Serialize};

/// An object that a row names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredObject {
    /// The object's key.
    pub key: String,
    /// SHA-256 of its bytes, in hexadecimal: tells the same bytes from others.
    pub sha256: String,
}

/// What becomes of an object that a row names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ObjectChange {
    /// It stays.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// Another takes its place.
    Replace(StoredObject),
}

impl ObjectChange {
    /// What the row names after the change.
    #[must_use]
    pub fn of(self, stored: Option<&StoredObject>) -> Option<StoredObject> {
        match self {
            Self::Keep => stored.cloned(),
            Self::Clear => None,
            Self::Replace(object) => Some(object),
        }
    }
}

/// Whether two rows name the same bytes, wherever those are kept.
pub(crate) fn is_same(one: Option<&StoredObject>, other: Option<&StoredObject>) -> bool {
    one.map(|object| &object.sha256) == other.map(|object| &object.sha256)
}
