//! The capabilities read lately, by their text: a server reads the same few for every request.

use crate::capability::Capability;
use crate::error::Result;
use crate::lru::LruCache;
use crate::text::same;

const MAX_CAPABILITIES: usize = 16;
/// As long as a whole token may be. Longer ones are read each time, so that the memory that is held has a
/// bound: some 100 KB for each of those kept, if they are of as many resources as fit.
pub(super) const MAX_TEXT_BYTES: usize = 8_192;

/// Only what could be read is kept, and it is found by its whole text: reading it again would come
/// to the same.
pub(super) struct CapabilityCache(LruCache<(String, Capability)>);

impl CapabilityCache {
    pub(super) const fn new() -> CapabilityCache {
        CapabilityCache(LruCache::new(MAX_CAPABILITIES))
    }

    pub(super) fn read(
        &mut self,
        text: &str,
        read: &dyn Fn() -> Result<Capability>,
    ) -> Result<Capability> {
        let is_this = |(kept, _): &(String, _)| same(kept.as_bytes(), text.as_bytes());
        if let Some((_, capability)) = self.0.find(is_this) {
            return Ok(capability.clone());
        }
        let capability = read()?;
        if text.len() <= MAX_TEXT_BYTES {
            self.0.put((text.to_owned(), capability.clone()));
        }
        Ok(capability)
    }
}
