//! Access tokens of the Ably dashboard.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::{Error, Kind, Result};
use crate::lookalike::name_of_whole_key;
use crate::text::consists_of;

/// An access token of the Ably dashboard: opaque, and a secret.
///
/// It is never printed, and wiped when dropped.
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

/// None is known to be longer than some hundred characters.
const MAX_TOKEN_BYTES: usize = 4_096;

impl AccessToken {
    /// Takes a token as it is, if a header can carry it.
    ///
    /// # Errors
    /// [`Kind::Usage`]: what is wrong with it. The text itself is never repeated.
    pub fn parse(text: &str) -> Result<AccessToken> {
        let wrong = match () {
            () if text.is_empty() => "is empty",
            () if text.len() > MAX_TOKEN_BYTES => "is over 4096 bytes long",
            () if !consists_of(text, |byte| byte.is_ascii_graphic()) => {
                "has white space, a line end or a character outside ASCII"
            }
            () if matches!(text.as_bytes().first(), Some(b'"' | b'\'')) => {
                "begins with a quotation mark"
            }
            () if name_of_whole_key(text).is_some() => "is an API key",
            () => return Ok(AccessToken(Zeroizing::new(text.to_owned()))),
        };
        Err(Error::new(Kind::Usage, "accessToken {}", &[wrong])
            .at("accessToken")
            .with_remediation(
                "give an access token of https://ably.com/users/access_tokens, as it was shown",
            ))
    }

    /// The text, as it is sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_that_no_header_can_contain_is_refused_without_repeating_it() {
        let long = "x".repeat(MAX_TOKEN_BYTES + 1);
        for (text, says) in [
            ("", "is empty"),
            (long.as_str(), "is over 4096 bytes long"),
            ("hush hush", "has white space"),
            ("hush-hush\n", "has white space"),
            ("\thush-hush", "has white space"),
            ("hush\u{0}hush", "has white space"),
            ("hushé", "has white space"),
            ("\"hush-hush\"", "begins with a quotation mark"),
            ("'hush-hush'", "begins with a quotation mark"),
            ("app.key:hush-hush", "is an API key"),
            ("app.key%3Ahush-hush", "is an API key"),
            ("YXBwLmtleTpodXNoLWh1c2g=", "is an API key"),
            ("app.key:***", "is an API key"),
        ] {
            let error = AccessToken::parse(text).unwrap_err();
            let (kind, path) = (error.kind(), error.path());
            assert_eq!((kind, path), (Kind::Usage, Some("accessToken")), "{text}");
            assert!(error.message().contains(says), "{error}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
        for good in ["x", &long[1..], "a.b.c", "a:b", "A-_~+/=", "app.key"] {
            assert_eq!(AccessToken::parse(good).unwrap().expose(), good);
        }
        let token = AccessToken::parse("hush-hush").unwrap();
        assert_eq!(
            format!("{token:?} {token:#?}"),
            "AccessToken(***) AccessToken(***)"
        );
    }
}
