//! The most recently read capabilities by their text. A server reads the same few for every request.

use crate::capability::Capability;
use crate::error::Result;
use crate::lru::LruCache;
use crate::text::same;

const MAX_CAPABILITIES: usize = 16;
/// The maximum length of a token. Longer texts are parsed each time, which bounds the memory: a capability with as
/// many resources as fit takes about 100 KB.
pub(super) const MAX_TEXT_BYTES: usize = 8_192;

/// Holds only capabilities that could be read, by their whole text, so that a cached one equals a parsed one.
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
