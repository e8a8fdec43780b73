//! HMAC-SHA-256, keyed once.

use std::fmt;
use std::hint::black_box;
use std::mem::ManuallyDrop;

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::array::Array;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use sha2::Sha256;

/// The length of a signature in bytes.
pub const TAG_BYTES: usize = 32;
pub(super) const BLOCK_BYTES: usize = 64;
pub(super) type Block = [u8; BLOCK_BYTES];

/// The HMAC state of one secret: both padded key blocks are hashed once, here, and every signature
/// starts from a copy. Wiped when dropped (the `zeroize` features of `hmac` and `sha2`).
#[derive(Clone)]
pub struct HmacKey(HmacMidstate);

impl HmacKey {
    /// The state of a secret of any length. Ably's secrets are used as the UTF-8 bytes of their
    /// text, not decoded.
    pub fn new(secret: &[u8]) -> HmacKey {
        // HMAC takes a key of any length, so this cannot fail; the fallback is never used.
        let core = HmacCore::new_from_slice(secret);
        HmacKey(HmacMidstate {
            core: core.unwrap_or_else(|_| HmacCore::new(&Default::default())),
            hashed_bytes: 0,
        })
    }

    /// The signature of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; TAG_BYTES] {
        self.0.sign(message)
    }

    /// Whether `tag` is the signature of `message`, in a time that does not depend on either.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        self.0.verify(message, tag)
    }

    /// The state after a prefix that many messages share.
    pub(crate) fn begin(&self, beginning: &[u8]) -> HmacMidstate {
        self.0.further(beginning)
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(***)")
    }
}

/// The HMAC state after the whole blocks of a prefix: see [`HmacKey::begin`].
///
/// Whoever goes on from it gives the whole message again, so that nothing of a message is kept.
#[derive(Clone)]
pub(crate) struct HmacMidstate {
    core: HmacCore<Sha256>,
    hashed_bytes: usize,
}

impl HmacMidstate {
    /// How many bytes of a message are hashed already.
    pub(super) fn done(&self) -> usize {
        self.hashed_bytes
    }

    /// The state after a longer prefix.
    pub(crate) fn further(&self, beginning: &[u8]) -> HmacMidstate {
        let mut next = self.clone();
        let rest = beginning.get(self.hashed_bytes..).unwrap_or_default();
        let (blocks, _) = rest.as_chunks();
        next.core.update_blocks(Array::cast_slice_from_core(blocks));
        next.hashed_bytes += size_of_val(blocks);
        next
    }

    /// Whether `tag` is the signature of `message`, which begins as this did, in a time that does not depend
    /// on either.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        equal(&self.sign(message), tag)
    }

    /// The signature of a message that begins as this did.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; TAG_BYTES] {
        let rest = message.get(self.hashed_bytes..).unwrap_or_default();
        let (blocks, tail) = rest.as_chunks();
        let mut core = self.core.clone();
        core.update_blocks(Array::cast_slice_from_core(blocks));
        // Never dropped, as dropping it wipes it byte by byte, a tenth of the time of a signature. It holds the end
        // of the message and its inner hash: no state from which another message could be signed.
        let mut buffer = ManuallyDrop::new(Buffer::<HmacCore<Sha256>>::new(tail));
        let mut tag = [0; TAG_BYTES];
        core.finalize_fixed_core(&mut buffer, (&mut tag).into());
        tag
    }
}

/// Whether both are the same, in a time that depends on their lengths alone.
fn equal(one: &[u8; TAG_BYTES], other: &[u8]) -> bool {
    let mut different = 0;
    for (one, other) in one.iter().zip(other) {
        different |= one ^ other;
    }
    // The compiler is not to see that the first difference decides.
    other.len() == TAG_BYTES && black_box(different) == 0
}

#[cfg(test)]
mod tests {
    use super::HmacKey;
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    /// Every place of the cut in a block, and every length of what is behind it.
    #[test]
    fn signs_from_any_beginning_as_the_hmac_crate_does() {
        let message: Vec<u8> = (0..=255).collect();
        let key = HmacKey::new(b"secret");
        for length in 0..=message.len() {
            let message = &message[..length];
            let mut plain = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
            plain.update(message);
            let tag: [u8; 32] = plain.finalize().into_bytes().into();
            assert_eq!(key.sign(message), tag);
            for cut in 0..=length {
                let begun = key.begin(&message[..cut / 2]).further(&message[..cut]);
                assert_eq!(begun.sign(message), tag, "{cut} of {length}");
                assert!(begun.verify(message, &tag));
            }
        }
    }

    #[test]
    fn takes_secrets_of_any_length_as_the_hmac_crate_does() {
        for length in 0..200 {
            let key = HmacKey::new(&vec![b's'; length]);
            let tag = key.sign(b"message");
            assert_eq!(key.begin(b"").sign(b"message"), tag, "{length}");
            for place in 0..tag.len() {
                let mut other = tag;
                other[place] ^= 1 << (length % 8);
                assert!(!key.verify(b"message", &other));
            }
            assert!(!key.verify(b"message", &tag[..31]));
            assert!(!key.verify(b"message", &[&tag[..], &[0]].concat()));
        }
    }
}
