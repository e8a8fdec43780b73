//! HMAC-SHA-256, keyed once.

use std::fmt;
use std::hint::black_box;
use std::slice::from_ref;

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::array::Array;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// The HMAC state of one secret: both padded key blocks are hashed once, here, and every signature
/// starts from a copy. Wiped when dropped (the `zeroize` features of `hmac` and `sha2`).
#[derive(Clone)]
pub struct HmacKey {
    hmac: HmacCore<Sha256>,
    begun: HmacMidstate,
}

/// The length of a signature in bytes.
pub const TAG_BYTES: usize = 32;

impl HmacKey {
    /// The state of a secret of any length. Ably's secrets are used as the UTF-8 bytes of their
    /// text, not decoded.
    pub fn new(secret: &[u8]) -> HmacKey {
        // HMAC takes a key of any length, so this cannot fail; the fallback is never used.
        let hmac = HmacCore::new_from_slice(secret);
        HmacKey {
            hmac: hmac.unwrap_or_else(|_| HmacCore::new(&Default::default())),
            begun: HmacMidstate::new(secret),
        }
    }

    /// The signature of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; TAG_BYTES] {
        let (blocks, tail) = message.as_chunks();
        let mut state = self.hmac.clone();
        state.update_blocks(Array::cast_slice_from_core(blocks));
        let mut buffer = Buffer::<HmacCore<Sha256>>::new(tail);
        let mut tag = [0; TAG_BYTES];
        state.finalize_fixed_core(&mut buffer, (&mut tag).into());
        tag
    }

    /// Whether `tag` is the signature of `message`, in a time that does not depend on either.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        equal(&self.sign(message), tag)
    }

    /// The state after the beginning that many messages share.
    pub(crate) fn begin(&self, beginning: &[u8]) -> HmacMidstate {
        self.begun.further(beginning)
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(***)")
    }
}

/// A signature begun: see [`HmacKey::begin`].
///
/// HMAC of its own, from the compression function of `sha2` up: what the `hmac` crate copies, and wipes byte
/// by byte, for each signature takes half as long as the hashing. Here it is the state between two blocks, and
/// whoever goes on from it gives the whole message again, so that nothing of a message is kept; and of a
/// state that was copied only the hash that it came to is left behind.
#[derive(Clone)]
pub(crate) struct HmacMidstate {
    inner: State,
    outer: State,
    /// How many bytes of the message `inner` is the state after.
    done: usize,
}

pub(super) const BLOCK_BYTES: usize = 64;
pub(super) type Block = [u8; BLOCK_BYTES];
type State = [u32; 8];
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;
/// FIPS 180-4, 5.3.3.
const START: State = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

impl Drop for HmacMidstate {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

impl HmacMidstate {
    /// RFC 2104: the key padded to a block, and hashed with one pattern over it and with another.
    fn new(secret: &[u8]) -> HmacMidstate {
        let mut key: Block = [0; BLOCK_BYTES];
        if let Some(place) = key.get_mut(..secret.len()) {
            place.copy_from_slice(secret);
        } else if let Some(place) = key.first_chunk_mut::<32>() {
            *place = Sha256::digest(secret).into();
        }
        let mut padded = |pad: u8| {
            let mut state = START;
            key.iter_mut().for_each(|byte| *byte ^= pad);
            compress256(&mut state, from_ref(&key));
            state
        };
        let inner = padded(INNER);
        let outer = padded(INNER ^ OUTER);
        key.zeroize();
        HmacMidstate {
            inner,
            outer,
            done: 0,
        }
    }

    /// How many bytes of a message are hashed already.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// The state after a longer beginning.
    pub(crate) fn further(&self, beginning: &[u8]) -> HmacMidstate {
        let mut next = self.clone();
        let (blocks, _) = beginning.get(self.done..).unwrap_or_default().as_chunks();
        compress256(&mut next.inner, blocks);
        next.done += size_of_val(blocks);
        next
    }

    /// Whether `tag` is the signature of `message`, which begins as this did, in a time that does not depend
    /// on either.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        equal(&self.sign(message), tag)
    }

    /// The signature of a message that begins as this did.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; TAG_BYTES] {
        let rest = message.get(self.done..).unwrap_or_default();
        let inner = end(self.inner, rest, message.len());
        end(self.outer, &inner, TAG_BYTES)
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

/// The hash of a block and a message of `length` bytes, of which `rest` is still to come: behind it stand
/// a 1 bit and the length in bits, at the end of a block.
fn end(mut state: State, rest: &[u8], length: usize) -> [u8; TAG_BYTES] {
    let (blocks, tail) = rest.as_chunks();
    compress256(&mut state, blocks);
    let mut last: Block = [0; BLOCK_BYTES];
    if let Some((place, [mark, ..])) = last.split_at_mut_checked(tail.len()) {
        place.copy_from_slice(tail);
        *mark = 0x80;
    }
    if tail.len() >= BLOCK_BYTES - size_of::<u64>() {
        compress256(&mut state, from_ref(&last));
        last = [0; BLOCK_BYTES];
    }
    if let Some(bits) = last.last_chunk_mut() {
        *bits = (8 * (BLOCK_BYTES + length) as u64).to_be_bytes();
    }
    compress256(&mut state, from_ref(&last));
    let mut hash = [0; TAG_BYTES];
    for (place, word) in hash.as_chunks_mut().0.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    hash
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
