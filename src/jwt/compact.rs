//! The compact form: `header.payload.signature`, each part base64url without padding.

use std::borrow::Cow;
use std::ops::Range;

use super::hmac_sha256::{HmacKey, TAG_BYTES};
use super::not_a_token::{is_usual, mistaken};
use super::wrong_key::not_the_signature;
use crate::base64::{decode_url, decode_url_into, push_url};
use crate::error::{Code, Error, Result};
use crate::json;
use crate::lookalike::name_of_whole_key;
use crate::text::{ascii, concat, fill, number, quoted, split};

/// The longest token that is read: Ably's SDKs refuse longer ones (SPEC RSA4e).
pub(super) const MAX_TOKEN_BYTES: usize = 128 * 1024;

pub(super) fn malformed(form: &'static str, texts: &[&str]) -> Error {
    Error::token(Code::Jwt, form, texts).at("token")
}

/// Strict: no padding, no other alphabet, no stray bits at the end.
pub(super) fn decode_part(part: &str, name: &str) -> Result<Vec<u8>> {
    decode_part_from("", part, name)
}

fn decode_part_from(beginning: &str, part: &str, name: &str) -> Result<Vec<u8>> {
    decode_url(beginning.as_bytes(), part.as_bytes())
        .ok_or_else(|| malformed("the token's {} is not base64url without padding", &[name]))
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
pub(super) fn encoded_header(key_name: &str) -> String {
    let kid = quoted(key_name);
    let header = fill("{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":{}}", &[&kid]);
    let mut encoded = Vec::new();
    push_url(&mut encoded, header.as_bytes());
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
        if text.len() == TAG_CHARS && decode_url_into(text, &mut tag) {
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
