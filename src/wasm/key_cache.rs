//! The most recently used keys, each with its HMAC state.

use super::shared_buffer::broken;
use crate::error::Result;
use crate::jwt::SigningKey;
use crate::key::ApiKey;
use crate::lru::LruCache;
use crate::text::same;

/// Deriving the state costs two SHA-256 blocks. Most programs use one key, some use a few.
const MAX_KEYS: usize = 16;

/// Keys are looked up by their **whole** text, because a rotated secret keeps the key's name. Evicted keys are wiped:
/// `SigningKey` wipes itself when dropped.
pub(super) struct KeyCache(LruCache<SigningKey>);

impl KeyCache {
    pub(super) const fn new() -> KeyCache {
        KeyCache(LruCache::new(MAX_KEYS))
    }

    pub(super) fn find(&mut self, text: &[u8]) -> Result<SigningKey> {
        let is_this = |key: &SigningKey| same(key.api_key().expose().as_bytes(), text);
        if let Some(key) = self.0.find(is_this) {
            return Ok(key.clone());
        }
        let text = std::str::from_utf8(text).map_err(|_| broken())?;
        let key = SigningKey::new(ApiKey::parse(text)?);
        self.0.put(key.clone());
        Ok(key)
    }
}
