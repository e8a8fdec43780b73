//! The most recently prepared issuers. A server gives the same capability to many clients.

use std::rc::Rc;

use super::abi::ISSUER_TEXTS;
use super::capability_cache::MAX_TEXT_BYTES;
use crate::jwt::{Issuer, SigningKey, WeakKey};
use crate::lru::LruCache;

const MAX_ISSUERS: usize = 16;

/// Everything that an issuer is made from, except what each token overrides: [`OVERRIDE_TEXTS`] and [`TTL`], which
/// the caller always states. An option that is missing here cannot get into a token.
///
/// [`OVERRIDE_TEXTS`]: super::abi::OVERRIDE_TEXTS
/// [`TTL`]: super::abi::TTL
pub(super) struct IssuerCacheKey<'a> {
    pub(super) key: &'a SigningKey,
    pub(super) shared: Shared<'a>,
}

/// The options that the tokens of an issuer share, besides the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Shared<'a> {
    pub(super) texts: [Option<&'a str>; ISSUER_TEXTS.len()],
    pub(super) flags: u32,
}

struct Kept {
    key: WeakKey,
    texts: Vec<Option<String>>,
    flags: u32,
    issuer: Rc<Issuer>,
}

impl Kept {
    fn is_of(&self, IssuerCacheKey { key, shared }: &IssuerCacheKey<'_>) -> bool {
        // Names all fields, so that the compiler reports a new one.
        let Shared { texts, flags } = shared;
        self.flags == *flags
            && self.key.is_of(key)
            && self
                .texts
                .iter()
                .zip(texts)
                .all(|(kept, text)| kept.as_deref() == *text)
    }
}

/// Holds only valid issuers, by everything they were made from, so that a cached one equals a new one.
pub(super) struct IssuerCache(LruCache<Kept>);

impl IssuerCache {
    pub(super) const fn new() -> IssuerCache {
        IssuerCache(LruCache::new(MAX_ISSUERS))
    }

    pub(super) fn find(&mut self, wanted: &IssuerCacheKey<'_>) -> Option<Rc<Issuer>> {
        let kept = self.0.find(|kept| kept.is_of(wanted))?;
        Some(Rc::clone(&kept.issuer))
    }

    pub(super) fn keep(&mut self, wanted: &IssuerCacheKey<'_>, issuer: Issuer) -> Rc<Issuer> {
        let issuer = Rc::new(issuer);
        let IssuerCacheKey { key, shared } = wanted;
        let Shared { texts, flags } = *shared;
        let mut length = 0;
        let mut copies = Vec::new();
        for text in texts {
            length += text.map_or(0, str::len);
            copies.push(text.map(str::to_owned));
        }
        if length <= MAX_TEXT_BYTES {
            let kept = Kept {
                key: key.downgrade(),
                texts: copies,
                flags,
                issuer: Rc::clone(&issuer),
            };
            self.0.put(kept);
        }
        issuer
    }
}
