//! Caches the HMAC state of the prefix shared by consecutive tokens.

use std::ops::Range;
use std::sync::Arc;

use super::hmac_sha256::{BLOCK_BYTES, Block, HmacMidstate};
use crate::text::same;

/// The prefix of the last token: the tokens of one issuer share header and capability. Also holds the HMAC state
/// after the part of it that the token before shared, and the capability in it.
///
/// A prefix is reused only if it is identical byte for byte. The time reveals how much was identical, so the prefix
/// must not be secret.
pub(super) struct PrefixCache {
    beginning: Vec<u8>,
    begun: HmacMidstate,
    opening: Option<Arc<KnownPrefix>>,
}

/// The known prefix of a payload: its first claim, a capability that was read.
pub(crate) struct KnownPrefix {
    /// A multiple of three bytes, so that it ends with a whole group of base64 digits.
    pub(crate) text: String,
    /// The range of the claim's value in the text.
    pub(crate) capability_at: Range<usize>,
    /// Whether the value is the capability's canonical text.
    pub(crate) is_canonical: bool,
}

/// Maximum length of an issued token. Nothing of longer ones is kept.
const MAX_KEPT_BYTES: usize = 8_000;

impl PrefixCache {
    pub(crate) fn new(begun: HmacMidstate) -> PrefixCache {
        PrefixCache {
            beginning: Vec::new(),
            begun,
            opening: None,
        }
    }

    /// Returns the HMAC state from which to sign `message`, which is `begun` or a later one, and its known prefix.
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

    /// Stores the prefix for the next messages. Its content is read when it occurs for the second time, so that
    /// messages that all differ cause no extra work.
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
        // Another thread may have stored a prefix in the meantime.
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
