//! The compact form: `header.payload.signature`, each part base64url without padding.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::hs256::{HmacKey, TAG_BYTES};
use crate::error::{Code, Error, Result};
use crate::json::Json;
use crate::text::{push_base64, quoted};

/// The longest token that is read: Ably's SDKs refuse longer ones (SPEC RSA4e).
pub(super) const MAX_TOKEN_BYTES: usize = 128 * 1024;

pub(super) fn malformed(message: impl Into<String>) -> Error {
    Error::token(Code::Jwt, message).at("token")
}

pub(super) fn encode_into(out: &mut String, bytes: &[u8]) {
    push_base64(out, &URL_SAFE_NO_PAD, bytes);
}

/// Strict: no padding, no other alphabet, no stray bits at the end.
pub(super) fn decode_part(part: &str, name: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| {
        malformed(format!(
            "the token's {name} is not base64url without padding"
        ))
    })
}

pub(super) fn decode_text(part: &str, name: &str) -> Result<String> {
    String::from_utf8(decode_part(part, name)?)
        .map_err(|_| malformed(format!("the token's {name} is not UTF-8")))
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
        bounded(token)?;
        let mut parts = token.splitn(4, '.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let found = token.split('.').count();
            return Err(malformed(format!(
                "the token has {found} part{} between dots, not three",
                if found == 1 { "" } else { "s" }
            )));
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

    /// Checks the signature in constant time.
    pub(super) fn is_signed_by(&self, key: &HmacKey) -> Result<bool> {
        let tag = decode_part(self.signature, "signature")?;
        if tag.len() != TAG_BYTES {
            return Err(malformed(format!(
                "the token's signature is {} bytes long; HS256 has {TAG_BYTES}",
                tag.len()
            )));
        }
        Ok(key.verify(self.signed.as_bytes(), &tag))
    }
}

pub(super) fn bounded(token: &str) -> Result<()> {
    if token.is_empty() {
        return Err(malformed("the token is empty"));
    }
    if token.len() > MAX_TOKEN_BYTES {
        return Err(malformed(format!(
            "the token is over the bound of {MAX_TOKEN_BYTES} bytes"
        )));
    }
    Ok(())
}

/// What the header says, as far as it matters.
#[derive(Default)]
pub(super) struct Header {
    pub(super) kid: Option<String>,
    pub(super) embedded: Option<String>,
    /// What keeps the signature from being trusted at all: algorithm, `crit`, `b64`.
    pub(super) refusals: Vec<Error>,
}

impl Header {
    pub(super) fn read(text: &str) -> Result<Header> {
        let members = Json::parse(text)
            .and_then(Json::members)
            .map_err(|flaw| malformed(format!("the token's header {flaw}")))?;
        let mut header = Header::default();
        let mut alg = None;
        for (name, value) in &members {
            let text = || value.string().map(Cow::into_owned);
            match name.as_ref() {
                "alg" => alg = Some(text()),
                "kid" => {
                    header.kid = text();
                    if header.kid.is_none() {
                        header.refuse(format!(
                            "the token's kid is {}, not a key name",
                            value.kind()
                        ));
                    }
                }
                "x-ably-token" => {
                    header.embedded = text();
                    if header.embedded.is_none() {
                        header.refuse(format!(
                            "the token's x-ably-token is {}, not a token",
                            value.kind()
                        ));
                    }
                }
                // RFC 7515 4.1.11: a critical extension that is not understood must be refused,
                // and none is understood here.
                "crit" => {
                    header.refuse("the token's header has crit, and no extension is known here")
                }
                // RFC 7797: an unencoded payload would be signed differently.
                "b64" if value.text() != "true" => {
                    header.refuse("the token's header has b64, and only encoded payloads are taken")
                }
                _ => {}
            }
        }
        match alg {
            Some(Some(name)) if name == "HS256" => {}
            Some(Some(name)) => header.refuse(format!(
                "the token's alg is {}; only \"HS256\" is taken",
                quoted(&name)
            )),
            Some(None) => header.refuse("the token's alg is not a string; only \"HS256\" is taken"),
            None => header.refuse("the token's header has no alg; only \"HS256\" is taken"),
        }
        Ok(header)
    }

    fn refuse(&mut self, message: impl Into<String>) {
        self.refusals.push(malformed(message));
    }
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
    if !compact.is_signed_by(key)? {
        return Err(not_the_signature());
    }
    decode_part(compact.payload, "payload")
}

pub(super) fn not_the_signature() -> Error {
    Error::token(Code::Credentials, "the token's signature is not this key's")
        .at("token")
        .hint_of("it was signed with another secret, or changed afterwards")
}
