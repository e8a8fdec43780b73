//! The prefix that the tokens of an issuer share, encoded and hashed once.

use std::sync::Mutex;

use super::hmac_sha256::HmacMidstate;
use crate::base64::push_url;
use crate::text::{concat, push_number};

/// The start of a token, encoded and hashed.
#[derive(Clone)]
pub(super) struct SignedPrefix {
    /// The header, a dot, and as much of the payload as fills whole groups of base64 digits.
    pub(super) encoded: Vec<u8>,
    /// The HMAC state after `encoded`.
    pub(super) state: HmacMidstate,
    /// The end of the payload, which does not fill a group.
    pub(super) leftover: String,
}

impl SignedPrefix {
    /// The prefix with further claims.
    pub(super) fn followed_by(&self, claims: &str) -> SignedPrefix {
        let mut payload = concat(&[&self.leftover, claims]);
        let leftover = payload.split_off(end_of_groups(&payload));
        let mut encoded = Vec::with_capacity(self.encoded.len() + payload.len() * 2);
        encoded.extend_from_slice(&self.encoded);
        push_url(&mut encoded, payload.as_bytes());
        SignedPrefix {
            state: self.state.further(&encoded),
            encoded,
            leftover,
        }
    }
}

/// The times of the last token and, from the second token of these times on, the prefix that includes them.
#[derive(Default)]
pub(super) struct DatedPrefix(pub(super) Mutex<Option<(Times, Option<SignedPrefix>)>>);

impl Clone for DatedPrefix {
    fn clone(&self) -> DatedPrefix {
        DatedPrefix::default()
    }
}

/// Whole seconds since 1970.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Times {
    pub(crate) issued: u64,
    pub(crate) expires: u64,
}

impl Times {
    pub(super) fn push_claims(self, out: &mut String) {
        out.push_str(",\"iat\":");
        push_number(out, self.issued);
        out.push_str(",\"exp\":");
        push_number(out, self.expires);
    }
}

/// The end of the last whole group of three bytes that is also the end of a character.
fn end_of_groups(text: &str) -> usize {
    let mut end = text.len() - text.len() % 3;
    while !text.is_char_boundary(end) {
        end -= 3;
    }
    end
}
