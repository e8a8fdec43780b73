//! Errors for a token that none of the keys has signed. Nothing here can accept a token.

use zeroize::Zeroizing;

use super::hmac_sha256::{HmacKey, TAG_BYTES};
use super::limits::MAX_TOKEN_CHARS;
use super::signing_key::SigningKey;
use crate::base64::url_digit;
use crate::error::{Code, Error};
use crate::text::{consists_of, fill, joined, number, quoted, split, trim_end};

/// Limits the work for a forged token: at most this many keys are tried, each in two ways, and none for a token that
/// is longer than Ably accepts.
const MAX_GUESSED_KEYS: usize = 2;
/// Maximum number of key names in a message.
const MAX_NAMES: usize = 3;
const MAX_NAME_BYTES: usize = 64;

pub(super) fn not_the_signature() -> Error {
    let remediation = "it was signed with another secret, or changed afterwards";
    signed_otherwise(remediation)
}

fn signed_otherwise(remediation: &str) -> Error {
    let message = "the token's signature is not this key's";
    Error::token(Code::Credentials, message, &[])
        .at("token")
        .with_remediation(remediation)
}

/// The error for a token that names one of these keys and has another signature. It says how the token was signed
/// if that is a common mistake.
#[cold]
#[inline(never)]
pub(super) fn wrong_signature(
    signed: &str,
    tag: &[u8; TAG_BYTES],
    key_name: &str,
    keys: &[SigningKey],
) -> Error {
    let is_signed_with = |secret: &[u8]| HmacKey::new(secret).verify(signed.as_bytes(), tag);
    let is_short = signed.len() <= MAX_TOKEN_CHARS;
    let named = keys.iter().filter(|key| is_short && key.name() == key_name);
    for key in named.map(SigningKey::api_key).take(MAX_GUESSED_KEYS) {
        if base64_decoded(key.secret()).is_some_and(|secret| is_signed_with(&secret)) {
            return signed_otherwise(DECODED);
        }
        if is_signed_with(key.expose().as_bytes()) {
            return signed_otherwise(WHOLE_KEY);
        }
    }
    not_the_signature()
}

const DECODED: &str = "it was signed with the key's secret decoded from base64: sign with the secret as it stands, as the bytes of its text";
const WHOLE_KEY: &str =
    "it was signed with the whole key: sign with the secret alone, which comes after the colon";

/// Decodes base64 as a lenient decoder does: either alphabet, with or without padding.
fn base64_decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // The capacity suffices, so that growing leaves no copy behind.
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in trim_end(text, b"=").bytes() {
        let byte = match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
        bits = bits << 6 | url_digit(byte)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}

/// The error for a token that was signed with another key.
#[cold]
#[inline(never)]
pub(super) fn unknown_key(kid: &str, keys: &[SigningKey]) -> Error {
    let mut names: Vec<&str> = Vec::new();
    for key in keys {
        let name = key.name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // The sender chose the kid, and it may be a whole key.
    let signer = match is_key_name(kid) {
        true => fill("the key {}", &[&quoted(kid)]),
        false => "a key that was not given".to_owned(),
    };
    let shown: Vec<String> = names.iter().take(MAX_NAMES).map(|it| quoted(it)).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let more = match names.len() - shown.len() {
        0 => String::new(),
        more => fill(" and {} more", &[&number(more as u64)]),
    };
    let given = match names.len() {
        1 => "the key given is",
        _ => "the keys given are",
    };
    let (form, remediation) = match is_key_name(kid) {
        true => (
            "the token is signed by {}; {} {}{}",
            "give the key that signed it, or check which app the token is for",
        ),
        false => (
            "the token is signed by {}, and its kid is not a key name; {} {}{}",
            "whoever signs the token must set kid to the key name, appId.keyId",
        ),
    };
    Error::token(
        Code::Credentials,
        form,
        &[&signer, given, &joined(&shown, ", "), &more],
    )
    .at("token")
    .with_remediation(remediation)
}

/// Returns whether a text has the form `appId.keyId`, in the characters that Ably uses.
fn is_key_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    consists_of(text, is_plain) && split(text, b'.').count() == 2 && text.len() <= MAX_NAME_BYTES
}

#[cfg(test)]
mod tests {
    use super::{base64_decoded, is_key_name};

    #[test]
    fn decodes_base64_as_lenient_decoders_do() {
        let decoded = |text| base64_decoded(text).map(|it| it.to_vec());
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("aGk", Some(b"hi")),
            ("aGk=", Some(b"hi")),
            ("aGl", Some(b"hi")), // stray bits
            ("-_-_", Some(b"\xfb\xff\xbf")),
            ("+/+/", Some(b"\xfb\xff\xbf")),
            ("aGkxa", Some(b"hi1")),
            ("a:b", None),
            ("a b", None),
        ] {
            assert_eq!(decoded(text).as_deref(), bytes, "{text}");
        }
    }

    #[test]
    fn shows_no_secret_as_a_key_name() {
        for name in ["xVLyHw.A-pwh7", "a.b", "28GY6a.-frw5Q"] {
            assert!(is_key_name(name), "{name}");
        }
        let long = format!("a.{}", "b".repeat(63));
        for other in ["", "ab", "a.b:c", "a.b.c", "a.b\n", "a.é", "a.b\"", &long] {
            assert!(!is_key_name(other), "{other}");
        }
    }
}
