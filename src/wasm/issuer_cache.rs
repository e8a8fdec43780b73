//! The issuers prepared lately: a server gives the same capability to one client after the other.

use std::rc::Rc;

use super::capability_cache::MAX_TEXT_BYTES;
use crate::jwt::Issuer;
use crate::key::{ApiKey, WeakKey};
use crate::text::{put_first, to_front};

const MAX_ISSUERS: usize = 16;

/// All that an issuer is prepared from but for what each token may override: clientId, revocationKey,
/// jwtId and ttl, which whoever takes one from here has to say.
pub(super) struct IssuerCacheKey<'a> {
    pub(super) key: &'a ApiKey,
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
#[derive(Default)]
pub(super) struct IssuerCache(Vec<Kept>);

impl IssuerCache {
    pub(super) fn find(&mut self, shared: &IssuerCacheKey<'_>) -> Option<Rc<Issuer>> {
        let index = self.0.iter().position(|kept| kept.is_of(shared))?;
        // The last used stands first, so the last in the list goes first.
        to_front(&mut self.0, index);
        self.0.first().map(|kept| Rc::clone(&kept.issuer))
    }

    pub(super) fn keep(&mut self, shared: &IssuerCacheKey<'_>, issuer: Issuer) -> Rc<Issuer> {
        let issuer = Rc::new(issuer);
        let length: usize = shared.texts.iter().flatten().map(|text| text.len()).sum();
        if length <= MAX_TEXT_BYTES {
            let kept = Kept {
                key: shared.key.trace(),
                texts: shared.texts.map(|text| text.map(str::to_owned)),
                flags: shared.flags,
                issuer: Rc::clone(&issuer),
            };
            put_first(&mut self.0, MAX_ISSUERS, kept);
        }
        issuer
    }
}
