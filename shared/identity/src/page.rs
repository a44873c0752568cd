//! Places in lists, signed, so that nobody can make one up.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// So much of a signature goes along with a place: 128 bits.
const SIGNATURE: usize = 16;
/// Longer texts are refused unread.
const MAX_LENGTH: usize = 512;

/// What places in lists are signed with, and texts hashed.
pub struct PageKey(SecretBox<[u8; 32]>);

impl PageKey {
    /// The key that these bytes are.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// A place as a text, good in this list alone. The list is whatever tells
    /// it from others, the caller and what was asked for included.
    #[must_use]
    pub fn sign(&self, list: &[u8], place: &[u8]) -> String {
        let signature = self.signature(list, place);
        URL_SAFE_NO_PAD.encode([place, &signature].concat())
    }

    /// The place that a text of this list is; none where it was not signed here
    /// or belongs to another list.
    #[must_use]
    pub fn read(&self, list: &[u8], text: &str) -> Option<Vec<u8>> {
        let within = Some(text).filter(|text| text.len() <= MAX_LENGTH)?;
        let mut place = URL_SAFE_NO_PAD.decode(within).ok()?;
        let shown = place.split_off(place.len().checked_sub(SIGNATURE)?);
        let is_ours = self.signature(list, &place).ct_eq(&shown);
        bool::from(is_ours).then_some(place)
    }

    /// What stands for a text where the text itself must not stand: the same for
    /// the same text and use, and of no use to whoever lacks the key.
    #[must_use]
    pub fn pseudonym(&self, of: &[u8], text: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.signature(of, text))
    }

    fn signature(&self, list: &[u8], place: &[u8]) -> Vec<u8> {
        let length = u64::try_from(list.len()).unwrap_or_default().to_le_bytes();
        // HMAC takes keys of any length.
        let mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).map(|mac| {
            let mac = mac.chain_update(length).chain_update(list).chain_update(place);
            mac.finalize().into_bytes()[..SIGNATURE].to_vec()
        });
        mac.unwrap_or_default()
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> PageKey {
        PageKey::new([7; 32])
    }

    #[test]
    fn a_key_shows_itself_to_nobody() {
        assert_eq!(format!("{:?}", key()), "PageKey");
    }

    #[test]
    fn a_place_is_good_in_its_list_and_with_its_key_alone() {
        let text = key().sign(b"list", b"place");
        assert_eq!(key().read(b"list", &text).as_deref(), Some(&b"place"[..]));
        assert_eq!(key().read(b"lis", &text), None);
        assert_eq!(PageKey::new([8; 32]).read(b"list", &text), None);
        // What is of the list can't be passed for part of the place.
        assert_ne!(key().sign(b"ab", b"c"), key().sign(b"a", b"bc"));
    }

    #[test]
    fn a_pseudonym_is_the_same_for_one_text_one_use_and_one_key_alone() {
        let one = key().pseudonym(b"audit", b"192.0.2.1");
        assert_eq!(one, key().pseudonym(b"audit", b"192.0.2.1"));
        assert_eq!(one.len(), 22);
        for other in [
            key().pseudonym(b"audit", b"192.0.2.2"),
            key().pseudonym(b"other", b"192.0.2.1"),
            PageKey::new([8; 32]).pseudonym(b"audit", b"192.0.2.1"),
        ] {
            assert_ne!(one, other);
        }
    }

    proptest! {
        #[test]
        fn any_place_is_read_back(list: Vec<u8>, place in proptest::collection::vec(any::<u8>(), 0..64)) {
            let text = key().sign(&list, &place);
            prop_assert_eq!(key().read(&list, &text), Some(place));
        }

        #[test]
        fn nobody_makes_one_up(text in "[A-Za-z0-9_-]{0,80}") {
            prop_assert_eq!(key().read(b"list", &text), None);
        }

        #[test]
        fn a_place_that_was_tampered_with_is_none(at in 0_usize..28, by in 1_u8..=255) {
            let mut bytes = URL_SAFE_NO_PAD.decode(key().sign(b"list", b"place-of-one")).expect("ours");
            let at = at % bytes.len();
            bytes[at] ^= by;
            prop_assert_eq!(key().read(b"list", &URL_SAFE_NO_PAD.encode(bytes)), None);
        }
    }
}
