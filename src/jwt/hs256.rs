//! HMAC-SHA-256, keyed once.

use std::fmt;

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::CtOutput;
use hmac::digest::array::Array;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use sha2::Sha256;

use crate::text::same;

/// The HMAC state of one secret: both padded key blocks are hashed once, here, and every signature
/// starts from a copy. Wiped when dropped (the `zeroize` features of `hmac` and `sha2`).
#[derive(Clone)]
pub struct HmacKey(Begun);

/// The length of a signature in bytes.
pub const TAG_BYTES: usize = 32;

impl HmacKey {
    /// The state of a secret of any length. Ably's secrets are used as the UTF-8 bytes of their
    /// text, not decoded.
    pub fn new(secret: &[u8]) -> HmacKey {
        // HMAC takes a key of any length, so this cannot fail; the fallback is never used.
        let state = HmacCore::<Sha256>::new_from_slice(secret);
        HmacKey(Begun {
            state: state.unwrap_or_else(|_| HmacCore::new(&Default::default())),
            done: 0,
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

    /// The state after the beginning that many messages share.
    pub(crate) fn begin(&self, beginning: &[u8]) -> Begun {
        self.0.further(beginning)
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(***)")
    }
}

/// A signature begun: see [`HmacKey::begin`].
///
/// It is the state between two blocks, and whoever goes on from it gives the whole message again: so
/// nothing of a message is copied into a buffer of 64 bytes that would have to be wiped for every signature.
#[derive(Clone)]
pub(crate) struct Begun {
    state: HmacCore<Sha256>,
    /// How many bytes of the message it is the state after.
    done: usize,
}

const BLOCK_BYTES: usize = 64;
type Block = [u8; BLOCK_BYTES];

impl Begun {
    /// The state after a longer beginning.
    pub(crate) fn further(&self, beginning: &[u8]) -> Begun {
        let mut next = self.clone();
        let (blocks, _) = self.rest(beginning);
        next.state
            .update_blocks(Array::cast_slice_from_core(blocks));
        next.done += size_of_val(blocks);
        next
    }

    /// Whether `tag` is the signature of `message`, which begins as this did, in a time that does not depend
    /// on either.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        let output = |tag: [u8; TAG_BYTES]| CtOutput::<Sha256>::new(tag.into());
        <[u8; TAG_BYTES]>::try_from(tag).is_ok_and(|tag| output(self.sign(message)) == output(tag))
    }

    /// The signature of a message that begins as this did.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; TAG_BYTES] {
        let (blocks, tail) = self.rest(message);
        let mut state = self.state.clone();
        state.update_blocks(Array::cast_slice_from_core(blocks));
        let mut tag = [0; TAG_BYTES];
        let mut buffer = Buffer::<HmacCore<Sha256>>::new(tail);
        state.finalize_fixed_core(&mut buffer, (&mut tag).into());
        tag
    }

    fn rest<'a>(&self, message: &'a [u8]) -> (&'a [Block], &'a [u8]) {
        message.get(self.done..).unwrap_or_default().as_chunks()
    }
}

/// How messages of one kind begin: the tokens of one issuer share their header, and most often their
/// capability. Kept are the message before and the state after as much of it as the one before that shared.
///
/// Nothing is hashed for this that would not be hashed anyway, and no message is taken for another:
/// what is not the same byte for byte is hashed.
pub(crate) struct Alike {
    message: Vec<u8>,
    begun: Begun,
}

/// As much of a message as is kept: a token that fits a header.
const MOST_KEPT: usize = 8_192;

impl Alike {
    pub(crate) fn new(begun: Begun) -> Alike {
        Alike {
            message: Vec::new(),
            begun,
        }
    }

    /// A signature of `message` begun, at `begun` or further on.
    pub(crate) fn begin(&mut self, message: &[u8], begun: &Begun) -> &Begun {
        let (kept, blocks) = (self.message.as_chunks().0, message.as_chunks().0);
        let mut pairs = kept.iter().zip(blocks);
        let shared = pairs
            .position(|(kept, block): (&Block, &Block)| !same(kept, block))
            .unwrap_or(kept.len().min(blocks.len()));
        let shared = message.get(..shared * BLOCK_BYTES).unwrap_or_default();
        let from = if self.begun.done <= shared.len() {
            &self.begun
        } else {
            begun
        };
        self.begun = from.further(shared);
        self.message.clear();
        let kept = message.get(..MOST_KEPT).unwrap_or(message);
        self.message.extend_from_slice(kept);
        &self.begun
    }
}

#[cfg(test)]
mod tests {
    use super::{Alike, HmacKey};
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
    fn what_came_before_changes_no_signature() {
        let key = HmacKey::new(b"secret");
        let start = key.begin(&[b'a'; 70]);
        let mut alike = Alike::new(start.clone());
        let mut state = 1_u32;
        for _ in 0..5_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // The same up to a place, and another from there on.
            let mut message = vec![b'a'; 64 + (state >> 8) as usize % 400];
            let place = 64 + (state >> 20) as usize % 600;
            for byte in message.iter_mut().skip(place) {
                *byte = (state >> 24) as u8;
            }
            let begun = alike.begin(&message, &start);
            assert_eq!(begun.sign(&message), key.sign(&message));
        }
        let long = vec![b'a'; 3 * super::MOST_KEPT];
        for _ in 0..3 {
            assert_eq!(alike.begin(&long, &start).sign(&long), key.sign(&long));
        }
        assert_eq!(alike.begun.done, super::MOST_KEPT);
        assert_eq!(alike.message.len(), super::MOST_KEPT);
    }
}
