//! Examples of operations: what the right caller sends, and what the answer is.
//!
//! They are recorded from real calls; a test makes each of them again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The examples of a surface, by path and method in small letters.
pub type Examples = BTreeMap<String, BTreeMap<String, Example>>;

/// A call and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// What is sent.
    pub request: Request,
    /// What comes back.
    pub answer: Answer,
}

/// What is sent; who sends it stands in the operation's security.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The path's parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub path: BTreeMap<String, Value>,
    /// The query's parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Value>,
    /// The headers, but for who calls and what the body is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, Value>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body; none for an answer without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The media type, without its parameters.
    pub media: String,
    /// What it holds; a text where it isn't JSON. A form is an object.
    pub value: Value,
}

/// Where the examples of a surface are kept.
#[must_use]
pub fn file(surface: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/contract/examples");
    folder.join(surface).with_extension("json")
}

/// The examples of a surface; empty where none were recorded.
///
/// # Errors
/// If the file holds something else.
pub fn read(surface: &str) -> serde_json::Result<Examples> {
    let text = std::fs::read_to_string(file(surface));
    text.map_or_else(|_| Ok(Examples::new()), |text| serde_json::from_str(&text))
}

/// Examples as they are kept.
///
/// # Errors
/// None that are known of.
pub fn written(examples: &Examples) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(examples)? + "\n")
}
