//! What was found lately: an access token has 2000 calls an hour, and a server issues more tokens.
//!
//! Values are kept, never calls that are under way: in workerd, a request that waits for another
//! request's answer dies with it.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::{AppKey, Keys};
use crate::access_token::AccessToken;
use crate::text::put_first;

/// Long enough for the limits, short enough that a key that was just revoked is not used for long.
const KEPT_MS: u64 = 3 * 60 * 1_000;
const MOST: usize = 16;

/// Whose answer it is. Another token, app, endpoint or transport never gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    control: String,
    token: [u8; 32],
    app: String,
    /// The transport that was used, by a number of the caller's.
    transport: u32,
}

impl Found {
    /// The place of an answer. The token itself is not kept, only its hash.
    pub fn new(control: &str, token: &AccessToken, app: &str, transport: u32) -> Found {
        Found {
            control: control.to_owned(),
            token: Sha256::digest(token.expose().as_bytes()).into(),
            app: app.to_owned(),
            transport,
        }
    }
}

/// The keys of the last few apps, for a few minutes each. What goes is wiped.
#[derive(Default)]
pub struct KeyCache(Vec<(Found, u64, Keys)>);

impl KeyCache {
    /// What was found at this place, if that is not too long ago.
    pub fn get(&mut self, place: &Found, now_ms: u64) -> Option<Keys> {
        // A clock that was set back makes nothing live longer.
        self.keep(&|_, since| (since..since + KEPT_MS).contains(&now_ms));
        let found = self.0.iter().find(|(it, ..)| it == place)?;
        Some(Rc::clone(&found.2))
    }

    /// Keeps what was found.
    pub fn put(&mut self, place: Found, now_ms: u64, keys: Vec<AppKey>) -> Keys {
        let keys = Rc::new(keys);
        self.keep(&|it, _| *it != place);
        put_first(&mut self.0, MOST, (place, now_ms, Rc::clone(&keys)));
        keys
    }

    /// Forgets all that was found with this token: it, or a key of it, was refused.
    pub fn forget(&mut self, place: &Found) {
        self.keep(&|it, _| it.token != place.token);
    }

    fn keep(&mut self, is_kept: &dyn Fn(&Found, u64) -> bool) {
        self.0.retain(|(place, since, _)| is_kept(place, *since));
    }
}
