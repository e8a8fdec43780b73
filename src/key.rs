//! API keys: `appId.keyId:secret`.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use crate::error::{Code, Error, Kind, Result};
use crate::jwt::hs256::{Begun, HmacKey};
use crate::jwt::{Alike, Opening, encoded_header};
use crate::text::{find, same, split};

/// No key is known to be longer than about 60 characters; this leaves room and bounds the work.
const MAX_BYTES: usize = 512;

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
    begun: Begun,
    /// How the last one that was right went on.
    alike: Mutex<Alike>,
}

impl ApiKey {
    /// Reads a key.
    ///
    /// The name ends at the first colon (SPEC RSA17g), and holds exactly one dot; a secret may hold
    /// further colons, as Ably's own server allows.
    ///
    /// # Errors
    /// [`Kind::Key`], 40005: what is wrong with its shape. The text itself is never repeated.
    pub fn parse(text: &str) -> Result<ApiKey> {
        let (dot, colon) = shape(text).map_err(|(message, hint)| {
            Error::new(Kind::Key, "{}", &[message])
                .code_of(Code::Unreadable)
                .at("key")
                .hint_of(hint)
        })?;
        let secret = text.get(colon + 1..).unwrap_or_default();
        let hmac = HmacKey::new(secret.as_bytes());
        let header = encoded_header(text.get(..colon).unwrap_or_default());
        let begun = hmac.begin(header.as_bytes());
        Ok(ApiKey(Arc::new(Parts {
            alike: Mutex::new(Alike::new(begun.clone())),
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
    pub(crate) fn begun(&self) -> &Begun {
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
        opening: &mut Option<Arc<Opening>>,
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
    pub(crate) fn remember(&self, beginning: &str, opening: &dyn Fn() -> Option<Opening>) {
        if let Ok(mut alike) = self.0.alike.try_lock() {
            alike.keep(beginning.as_bytes(), &self.0.begun, opening);
        }
    }

    /// What it is known again by.
    #[cfg(all(target_arch = "wasm32", feature = "javascript"))]
    pub(crate) fn trace(&self) -> KeyTrace {
        KeyTrace(Arc::downgrade(&self.0))
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
pub(crate) struct KeyTrace(std::sync::Weak<Parts>);

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
impl KeyTrace {
    pub(crate) fn is_of(&self, key: &ApiKey) -> bool {
        self.0.as_ptr() == Arc::as_ptr(&key.0)
    }
}

const FORM: &str = "a key has the form appId.keyId:secret; copy it whole from the API keys tab of the Ably dashboard";

/// Where the dot and the colon are, or what is wrong and what to do.
fn shape(text: &str) -> std::result::Result<(usize, usize), (&'static str, &'static str)> {
    if text.is_empty() {
        return Err(("the key is empty", FORM));
    }
    if text.len() > MAX_BYTES {
        return Err(("the key is over 512 bytes long", FORM));
    }
    let white = |end: Option<char>| end.is_some_and(char::is_whitespace);
    if white(text.chars().next()) || white(text.chars().next_back()) {
        return Err((
            "the key begins or ends with white space or a line end",
            "trim it where it is read: a file or a secret store often adds a line end",
        ));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err((
            "the key has white space or a control character inside",
            FORM,
        ));
    }
    if text.starts_with('\u{feff}') {
        return Err((
            "the key begins with a byte order mark",
            "the file it was read from was saved with one: strip it where the key is read",
        ));
    }
    if let Some(b'"' | b'\'' | b'`') = text.as_bytes().first() {
        return Err((
            "the key begins with a quotation mark",
            "give the key without the quotation marks around it",
        ));
    }
    let Some(colon) = find(text, b':') else {
        return Err(without_colon(text));
    };
    let name = text.get(..colon).unwrap_or_default();
    let Some(dot) = find(name, b'.') else {
        return Err(("the key has no dot before its colon", FORM));
    };
    let key_id = name.get(dot + 1..).unwrap_or_default();
    if find(name, b'=').is_some() {
        return Err((
            "the key has an equals sign before its colon",
            "give what stands after the equals sign: this looks like a line of an environment file",
        ));
    }
    let message = if dot == 0 {
        "the key's app id, before the dot, is empty"
    } else if key_id.is_empty() {
        "the key's own id, between dot and colon, is empty"
    } else if find(key_id, b'.').is_some() {
        "the key has more than one dot before its colon"
    } else if colon + 1 == text.len() {
        "the key's secret, after the colon, is empty"
    } else {
        return Ok((dot, colon));
    };
    Err((message, FORM))
}

/// No colon: most often something else was pasted in place of a key.
fn without_colon(text: &str) -> (&'static str, &'static str) {
    // A key name is `appId.keyId`, about 13 characters; an Ably token goes on after the dot.
    const LONGEST_NAME: usize = 32;
    match split(text, b'.').count() - 1 {
        2 if text.starts_with("eyJ") => (
            "this is a token (a JWT), not an API key",
            "a token is what a key signs; give the key, of the form appId.keyId:secret",
        ),
        1 if text.len() > LONGEST_NAME => (
            "this looks like an Ably token, not an API key",
            "a token is what a key signs; give the key, of the form appId.keyId:secret",
        ),
        1 => (
            "the key has no colon: this is a key name without its secret",
            FORM,
        ),
        0 if text.len() > LONGEST_NAME => (
            "this looks like an access token of the Control API, not an API key",
            "give the key, of the form appId.keyId:secret; an access token goes into the accessToken option",
        ),
        _ => ("the key has no colon", FORM),
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

    #[track_caller]
    fn refused(text: &str, message: &str) {
        let error = ApiKey::parse(text).unwrap_err();
        assert_eq!(error.message(), message);
        assert_eq!((error.kind(), error.code()), (Kind::Key, Some(40005)));
        assert!(error.hint().is_some());
    }

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
    fn refuses_what_is_not_a_key_and_says_why() {
        refused("", "the key is empty");
        refused(&"a".repeat(513), "the key is over 512 bytes long");
        for text in [" a.b:c", "a.b:c\n", "a.b:c\r\n", "\ta.b:c", "a.b:c\u{a0}"] {
            refused(
                text,
                "the key begins or ends with white space or a line end",
            );
        }
        refused(
            "a.b:c d",
            "the key has white space or a control character inside",
        );
        refused(
            "a.b:c\0d",
            "the key has white space or a control character inside",
        );
        refused("\u{feff}app.key:s", "the key begins with a byte order mark");
        refused("\"app.key:s\"", "the key begins with a quotation mark");
        refused("'app.key:s'", "the key begins with a quotation mark");
        refused(
            "KEY=app.key:s",
            "the key has an equals sign before its colon",
        );
        refused("appkey", "the key has no colon");
        refused(
            "app.key",
            "the key has no colon: this is a key name without its secret",
        );
        refused("appkey:secret", "the key has no dot before its colon");
        refused("appkey:sec.ret", "the key has no dot before its colon");
        refused(".key:secret", "the key's app id, before the dot, is empty");
        refused(
            "app.:secret",
            "the key's own id, between dot and colon, is empty",
        );
        refused(
            "a.b.c:secret",
            "the key has more than one dot before its colon",
        );
        refused("app.key:", "the key's secret, after the colon, is empty");
        refused(":", "the key has no dot before its colon");
        refused(".:", "the key's app id, before the dot, is empty");
    }

    #[test]
    fn knows_what_was_pasted_in_place_of_a_key() {
        refused(
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
            "this is a token (a JWT), not an API key",
        );
        refused(
            &format!("xVLyHw.{}", "A".repeat(60)),
            "this looks like an Ably token, not an API key",
        );
        refused(
            &"x".repeat(43),
            "this looks like an access token of the Control API, not an API key",
        );
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
