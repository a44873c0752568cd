//! Calls that may come again.

use attesta_model::{Error, Reason, Result};
use attesta_store::Idempotency;
use http::HeaderMap;

/// The caller's `Idempotency-Key`, if they gave one.
///
/// # Errors
/// [`Error::Invalid`] where it can be none.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key =
        key.to_str().ok().filter(|key| (1..=Idempotency::MAX_KEY_LENGTH).contains(&key.len()));
    let rule = Reason::Rule("Must be 1 to 255 visible ASCII characters.".to_owned());
    key.map(Some).ok_or_else(|| Error::field("Idempotency-Key", rule))
}
