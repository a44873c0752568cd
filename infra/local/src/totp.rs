//! The codes that an authenticator shows: RFC 6238, six digits each half minute,
//! as the user pool wants them.

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// So long a code is shown.
const STEP_SECONDS: i64 = 30;
/// Of a secret, as RFC 4648 writes one in base 32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code of a secret at a time.
pub(crate) fn code(secret: &str, at: Timestamp) -> Result<String> {
    let key = decoded(secret).context("no secret of an authenticator")?;
    let step = at.as_second().div_euclid(STEP_SECONDS);
    let mac = Hmac::<Sha1>::new_from_slice(&key)?.chain_update(step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = digest.last().map_or(0, |last| usize::from(last & 0xf));
    let bytes = digest[offset..].first_chunk::<4>().context("a digest of SHA-1 is longer")?;
    let number = u32::from_be_bytes(*bytes) & 0x7fff_ffff;
    Ok(format!("{:06}", number % 1_000_000))
}

fn decoded(secret: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in secret.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        buffer = buffer << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "12345678901234567890", the secret of the RFC's own examples.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let at = Timestamp::from_second(second).expect("in range");
            assert_eq!(code(SECRET, at).expect("a code"), expected);
        }
    }

    #[test]
    fn what_is_no_secret_has_no_code() {
        assert!(code("not base 32!", Timestamp::UNIX_EPOCH).is_err());
    }
}
