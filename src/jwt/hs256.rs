//! HMAC-SHA-256, keyed once.

use std::fmt;

use hmac::digest::FixedOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The HMAC state of one secret: both padded key blocks are hashed once, here, and every signature
/// starts from a copy. Wiped when dropped (the `zeroize` features of `hmac` and `sha2`).
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

/// The length of a signature in bytes.
pub const TAG_BYTES: usize = 32;

impl HmacKey {
    /// The state of a secret of any length. Ably's secrets are used as the UTF-8 bytes of their
    /// text, not decoded.
    pub fn new(secret: &[u8]) -> HmacKey {
        // HMAC takes a key of any length, so this cannot fail; the fallback is never used.
        let state = Hmac::<Sha256>::new_from_slice(secret);
        HmacKey(state.unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default())))
    }

    /// The signature of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; TAG_BYTES] {
        self.begin(message).finish(b"")
    }

    /// Whether `tag` is the signature of `message`, in a time that does not depend on either.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        self.begin(message).verify(b"", tag)
    }

    /// The state after the beginning that many messages share.
    pub(crate) fn begin(&self, beginning: &[u8]) -> Begun {
        let mut state = self.0.clone();
        state.update(beginning);
        Begun(state)
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(***)")
    }
}

/// A signature begun: see [`HmacKey::begin`].
#[derive(Clone)]
pub(crate) struct Begun(Hmac<Sha256>);

impl Begun {
    /// The state after the next part, too.
    pub(crate) fn and(&self, next: &[u8]) -> Begun {
        let mut state = self.0.clone();
        state.update(next);
        Begun(state)
    }

    /// Whether `tag` is the signature of the beginning followed by `rest`, in a time that does not depend
    /// on either.
    pub(crate) fn verify(&self, rest: &[u8], tag: &[u8]) -> bool {
        let mut state = self.0.clone();
        state.update(rest);
        state.verify_slice(tag).is_ok()
    }

    /// The signature of the beginning followed by `rest`.
    pub(crate) fn finish(&self, rest: &[u8]) -> [u8; TAG_BYTES] {
        let mut state = self.0.clone();
        state.update(rest);
        let mut tag = [0; TAG_BYTES];
        state.finalize_into((&mut tag).into());
        tag
    }
}
