//! What the demo needs to know of the running stack.

use std::path::Path;

use anyhow::{Context, Result};
use secrecy::SecretString;
use serde::Deserialize;

/// The part of `stack.json` that the demo reads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stack {
    pub(super) base_url: String,
    pub(super) organisation_id: String,
    pub(super) user: User,
    pub(super) provider: Provider,
    pub(super) aws: Aws,
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) username: String,
    pub(super) password: SecretString,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provider {
    pub(super) role_id: String,
    pub(super) secret_id: SecretString,
    pub(super) aws_access_key_id: String,
    pub(super) aws_secret_access_key: SecretString,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Aws {
    pub(super) endpoint_url: String,
    pub(super) region: String,
}

impl Stack {
    /// Reads the file that `cargo dev up` writes.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{} can't be read; is the stack up?", path.display()))?;
        let mut stack: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is not complete", path.display()))?;
        stack.base_url.truncate(stack.base_url.trim_end_matches('/').len());
        Ok(stack)
    }
}
