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

/// How messages of one kind begin: the tokens of one issuer share header and capability. Kept are the
/// beginning of one and the state after as much of it as the message before shared.
///
/// Nothing is hashed for this that would not be hashed anyway, and no message is taken for another:
/// what is not the same byte for byte is hashed. The time tells how much of a beginning was the same, so
/// what is kept may not be anybody's secret.
pub(crate) struct Alike {
    beginning: Vec<u8>,
    begun: Begun,
}

/// As long as a token may be that is issued.
const MOST_KEPT: usize = 8_000;

impl Alike {
    pub(crate) fn new(begun: Begun) -> Alike {
        Alike {
            beginning: Vec::new(),
            begun,
        }
    }

    /// A signature of `message` begun, at `begun` or further on.
    pub(crate) fn begin(&mut self, message: &[u8], begun: &Begun) -> &Begun {
        let (kept, blocks) = (self.beginning.as_chunks().0, message.as_chunks().0);
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
        &self.begun
    }

    /// From now on this is what is looked for.
    pub(crate) fn keep(&mut self, beginning: &[u8], begun: &Begun) {
        let beginning = beginning.get(..MOST_KEPT).unwrap_or(beginning);
        if same(&self.beginning, beginning) {
            return;
        }
        // Another thread may have been here since this one was.
        let done = self.begun.done;
        if self.beginning.get(..done) != beginning.get(..done) {
            self.begun = begun.clone();
        }
        self.beginning = beginning.to_vec();
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
        let mut further = 0;
        for _ in 0..5_000 {
            let mut random = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as usize
            };
            // The same up to a place, and another from there on.
            let mut message = || {
                let mut message = vec![b'a'; 64 + random() % 400];
                let place = 64 + random() % 600;
                let other = random() as u8 % 4;
                for byte in message.iter_mut().skip(place) {
                    *byte = other;
                }
                message
            };
            let (message, other) = (message(), message());
            let begun = alike.begin(&message, &start);
            assert_eq!(begun.sign(&message), key.sign(&message));
            further += usize::from(begun.done > 64);
            match random() % 3 {
                0 => alike.keep(&message, &start),
                1 => alike.keep(&other, &start),
                _ => {}
            }
        }
        assert!(further > 500, "{further}");
    }
}
