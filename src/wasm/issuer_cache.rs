//! The issuers prepared lately: a server gives the same capability to one client after the other.

use std::rc::Rc;

use super::capability_cache::MOST_BYTES;
use crate::jwt::Issuer;
use crate::key::{ApiKey, KeyTrace};
use crate::text::{put_first, to_front};

const MOST: usize = 16;

/// All that an issuer is prepared from but for what each token may override: clientId, revocationKey,
/// jwtId and ttl, which whoever takes one from here has to say.
pub(super) struct Shared<'a> {
    pub(super) key: &'a ApiKey,
    /// capability, keyCapability, extra claims
    pub(super) texts: [Option<&'a str>; 3],
    pub(super) flags: u32,
}

struct Kept {
    key: KeyTrace,
    texts: [Option<String>; 3],
    flags: u32,
    issuer: Rc<Issuer>,
}

impl Kept {
    fn is_of(&self, shared: &Shared<'_>) -> bool {
        self.flags == shared.flags
            && self.key.is_of(shared.key)
            && self.texts.iter().map(Option::as_deref).eq(shared.texts)
    }
}

/// Only what could be prepared is kept, and it is found by all that it was prepared from: preparing it
/// again would come to the same.
#[derive(Default)]
pub(super) struct Prepared(Vec<Kept>);

impl Prepared {
    pub(super) fn find(&mut self, shared: &Shared<'_>) -> Option<Rc<Issuer>> {
        let index = self.0.iter().position(|kept| kept.is_of(shared))?;
        // The last used stands first, so the last in the list goes first.
        to_front(&mut self.0, index);
        self.0.first().map(|kept| Rc::clone(&kept.issuer))
    }

    pub(super) fn keep(&mut self, shared: &Shared<'_>, issuer: Issuer) -> Rc<Issuer> {
        let issuer = Rc::new(issuer);
        let length: usize = shared.texts.iter().flatten().map(|text| text.len()).sum();
        if length <= MOST_BYTES {
            let kept = Kept {
                key: shared.key.trace(),
                texts: shared.texts.map(|text| text.map(str::to_owned)),
                flags: shared.flags,
                issuer: Rc::clone(&issuer),
            };
            put_first(&mut self.0, MOST, kept);
        }
        issuer
    }
}
