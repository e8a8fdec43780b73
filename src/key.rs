//! API keys: `appId.keyId:secret`.

mod shape;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use crate::error::{Code, Error, Kind, Result};
use crate::jwt::hmac_sha256::{HmacKey, HmacMidstate};
use crate::jwt::{KnownPrefix, PrefixCache, encoded_header};
use crate::text::same;
use shape::shape;

/// An Ably API key, with the HMAC state derived from its secret.
///
/// It is never printed. Copies share one memory, which is wiped when the last one is dropped.
///
/// ```
/// use ably_edge_auth::ApiKey;
///
/// let key: ApiKey = "xVLyHw.A-pwh7:made-up-secret".parse()?;
/// assert_eq!(key.name(), "xVLyHw.A-pwh7");
/// assert_eq!(key.app_id(), "xVLyHw");
/// assert_eq!(format!("{key:?}"), "ApiKey(\"xVLyHw.A-pwh7:***\")");
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Clone)]
pub struct ApiKey(Arc<Parts>);

struct Parts {
    text: Zeroizing<String>,
    dot: usize,
    colon: usize,
    hmac: HmacKey,
    /// The header of the tokens that this crate signs with it, encoded, and the dot behind it.
    header: String,
    /// A signature that begins with it.
    begun: HmacMidstate,
    /// How the last one that was right went on.
    alike: Mutex<PrefixCache>,
}

impl ApiKey {
    /// Reads a key.
    ///
    /// The name ends at the first colon (SPEC RSA17g), and holds exactly one dot; a secret may hold
    /// further colons, as Ably's own server allows. Characters that no key is known to have are refused:
    /// white space, control characters, all outside ASCII, quotation marks, brackets, and `* , ; \ $`.
    ///
    /// # Errors
    /// [`Kind::Key`], 40005: what is wrong with its shape, or what else it looks like. The text itself is
    /// never repeated.
    pub fn parse(text: &str) -> Result<ApiKey> {
        let (dot, colon) = shape(text).map_err(|flaw| {
            Error::new(Kind::Key, "{}", &[&flaw.message])
                .with_code(Code::Unreadable)
                .at("key")
                .with_remediation(flaw.remediation)
        })?;
        let secret = text.get(colon + 1..).unwrap_or_default();
        let hmac = HmacKey::new(secret.as_bytes());
        let header = encoded_header(text.get(..colon).unwrap_or_default());
        let begun = hmac.begin(header.as_bytes());
        Ok(ApiKey(Arc::new(Parts {
            alike: Mutex::new(PrefixCache::new(begun.clone())),
            begun,
            header,
            hmac,
            text: Zeroizing::new(text.to_owned()),
            dot,
            colon,
        })))
    }

    /// The key name, `appId.keyId`: what a JWT's `kid` holds.
    pub fn name(&self) -> &str {
        self.0.text.get(..self.0.colon).unwrap_or_default()
    }

    /// The app's id, the part before the dot.
    pub fn app_id(&self) -> &str {
        self.0.text.get(..self.0.dot).unwrap_or_default()
    }

    /// The key's own id, the part between dot and colon: what the Control API calls `id`.
    pub fn key_id(&self) -> &str {
        self.0
            .text
            .get(self.0.dot + 1..self.0.colon)
            .unwrap_or_default()
    }

    /// The whole key, secret included, as Basic authentication sends it.
    pub fn expose(&self) -> &str {
        &self.0.text
    }

    /// The part behind the colon.
    pub(crate) fn secret(&self) -> &str {
        self.0.text.get(self.0.colon + 1..).unwrap_or_default()
    }

    /// The header of the tokens that this crate signs with it, encoded, and the dot behind it.
    pub(crate) fn header(&self) -> &str {
        &self.0.header
    }

    pub(crate) fn hmac(&self) -> &HmacKey {
        &self.0.hmac
    }

    /// A signature that begins with [`ApiKey::header`].
    pub(crate) fn begun(&self) -> &HmacMidstate {
        &self.0.begun
    }

    /// Whether `tag` is the signature of `signed`, which begins with [`ApiKey::header`] or does not; and into
    /// `opening` what its payload is known to begin with. That is so whoever found it, so what another key has
    /// put there may stay. The time does not depend on `tag`, nor on the secret.
    pub(crate) fn verify(
        &self,
        signed: &str,
        begins: bool,
        tag: &[u8],
        opening: &mut Option<Arc<KnownPrefix>>,
    ) -> bool {
        let message = signed.as_bytes();
        if !begins {
            return self.0.hmac.verify(message, tag);
        }
        // Another thread that verifies does not wait for this one.
        let Ok(mut alike) = self.0.alike.try_lock() else {
            return self.0.begun.verify(message, tag);
        };
        let (begun, known) = alike.begin(message, &self.0.begun);
        *opening = known.cloned();
        begun.verify(message, tag)
    }

    /// How a token begins that was right: those that follow are likely to be like it.
    pub(crate) fn remember(&self, beginning: &str, opening: &dyn Fn() -> Option<KnownPrefix>) {
        if let Ok(mut alike) = self.0.alike.try_lock() {
            alike.keep(beginning.as_bytes(), &self.0.begun, opening);
        }
    }

    /// What it is known again by.
    #[cfg(all(target_arch = "wasm32", feature = "javascript"))]
    pub(crate) fn trace(&self) -> WeakKey {
        WeakKey(Arc::downgrade(&self.0))
    }

    /// Whether a token begins with [`ApiKey::header`].
    pub(crate) fn begins(&self, token: &str) -> bool {
        let header = self.0.header.as_bytes();
        let beginning = token.as_bytes().get(..header.len());
        beginning.is_some_and(|beginning| same(beginning, header))
    }
}

/// Knows a key again, and does not hold it: one that nobody else holds any more is wiped.
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) struct WeakKey(std::sync::Weak<Parts>);

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
impl WeakKey {
    pub(crate) fn is_of(&self, key: &ApiKey) -> bool {
        self.0.as_ptr() == Arc::as_ptr(&key.0)
    }
}

impl FromStr for ApiKey {
    type Err = Error;
    fn from_str(text: &str) -> Result<ApiKey> {
        ApiKey::parse(text)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey(\"{}:***\")", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_parts() {
        // A key id may begin with a hyphen (28GY6a.-frw5Q in Ably's own docs).
        let key = ApiKey::parse("28GY6a.-frw5Q:se:c.ret_").unwrap();
        assert_eq!(key.app_id(), "28GY6a");
        assert_eq!(key.key_id(), "-frw5Q");
        assert_eq!(key.name(), "28GY6a.-frw5Q");
        assert_eq!(key.expose(), "28GY6a.-frw5Q:se:c.ret_");
    }

    #[test]
    fn never_prints_the_secret() {
        let key = ApiKey::parse("app.key:hush").unwrap();
        assert!(!format!("{key:?}{key:#?}").contains("hush"));
        for bad in ["app.key:hush\n", "appkey:hush", "a.b.c:hush", ".b:hush"] {
            let error = ApiKey::parse(bad).unwrap_err();
            assert!(!format!("{error}{error:?}").contains("hush"));
        }
    }
}
