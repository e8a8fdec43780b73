//! API keys: `appId.keyId:secret`.

mod shape;

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Kind, Result};
use shape::shape;

/// An Ably API key: a name and a secret.
///
/// It is never printed, and wiped when dropped. To sign or verify many tokens with it, make a
/// [`SigningKey`](crate::SigningKey) of it.
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
pub struct ApiKey {
    text: Zeroizing<String>,
    dot: usize,
    colon: usize,
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
            Error::new(Kind::Key, flaw.form, &[flaw.value])
                .with_code(Code::Unreadable)
                .at("key")
                .with_remediation(flaw.remediation)
        })?;
        Ok(ApiKey {
            text: Zeroizing::new(text.to_owned()),
            dot,
            colon,
        })
    }

    /// The key name, `appId.keyId`: what a JWT's `kid` holds.
    pub fn name(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The app's id, the part before the dot.
    pub fn app_id(&self) -> &str {
        self.text.get(..self.dot).unwrap_or_default()
    }

    /// The key's own id, the part between dot and colon: what the Control API calls `id`.
    pub fn key_id(&self) -> &str {
        self.text.get(self.dot + 1..self.colon).unwrap_or_default()
    }

    /// The whole key, secret included, as Basic authentication sends it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The part behind the colon.
    pub(crate) fn secret(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
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
