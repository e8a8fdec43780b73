//! The compact form: `header.payload.signature`, each part base64url without padding.

use std::borrow::Cow;
use std::ops::Range;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::hmac_sha256::{HmacKey, TAG_BYTES};
use super::not_a_token::{is_usual, mistaken};
use super::wrong_key::not_the_signature;
use crate::error::{Code, Error, Result};
use crate::json;
use crate::lookalike::name_of_whole_key;
use crate::text::{ascii, concat, fill, number, push_base64, quoted, split};

/// The longest token that is read: Ably's SDKs refuse longer ones (SPEC RSA4e).
pub(super) const MAX_TOKEN_BYTES: usize = 128 * 1024;

pub(super) fn malformed(form: &'static str, texts: &[&str]) -> Error {
    Error::token(Code::Jwt, form, texts).at("token")
}

pub(super) fn encode_into(out: &mut Vec<u8>, bytes: &[u8]) {
    push_base64(out, &URL_SAFE_NO_PAD, bytes);
}

/// Strict: no padding, no other alphabet, no stray bits at the end.
pub(super) fn decode_part(part: &str, name: &str) -> Result<Vec<u8>> {
    decode_part_from("", part, name)
}

fn decode_part_from(beginning: &str, part: &str, name: &str) -> Result<Vec<u8>> {
    base64url(beginning.as_bytes(), part.as_bytes())
        .ok_or_else(|| malformed("the token's {} is not base64url without padding", &[name]))
}

/// The value of each byte as a digit of base64url, or what no digit has.
#[allow(clippy::indexing_slicing)] // the compiler runs this
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut value = 0;
    while value < alphabet.len() {
        digits[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// The value of a digit of base64url, if it is one.
pub(super) fn digit(byte: u8) -> Option<u32> {
    let value = DIGITS.get(usize::from(byte)).copied();
    value.filter(|value| *value < 64).map(u32::from)
}

/// `beginning`: what bytes the text is known to begin with, three for four digits.
pub(crate) fn base64url(beginning: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; text.len() / 4 * 3 + text.len() % 4 * 3 / 4];
    debug_assert!(beginning.len().is_multiple_of(3));
    let (place, rest) = out.split_at_mut_checked(beginning.len())?;
    place.copy_from_slice(beginning);
    decode(text.get(beginning.len() / 3 * 4..)?, rest).then_some(out)
}

/// The `base64` crate encodes here; its decoder, which knows every dialect, is eight times the size
/// of this one. `out` is as long as what is decoded.
fn decode(text: &[u8], out: &mut [u8]) -> bool {
    let digit = |byte: &u8| u32::from(DIGITS.get(usize::from(*byte)).copied().unwrap_or(u8::MAX));
    // All digits seen, one over the other: under 64 if each of them is.
    let mut seen = 0;
    let mut groups = text.chunks_exact(4);
    let mut places = out.chunks_exact_mut(3);
    for (place, group) in (&mut places).zip(&mut groups) {
        if let ([x, y, z], [a, b, c, d]) = (place, group) {
            let (a, b, c, d) = (digit(a), digit(b), digit(c), digit(d));
            seen |= a | b | c | d;
            *x = (a << 2 | b >> 4) as u8;
            *y = (b << 4 | c >> 2) as u8;
            *z = (c << 6 | d) as u8;
        }
    }
    // The bits that a last, shorter group leaves over must be zero.
    match (groups.remainder(), places.into_remainder()) {
        ([], []) => {}
        ([a, b], [x]) => {
            let (a, b) = (digit(a), digit(b));
            seen |= a | b | (b & 0xf) << 6;
            *x = (a << 2 | b >> 4) as u8;
        }
        ([a, b, c], [x, y]) => {
            let (a, b, c) = (digit(a), digit(b), digit(c));
            seen |= a | b | c | (c & 0x3) << 6;
            *x = (a << 2 | b >> 4) as u8;
            *y = (b << 4 | c >> 2) as u8;
        }
        _ => return false,
    }
    seen < 64
}

pub(super) fn decode_text(part: &str, name: &str) -> Result<String> {
    decode_text_from("", part, name)
}

/// `beginning`: what the text is known to begin with, three bytes for four digits of the part.
pub(super) fn decode_text_from(beginning: &str, part: &str, name: &str) -> Result<String> {
    String::from_utf8(decode_part_from(beginning, part, name)?)
        .map_err(|_| malformed("the token's {} is not UTF-8", &[name]))
}

/// The header of a token that is signed with the key of this name, and the dot behind it.
pub(crate) fn encoded_header(key_name: &str) -> String {
    let kid = quoted(key_name);
    let header = fill("{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":{}}", &[&kid]);
    let mut encoded = Vec::new();
    encode_into(&mut encoded, header.as_bytes());
    encoded.push(b'.');
    ascii(encoded)
}

/// A token in its three parts, nothing decoded yet.
pub(super) struct Compact<'a> {
    /// Header and payload with the dot between: what the signature covers.
    pub(super) signed: &'a str,
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Compact<'a> {
    pub(super) fn split(token: &'a str) -> Result<Compact<'a>> {
        check_whole(token)?;
        let mut parts = split(token, b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let found = split(token, b'.').count();
            return Err(mistaken(token).unwrap_or_else(|| {
                malformed(
                    "the token has {}{} between dots, not three",
                    &[
                        &number(found as u64),
                        if found == 1 { " part" } else { " parts" },
                    ],
                )
            }));
        };
        let signed = token
            .get(..header.len() + 1 + payload.len())
            .unwrap_or_default();
        Ok(Compact {
            signed,
            header,
            payload,
            signature,
        })
    }

    /// What is to be the signature: [`HmacKey::verify`] tells, in constant time.
    pub(super) fn tag(&self) -> Result<[u8; TAG_BYTES]> {
        let text = self.signature.as_bytes();
        let mut tag = [0; TAG_BYTES];
        if text.len() == TAG_CHARS && decode(text, &mut tag) {
            return Ok(tag);
        }
        let found = decode_part(self.signature, "signature")?.len();
        Err(malformed(
            "the token's signature is {} bytes long; HS256 has {}",
            &[&number(found as u64), &number(TAG_BYTES as u64)],
        ))
    }
}

const TAG_CHARS: usize = (TAG_BYTES * 4).div_ceil(3);

/// Refuses what is no token at the first look, whatever its parts are.
pub(super) fn check_whole(token: &str) -> Result<()> {
    if token.is_empty() {
        return Err(malformed("the token is empty", &[]));
    }
    if token.len() > MAX_TOKEN_BYTES {
        return Err(malformed(
            "the token is over the bound of {} bytes",
            &[&number(MAX_TOKEN_BYTES as u64)],
        ));
    }
    if token.trim_ascii().len() != token.len() {
        return Err(malformed(
            "the token begins or ends with white space or a line end",
            &[],
        )
        .with_remediation("trim it where it is read"));
    }
    match is_usual(token) {
        true => Ok(()),
        false => mistaken(token).map_or(Ok(()), Err),
    }
}

const ONLY: &str = "; only \"HS256\" is taken";

/// What the header says, as far as it matters.
#[derive(Default)]
pub(super) struct Header {
    /// Of a whole key, the name alone.
    pub(super) kid: Option<String>,
    /// Where a whole key stands in place of its name.
    key_at: Option<Range<usize>>,
    pub(super) embedded: Option<String>,
    /// What keeps the signature from being trusted at all: algorithm, `crit`, `b64`.
    pub(super) refusals: Vec<Error>,
}

impl Header {
    pub(super) fn read(whole: &str) -> Result<Header> {
        let members = json::object(whole)
            .map_err(|flaw| malformed("the token's header {}", &[&flaw.text()]))?;
        let mut header = Header::default();
        let mut alg = None;
        for (name, value) in &members {
            let text = || value.string().map(Cow::into_owned);
            match name.as_ref() {
                "alg" => alg = Some(text()),
                "kid" => {
                    header.kid = text();
                    if header.kid.is_none() {
                        let found = value.kind();
                        header.refuse("the token's kid is {}, not a key name", &[found]);
                    }
                    if let Some(name) = header.kid.as_deref().and_then(name_of_whole_key) {
                        let start = value.text().as_ptr() as usize - whole.as_ptr() as usize;
                        header.key_at = Some(start..start + value.text().len());
                        header.kid = Some(name);
                        header.refusals.push(key_in_kid());
                    }
                }
                "x-ably-token" => {
                    header.embedded = text();
                    if header.embedded.is_none() {
                        let found = value.kind();
                        header.refuse("the token's x-ably-token is {}, not a token", &[found]);
                    }
                }
                // RFC 7515 4.1.11: a critical extension that is not understood must be refused,
                // and none is understood here.
                "crit" => header.refuse(
                    "the token's header has crit, and no extension is known here",
                    &[],
                ),
                // RFC 7797: an unencoded payload would be signed differently.
                "b64" if value.text() != "true" => header.refuse(
                    "the token's header has b64, and only encoded payloads are taken",
                    &[],
                ),
                _ => {}
            }
        }
        match alg {
            Some(Some(name)) if name == "HS256" => {}
            Some(Some(name)) => header.refuse("the token's alg is {}{}", &[&quoted(&name), ONLY]),
            Some(None) => header.refuse("the token's alg is not a string{}", &[ONLY]),
            None => header.refuse("the token's header has no alg{}", &[ONLY]),
        }
        Ok(header)
    }

    /// The text that was read, without the secret of a key that stands in it.
    pub(super) fn shown(&self, whole: String) -> String {
        let Some(at) = self.key_at.clone() else {
            return whole;
        };
        let name = self.kid.as_deref().unwrap_or_default();
        let before = whole.get(..at.start).unwrap_or_default();
        let after = whole.get(at.end..).unwrap_or_default();
        concat(&[before, &quoted(&concat(&[name, ":***"])), after])
    }

    fn refuse(&mut self, form: &'static str, texts: &[&str]) {
        self.refusals.push(malformed(form, texts));
    }
}

/// Not of the codes on which a client renews its token: the next one would be like it.
#[cold]
fn key_in_kid() -> Error {
    Error::token(
        Code::Credentials,
        "the token's kid is a whole API key, secret included: whoever has the token has the key",
        &[],
    )
    .at("token")
    .with_remediation("put the key's name alone into kid, which is the part before the colon, and revoke this key")
}

/// The payload of a compact JWS that is signed by `key` with HS256, and nothing more: no key name,
/// no claim is looked at. [`verify`](super::verify()) is what accepts a token.
///
/// # Errors
/// [`Kind::Token`](crate::Kind::Token), 40144 when malformed, 40101 when the signature is another's.
pub fn open(token: &str, key: &HmacKey) -> Result<Vec<u8>> {
    let compact = Compact::split(token)?;
    let header = Header::read(&decode_text(compact.header, "header")?)?;
    if let Some(refusal) = header.refusals.into_iter().next() {
        return Err(refusal);
    }
    if !key.verify(compact.signed.as_bytes(), &compact.tag()?) {
        return Err(not_the_signature());
    }
    decode_part(compact.payload, "payload")
}

#[cfg(test)]
mod tests {
    use super::base64url;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn decodes_what_the_base64_crate_decodes_and_nothing_else() {
        let check = |text: &[u8]| {
            assert_eq!(
                base64url(&[], text),
                URL_SAFE_NO_PAD.decode(text).ok(),
                "{text:?}"
            )
        };
        for one in 0..=255 {
            check(&[one]);
            check(&[b'A', one]);
            check(&[b'A', b'A', one]);
            check(&[b'A', one, b'A', b'A']);
            for other in 0..=255 {
                check(&[one, other]);
                check(&[b'_', one, other]);
                check(&[b'-', b'z', one, other]);
            }
        }
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        for length in (0..200).chain(0..200) {
            let bytes: Vec<u8> = (0..length).map(|_| random()).collect();
            let mut text = URL_SAFE_NO_PAD.encode(&bytes).into_bytes();
            assert_eq!(base64url(&[], &text).as_ref(), Some(&bytes));
            for groups in 0..=bytes.len() / 3 {
                let known = bytes.get(..groups * 3).unwrap();
                let decoded = base64url(known, &text);
                assert_eq!(decoded.as_ref(), Some(&bytes));
            }
            for _ in 0..20 {
                let at = usize::from(random()) % text.len().max(1);
                if let Some(byte) = text.get_mut(at) {
                    *byte = b"AQgwxyz019-_+/=. "[usize::from(random()) % 17];
                }
                check(&text);
            }
        }
    }
}
