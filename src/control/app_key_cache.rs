//! A cache of the keys of apps: an access token has 2,000 calls an hour, and a server issues more tokens.
//!
//! It holds values, never calls that are under way: in workerd, a request that awaits another request's
//! answer dies with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::AccessToken;
use super::AppKey;
use crate::lru::LruCache;

/// Long enough for the limits, short enough that a key that was just revoked is not used for long.
const KEPT_MS: u64 = 3 * 60 * 1_000;
const MAX_APPS: usize = 16;

/// What an answer is kept under: it is never given for another token, app, endpoint or transport.
#[derive(Clone, PartialEq, Eq)]
pub struct AppKeyCacheKey {
    control: String,
    token: [u8; 32],
    app: String,
    /// The transport that was used, by a number of the caller's.
    transport_id: u32,
}

impl AppKeyCacheKey {
    /// Of the token it holds the hash only.
    pub fn new(control: &str, token: &AccessToken, app: &str, transport_id: u32) -> AppKeyCacheKey {
        AppKeyCacheKey {
            control: control.to_owned(),
            token: Sha256::digest(token.expose().as_bytes()).into(),
            app: app.to_owned(),
            transport_id,
        }
    }
}

/// The keys of the last few apps, for a few minutes each. What is dropped is wiped.
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
    /// An empty cache.
    pub const fn new() -> AppKeyCache {
        AppKeyCache(Mutex::new(LruCache::new(MAX_APPS)))
    }

    /// What was found less than three minutes ago.
    pub fn get(&self, key: &AppKeyCacheKey, now_ms: u64) -> Option<Arc<Vec<AppKey>>> {
        let mut all = self.lock();
        // A clock that was set back makes nothing live longer.
        all.retain(|kept| (kept.since_ms..kept.since_ms + KEPT_MS).contains(&now_ms));
        let found = all.find(|kept| kept.key == *key)?;
        Some(Arc::clone(&found.keys))
    }

    /// Keeps what was found.
    pub fn put(&self, key: AppKeyCacheKey, now_ms: u64, keys: Vec<AppKey>) -> Arc<Vec<AppKey>> {
        let keys = Arc::new(keys);
        let mut all = self.lock();
        all.retain(|kept| kept.key != key);
        let kept = Kept {
            key,
            since_ms: now_ms,
            keys: Arc::clone(&keys),
        };
        all.put(kept);
        keys
    }

    /// Drops everything that was found with this access token.
    pub fn forget(&self, key: &AppKeyCacheKey) {
        self.lock().retain(|kept| kept.key.token != key.token);
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, LruCache<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
