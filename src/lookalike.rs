//! What a text looks like that was given in place of a key or of a token.

use zeroize::Zeroizing;

use crate::base64::decode_url;
use crate::text::{consists_of, find, find_text, split, trim_end};

/// A key name is about 13 characters long, and no Ably token is as short as this.
const MAX_KEY_NAME_CHARS: usize = 32;

/// The secrets of Ably's own samples have 16 characters.
const MIN_SECRET_CHARS: usize = 16;

/// A credential, by its looks alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential {
    /// `appId.keyId:secret`
    ApiKey,
    /// `appId.keyId`
    KeyName,
    /// The part behind the colon of a key.
    KeySecret,
    /// Parts between dots, of which the first one is JSON in base64.
    Jwt,
    /// A token that only Ably can read: an app id, a dot and much behind it.
    AblyToken,
    /// Long, with neither dots nor colons: an access token of the Control API, or the secret of a key.
    AccessTokenOrSecret,
}

/// How a credential is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Plain,
    /// `%3A` in place of a colon.
    Url,
    /// In either alphabet, with padding or without.
    Base64,
}

/// What a text looks like; None: like none of these.
pub(crate) fn credential(text: &str) -> Option<(Credential, Encoding)> {
    if let Some(found) = undisguised(text) {
        return Some((found, Encoding::Plain));
    }
    if let Some(decoded) = with_colon(text)
        && is_api_key(&decoded)
    {
        return Some((Credential::ApiKey, Encoding::Url));
    }
    if let Some(decoded) = from_base64(text)
        && let Some(found @ (Credential::ApiKey | Credential::Jwt | Credential::AblyToken)) =
            undisguised(&decoded)
    {
        return Some((found, Encoding::Base64));
    }
    let is_word = !text.is_empty() && consists_of(text, is_word_byte);
    match text.len() {
        length if is_word && length > MAX_KEY_NAME_CHARS => {
            Some((Credential::AccessTokenOrSecret, Encoding::Plain))
        }
        length if is_word && length >= MIN_SECRET_CHARS => {
            Some((Credential::KeySecret, Encoding::Plain))
        }
        _ => None,
    }
}

/// The name of the key that a text is, secret included, however it is encoded.
pub(crate) fn name_of_whole_key(text: &str) -> Option<String> {
    let decoded = match credential(text)? {
        (Credential::ApiKey, Encoding::Plain) => Zeroizing::new(text.to_owned()),
        (Credential::ApiKey, Encoding::Url) => with_colon(text)?,
        (Credential::ApiKey, Encoding::Base64) => from_base64(text)?,
        _ => return None,
    };
    Some(decoded.get(..find(&decoded, b':')?)?.to_owned())
}

/// What JavaScript and others write for a value that is absent, or that is no text; None: a text like any other.
pub(crate) fn written_out_value(text: &str) -> Option<&'static str> {
    const VALUES: [&str; 7] = [
        "undefined",
        "null",
        "NaN",
        "None",
        "nil",
        "[object Object]",
        "[object Promise]",
    ];
    VALUES.into_iter().find(|value| *value == text)
}

/// The first and the last character of a text, or NUL if it is empty.
pub(crate) fn outer_characters(text: &str) -> (char, char) {
    let mut characters = text.chars();
    let first = characters.next().unwrap_or_default();
    (first, characters.next_back().unwrap_or(first))
}

/// Quotation marks of programs, of typewriters and of books.
pub(crate) fn is_quotation_mark(character: char) -> bool {
    matches!(character, '"' | '\'' | '`') || is_curly_quotation_mark(character)
}

pub(crate) fn is_curly_quotation_mark(character: char) -> bool {
    matches!(character, '\u{2018}'..='\u{201f}' | '«' | '»' | '‹' | '›')
}

fn undisguised(text: &str) -> Option<Credential> {
    if is_api_key(text) {
        return Some(Credential::ApiKey);
    }
    let is_token_text = consists_of(text, |byte| is_word_byte(byte) || byte == b'.');
    if !is_token_text {
        return None;
    }
    match split(text, b'.').count() - 1 {
        // Encrypted ones have five parts.
        2 | 4 if text.starts_with("eyJ") => Some(Credential::Jwt),
        1 if !is_key_name(text) || text.starts_with("eyJ") => None,
        1 if text.len() > MAX_KEY_NAME_CHARS => Some(Credential::AblyToken),
        1 => Some(Credential::KeyName),
        _ => None,
    }
}

fn is_api_key(text: &str) -> bool {
    let Some(colon) = find(text, b':') else {
        return false;
    };
    text.get(..colon).is_some_and(is_key_name) && colon + 1 < text.len()
}

/// `appId.keyId`
fn is_key_name(text: &str) -> bool {
    let mut parts = split(text, b'.');
    let is_part =
        |part: Option<&str>| part.is_some_and(|it| !it.is_empty() && consists_of(it, is_word_byte));
    is_part(parts.next()) && is_part(parts.next()) && parts.next().is_none()
}

/// The letters of base64url: all that the parts of known keys and tokens are made of.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The text with its first `%3A` as the colon that it stands for.
fn with_colon(text: &str) -> Option<Zeroizing<String>> {
    let at = find_text(text, "%3A").or_else(|| find_text(text, "%3a"))?;
    let (name, secret) = (text.get(..at)?, text.get(at + 3..)?);
    let mut decoded = Zeroizing::new(String::with_capacity(text.len()));
    decoded.push_str(name);
    decoded.push(':');
    decoded.push_str(secret);
    Some(decoded)
}

fn from_base64(text: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(trim_end(text, b"=").as_bytes().to_vec());
    for digit in digits.iter_mut() {
        match *digit {
            b'+' => *digit = b'-',
            b'/' => *digit = b'_',
            _ => {}
        }
    }
    let bytes = Zeroizing::new(decode_url(&[], &digits)?);
    let decoded = std::str::from_utf8(&bytes).ok()?;
    Some(Zeroizing::new(decoded.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn looks_like(text: &str, expected: Option<(Credential, Encoding)>) {
        assert_eq!(credential(text), expected, "{text}");
    }

    #[test]
    fn tells_credentials_apart() {
        use Credential::*;
        use Encoding::*;
        looks_like("28GY6a.-frw5Q:ZHTaEUGGJWJtHSkZ", Some((ApiKey, Plain)));
        looks_like("app.key:***", Some((ApiKey, Plain)));
        looks_like("app.key%3Asecret", Some((ApiKey, Url)));
        looks_like("app.key%3asecret", Some((ApiKey, Url)));
        // `app.key:secret`, and with characters in which the alphabets differ.
        looks_like("YXBwLmtleTpzZWNyZXQ=", Some((ApiKey, Base64)));
        looks_like("YXBwLmtleTpzZWNyZXQ", Some((ApiKey, Base64)));
        looks_like("YXBwLmtleTo_Pz8-", Some((ApiKey, Base64)));
        looks_like("YXBwLmtleTo/Pz8+", Some((ApiKey, Base64)));
        looks_like("28GY6a.-frw5Q", Some((KeyName, Plain)));
        looks_like("ZHTaEUGGJWJtHSkZ", Some((KeySecret, Plain)));
        looks_like(&"x".repeat(43), Some((AccessTokenOrSecret, Plain)));
        looks_like("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", Some((Jwt, Plain)));
        // The same token, encoded.
        looks_like(
            "ZXlKaGJHY2lPaUpJVXpJMU5pSjkuZTMwLmMybG4=",
            Some((Jwt, Base64)),
        );
        let ably_token = format!("xVLyHw.{}", "A".repeat(60));
        looks_like(&ably_token, Some((AblyToken, Plain)));
        for other in [
            "",
            ".",
            ":",
            "hello",
            "https://app.key:secret@host",
            "a b.c:d",
            ".key:s",
            "app.key:",
        ] {
            looks_like(other, None);
        }
    }

    #[test]
    fn finds_the_name_of_a_whole_key() {
        for key in ["app.key:secret", "app.key%3Asecret", "YXBwLmtleTpzZWNyZXQ="] {
            assert_eq!(name_of_whole_key(key).as_deref(), Some("app.key"), "{key}");
        }
        for other in ["app.key", "urn:app", "YXBwLmtleQ==", "c2VjcmV0"] {
            assert_eq!(name_of_whole_key(other), None, "{other}");
        }
    }
}
