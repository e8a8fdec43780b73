//! A cache of app keys: an access token has 2,000 calls an hour, and a server issues more tokens
//! than that.
//!
//! It holds values, never pending calls: in workerd, a request that awaits another request's
//! response dies with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::AccessToken;
use super::AppKey;
use crate::lru::LruCache;

/// Lifetime of a cached entry: long enough to stay within the rate limits, short enough that a
/// revoked key does not stay in use for long.
const KEPT_MS: u64 = 3 * 60 * 1_000;
const MAX_APPS: usize = 16;

/// The key of a cached entry. An entry is never returned for another token, app, endpoint or
/// transport.
#[derive(Clone, PartialEq, Eq)]
pub struct AppKeyCacheKey {
    control: String,
    token: [u8; 32],
    app: String,
    /// Identifies the transport that was used; the caller assigns the number.
    transport_id: u32,
}

impl AppKeyCacheKey {
    /// Builds a cache key, which holds only a hash of the token.
    pub fn new(control: &str, token: &AccessToken, app: &str, transport_id: u32) -> AppKeyCacheKey {
        AppKeyCacheKey {
            control: control.to_owned(),
            token: Sha256::digest(token.expose().as_bytes()).into(),
            app: app.to_owned(),
            transport_id,
        }
    }
}

/// The keys of the most recently used apps, each kept for a few minutes and wiped on drop.
pub struct AppKeyCache(Mutex<LruCache<Kept>>);

struct Kept {
    key: AppKeyCacheKey,
    since_ms: u64,
    keys: Arc<Vec<AppKey>>,
}

impl Default for AppKeyCache {
    fn default() -> AppKeyCache {
        AppKeyCache::new()
    }
}

impl AppKeyCache {
    /// Creates an empty cache.
    pub const fn new() -> AppKeyCache {
        AppKeyCache(Mutex::new(LruCache::new(MAX_APPS)))
    }

    /// Returns the entry if it is less than three minutes old.
    pub fn get(&self, key: &AppKeyCacheKey, now_ms: u64) -> Option<Arc<Vec<AppKey>>> {
        let mut all = self.lock();
        // Moving the clock back must not extend an entry's life.
        all.retain(&|kept| (kept.since_ms..kept.since_ms + KEPT_MS).contains(&now_ms));
        let found = all.find(|kept| kept.key == *key)?;
        Some(Arc::clone(&found.keys))
    }

    /// Stores the keys of an app.
    pub fn put(&self, key: AppKeyCacheKey, now_ms: u64, keys: Vec<AppKey>) -> Arc<Vec<AppKey>> {
        let keys = Arc::new(keys);
        let mut all = self.lock();
        all.retain(&|kept| kept.key != key);
        let kept = Kept {
            key,
            since_ms: now_ms,
            keys: Arc::clone(&keys),
        };
        all.put(kept);
        keys
    }

    /// Removes every entry that was found with this access token.
    pub fn forget(&self, key: &AppKeyCacheKey) {
        self.lock().retain(&|kept| kept.key.token != key.token);
    }

    /// The lock cannot be poisoned: no code panics while holding it.
    fn lock(&self) -> MutexGuard<'_, LruCache<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
