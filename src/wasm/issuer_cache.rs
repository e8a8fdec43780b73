//! The issuers prepared lately: a server gives the same capability to one client after the other.

use std::rc::Rc;

use super::capability_cache::MAX_TEXT_BYTES;
use crate::jwt::{Issuer, SigningKey, WeakKey};
use crate::lru::LruCache;

const MAX_ISSUERS: usize = 16;

/// All that an issuer is prepared from but for what each token may override: clientId, revocationKey,
/// jwtId and ttl, which whoever takes one from here has to say.
pub(super) struct IssuerCacheKey<'a> {
    pub(super) key: &'a SigningKey,
    /// capability, keyCapability, extra claims
    pub(super) texts: [Option<&'a str>; 3],
    pub(super) flags: u32,
}

struct Kept {
    key: WeakKey,
    texts: [Option<String>; 3],
    flags: u32,
    issuer: Rc<Issuer>,
}

impl Kept {
    fn is_of(&self, shared: &IssuerCacheKey<'_>) -> bool {
        self.flags == shared.flags
            && self.key.is_of(shared.key)
            && self.texts.iter().map(Option::as_deref).eq(shared.texts)
    }
}

/// Only what could be prepared is kept, and it is found by all that it was prepared from: preparing it
/// again would come to the same.
pub(super) struct IssuerCache(LruCache<Kept>);

impl IssuerCache {
    pub(super) const fn new() -> IssuerCache {
        IssuerCache(LruCache::new(MAX_ISSUERS))
    }

    pub(super) fn find(&mut self, shared: &IssuerCacheKey<'_>) -> Option<Rc<Issuer>> {
        let kept = self.0.find(|kept| kept.is_of(shared))?;
        Some(Rc::clone(&kept.issuer))
    }

    pub(super) fn keep(&mut self, shared: &IssuerCacheKey<'_>, issuer: Issuer) -> Rc<Issuer> {
        let issuer = Rc::new(issuer);
        let length: usize = shared.texts.iter().flatten().map(|text| text.len()).sum();
        if length <= MAX_TEXT_BYTES {
            let kept = Kept {
                key: shared.key.downgrade(),
                texts: shared.texts.map(|text| text.map(str::to_owned)),
                flags: shared.flags,
                issuer: Rc::clone(&issuer),
            };
            self.0.put(kept);
        }
        issuer
    }
}
