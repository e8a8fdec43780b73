//! What messages that are verified one after the other have in common.

use std::ops::Range;
use std::sync::Arc;

use super::hmac_sha256::{BLOCK_BYTES, Block, HmacMidstate};
use crate::text::same;

/// How messages of one kind begin: the tokens of one issuer share header and capability. Kept are the
/// beginning of one, the state after as much of it as the message before shared, and what it holds.
///
/// Nothing is hashed for this that would not be hashed anyway, and no message is taken for another:
/// what is not the same byte for byte is hashed, and read. The time tells how much of a beginning was the
/// same, so what is kept may not be anybody's secret.
pub(super) struct PrefixCache {
    beginning: Vec<u8>,
    begun: HmacMidstate,
    opening: Option<Arc<KnownPrefix>>,
}

/// What a payload begins with, as far as such a beginning goes: its first claim, a capability that was read.
pub(crate) struct KnownPrefix {
    /// Whole groups of three bytes, so that they are whole groups of digits in the token.
    pub(crate) text: String,
    /// Where the claim's value stands in it.
    pub(crate) capability_at: Range<usize>,
    /// The value is the capability's canonical text.
    pub(crate) is_canonical: bool,
}

/// As long as a token may be that is issued; of longer ones nothing is kept.
const MAX_KEPT_BYTES: usize = 8_000;

impl PrefixCache {
    pub(crate) fn new(begun: HmacMidstate) -> PrefixCache {
        PrefixCache {
            beginning: Vec::new(),
            begun,
            opening: None,
        }
    }

    /// A signature of `message` begun, at `begun` or further on; and what it is known to hold.
    pub(crate) fn begin(
        &mut self,
        message: &[u8],
        begun: &HmacMidstate,
    ) -> (&HmacMidstate, Option<&Arc<KnownPrefix>>) {
        let (kept, rest) = self.beginning.as_chunks();
        let (blocks, _) = message.as_chunks();
        let mut pairs = kept.iter().zip(blocks);
        let shared = pairs
            .position(|(kept, block): (&Block, &Block)| !same(kept, block))
            .unwrap_or(kept.len().min(blocks.len()));
        let (shared, behind) = message.split_at(shared * BLOCK_BYTES);
        let is_whole = shared.len() + rest.len() == self.beginning.len()
            && behind.get(..rest.len()).is_some_and(|it| same(it, rest));
        if self.begun.done() != shared.len() {
            let is_behind = self.begun.done() < shared.len();
            let from = if is_behind { &self.begun } else { begun };
            self.begun = from.further(shared);
        }
        (&self.begun, self.opening.as_ref().filter(|_| is_whole))
    }

    /// From now on this is what is looked for. What it holds is kept when it comes for the second time: where
    /// each message is another one, that would be work for nothing.
    pub(crate) fn keep(
        &mut self,
        beginning: &[u8],
        begun: &HmacMidstate,
        opening: &dyn Fn() -> Option<KnownPrefix>,
    ) {
        if same(&self.beginning, beginning) {
            self.opening = opening().map(Arc::new);
            return;
        }
        if beginning.len() > MAX_KEPT_BYTES {
            return;
        }
        // Another thread may have been here since this one was.
        let done = self.begun.done();
        if self.beginning.get(..done) != beginning.get(..done) {
            self.begun = begun.clone();
        }
        self.beginning = beginning.to_vec();
        self.opening = None;
    }
}

#[cfg(test)]
mod tests {
    use super::super::hmac_sha256::HmacKey;
    use super::{KnownPrefix, PrefixCache};

    #[test]
    fn what_came_before_changes_no_signature() {
        let key = HmacKey::new(b"secret");
        let start = key.begin(&[b'a'; 70]);
        let mut alike = PrefixCache::new(start.clone());
        let mut state = 1_u32;
        let mut further = 0;
        let mut known = 0;
        let mut twice: Vec<Vec<u8>> = Vec::new();
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
            let (begun, opening) = alike.begin(&message, &start);
            assert_eq!(begun.sign(&message), key.sign(&message));
            further += usize::from(begun.done() > 64);
            if let Some(opening) = opening {
                assert!(message.starts_with(opening.text.as_bytes()));
                assert!(twice.iter().any(|kept| kept == opening.text.as_bytes()));
                known += 1;
            }
            let length = message.len().saturating_sub(random() % 70);
            let (kept, again) = match random() % 3 {
                0 => (&message[..length], random() % 2),
                1 => (&*other, random() % 2),
                _ => continue,
            };
            for _ in 0..=again {
                alike.keep(kept, &start, &|| {
                    Some(KnownPrefix {
                        text: String::from_utf8(kept.to_vec()).ok()?,
                        capability_at: 0..0,
                        is_canonical: true,
                    })
                });
            }
            if again > 0 {
                twice.push(kept.to_vec());
            }
        }
        assert!(further > 500 && known > 100, "{further} {known}");
    }
}
