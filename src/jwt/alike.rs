//! What messages that are verified one after the other have in common.

use super::hs256::{BLOCK_BYTES, Begun, Block};
use crate::text::same;

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
        let from = if self.begun.done() <= shared.len() {
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
        let done = self.begun.done();
        if self.beginning.get(..done) != beginning.get(..done) {
            self.begun = begun.clone();
        }
        self.beginning = beginning.to_vec();
    }
}

#[cfg(test)]
mod tests {
    use super::super::hs256::HmacKey;
    use super::Alike;

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
            further += usize::from(begun.done() > 64);
            match random() % 3 {
                0 => alike.keep(&message, &start),
                1 => alike.keep(&other, &start),
                _ => {}
            }
        }
        assert!(further > 500, "{further}");
    }
}
