//! The key that tokens are signed with and verified by.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::compact::encoded_header;
use super::hmac_sha256::{HmacKey, HmacMidstate};
use super::prefix_cache::{KnownPrefix, PrefixCache};
use crate::key::ApiKey;
use crate::text::same;

/// An [`ApiKey`] with everything that is derived from it: the HMAC state of its secret, the header of its tokens,
/// and what is known of the tokens that it verified last.
///
/// Functions that sign or verify take either. They derive a `SigningKey` from an `ApiKey` each time, which costs
/// about as much as a signature; a server that verifies tokens keeps a `SigningKey`. Copies share one memory, which
/// is wiped when the last one is dropped.
///
/// ```
/// use ably_edge_auth::{ApiKey, SigningKey, TokenParams, VerifyOptions, issue, verify};
///
/// let key: ApiKey = "xVLyHw.A-pwh7:made-up-secret".parse()?;
/// let now_ms = 1_700_000_000_000;
/// let issued = issue(&key, &TokenParams::default(), now_ms)?;
///
/// let keys = [SigningKey::new(key)];
/// for _ in 0..2 {
///     verify(&issued.token, &keys, &VerifyOptions::at(now_ms))?;
/// }
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(Arc<Derived>);

struct Derived {
    key: ApiKey,
    hmac: HmacKey,
    /// The header of the tokens that this crate signs with it, encoded, and the dot behind it.
    header: String,
    /// The HMAC state after the header.
    header_state: HmacMidstate,
    prefixes: Mutex<PrefixCache>,
}

impl SigningKey {
    /// Derives everything that signing and verifying with this key needs.
    pub fn new(key: ApiKey) -> SigningKey {
        let hmac = HmacKey::new(key.secret().as_bytes());
        let header = encoded_header(key.name());
        let header_state = hmac.begin(header.as_bytes());
        SigningKey(Arc::new(Derived {
            prefixes: Mutex::new(PrefixCache::new(header_state.clone())),
            header_state,
            header,
            hmac,
            key,
        }))
    }

    /// The key it was made from.
    pub fn api_key(&self) -> &ApiKey {
        &self.0.key
    }

    /// The key name, `appId.keyId`: what a JWT's `kid` holds.
    pub fn name(&self) -> &str {
        self.0.key.name()
    }

    pub(crate) fn hmac(&self) -> &HmacKey {
        &self.0.hmac
    }

    /// The header of the tokens that this crate signs with it, encoded, and the dot behind it.
    pub(super) fn header(&self) -> &str {
        &self.0.header
    }

    /// The HMAC state after [`SigningKey::header`].
    pub(super) fn header_state(&self) -> &HmacMidstate {
        &self.0.header_state
    }

    /// Whether a token begins with [`SigningKey::header`].
    pub(super) fn has_header_of(&self, token: &str) -> bool {
        let header = self.0.header.as_bytes();
        let beginning = token.as_bytes().get(..header.len());
        beginning.is_some_and(|beginning| same(beginning, header))
    }

    /// Whether `tag` is the signature of `signed`; `has_header`: which begins with [`SigningKey::header`]. And what
    /// the payload is known to begin with, which is true whether or not the signature is right.
    ///
    /// The time depends neither on `tag` nor on the secret.
    pub(super) fn verify(
        &self,
        signed: &str,
        has_header: bool,
        tag: &[u8],
    ) -> (bool, Option<Arc<KnownPrefix>>) {
        let message = signed.as_bytes();
        if !has_header {
            return (self.0.hmac.verify(message, tag), None);
        }
        // A concurrent caller starts from the header instead of waiting for the lock.
        let Ok(mut prefixes) = self.0.prefixes.try_lock() else {
            return (self.0.header_state.verify(message, tag), None);
        };
        let (state, known) = prefixes.begin(message, &self.0.header_state);
        (state.verify(message, tag), known.cloned())
    }

    /// Keeps the prefix of a token whose signature is right: the next ones are likely to share it.
    pub(super) fn remember(&self, prefix: &str, read: &dyn Fn() -> Option<KnownPrefix>) {
        if let Ok(mut prefixes) = self.0.prefixes.try_lock() {
            prefixes.keep(prefix.as_bytes(), &self.0.header_state, read);
        }
    }

    /// What the key is recognised by without being held.
    #[cfg(all(target_arch = "wasm32", feature = "javascript"))]
    pub(crate) fn downgrade(&self) -> WeakKey {
        WeakKey(Arc::downgrade(&self.0))
    }
}

impl From<ApiKey> for SigningKey {
    fn from(key: ApiKey) -> SigningKey {
        SigningKey::new(key)
    }
}

impl From<&ApiKey> for SigningKey {
    fn from(key: &ApiKey) -> SigningKey {
        SigningKey::new(key.clone())
    }
}

impl From<&SigningKey> for SigningKey {
    fn from(key: &SigningKey) -> SigningKey {
        key.clone()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(\"{}:***\")", self.name())
    }
}

/// Recognises a key and does not hold it: one that nobody else holds is wiped.
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) struct WeakKey(std::sync::Weak<Derived>);

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
impl WeakKey {
    pub(crate) fn is_of(&self, key: &SigningKey) -> bool {
        self.0.as_ptr() == Arc::as_ptr(&key.0)
    }
}
