//! Passwords for the seeded people.

use anyhow::Result;
use attesta_model::IdFactory;

/// Left out are letters that look like others, and whatever a shell would read.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 100 random bits that any policy takes.
pub(super) fn password(ids: &IdFactory) -> Result<String> {
    let random = ids.random::<20>()?;
    let letters = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    Ok(format!("Aa1-{}", letters.collect::<String>()))
}
