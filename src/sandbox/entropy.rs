//! Derives random values from the entropy of a request.

use crate::base64::push_url;
use crate::jwt::hmac_sha256::HmacKey;
use crate::text::ascii;

/// Generates all the unpredictable values that one request needs.
pub(super) struct Entropy {
    key: HmacKey,
    made: u32,
}

impl Entropy {
    pub(super) fn new(bytes: &[u8; 32]) -> Entropy {
        Entropy {
            key: HmacKey::new(bytes),
            made: 0,
        }
    }

    fn bytes(&mut self) -> [u8; 32] {
        self.made += 1;
        self.key.sign(&self.made.to_be_bytes())
    }

    /// A string of letters, digits, `-` and `_`, up to 43 characters long.
    pub(super) fn text(&mut self, length: usize) -> String {
        let mut encoded = Vec::new();
        push_url(&mut encoded, &self.bytes());
        encoded.truncate(length);
        ascii(encoded)
    }

    /// An id in Ably's format: only letters and digits.
    pub(super) fn id(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let bytes = self.bytes();
        let letters = bytes.iter().take(length).map(|byte| {
            let letter = ALPHABET.get(usize::from(*byte) % ALPHABET.len());
            char::from(letter.copied().unwrap_or(b'A'))
        });
        letters.collect()
    }
}
