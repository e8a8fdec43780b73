//! The keys seen lately, with the HMAC state derived from each.

use super::shared_buffer::broken;
use crate::error::Result;
use crate::key::ApiKey;
use crate::text::{put_first, same, to_front};

/// Deriving the state costs two SHA-256 blocks; most programs use one key, some a few.
const MAX_KEYS: usize = 16;

/// Found by the **whole** key: the same name with a rotated secret is another key. What is evicted
/// is wiped (`ApiKey` wipes itself when dropped).
pub(super) struct KeyCache(Vec<ApiKey>);

impl KeyCache {
    pub(super) const fn new() -> KeyCache {
        KeyCache(Vec::new())
    }

    pub(super) fn find(&mut self, text: &[u8]) -> Result<ApiKey> {
        if let Some(index) = self
            .0
            .iter()
            .position(|key| same(key.expose().as_bytes(), text))
        {
            // The last used stands first, so the last in the list goes first.
            to_front(&mut self.0, index);
            return self.0.first().cloned().ok_or_else(broken);
        }
        let text = std::str::from_utf8(text).map_err(|_| broken())?;
        let key = ApiKey::parse(text)?;
        put_first(&mut self.0, MAX_KEYS, key.clone());
        Ok(key)
    }
}
