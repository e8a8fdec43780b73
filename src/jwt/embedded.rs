//! A token inside another one, which carries it as `x-ably-token`.

use super::claims::{Claims, EMBEDDED, read_capability};
use super::compact::{Header, check_whole, decode_text, malformed};
use super::not_a_token::mistaken;
use super::times::not_expired;
use super::verify::VerifyOptions;
use crate::error::{Error, Result};
use crate::text::split;

/// A token inside an outer one, whose own signature is its maker's business: all that the outer one can
/// do is to end earlier.
pub(crate) struct Embedded {
    pub(crate) inner: String,
    /// Seconds since 1970, of the outer token.
    expires: Option<u64>,
}

impl Embedded {
    /// When both together end, in ms since 1970; `inner`: when the inner one does.
    pub(crate) fn end(&self, inner: u64, options: &VerifyOptions<'_>) -> Result<u64> {
        let Some(expires) = self.expires else {
            return Ok(inner);
        };
        let outer = expires * 1_000;
        if outer > inner {
            return Err(malformed(
                "the outer token's exp is later than the embedded token's",
                &[],
            ));
        }
        not_expired(expires, options)?;
        Ok(outer)
    }
}

/// The token inside an outer one, if `token` is such.
///
/// `x-ably-token` is in the JOSE header, or in the payload of a signed token
/// (<https://ably.com/docs/auth/token>). The outer token may be encrypted: then only its header can
/// be read.
pub(crate) fn embedded_in(token: &str) -> Result<Option<Embedded>> {
    check_whole(token)?;
    let mut parts = split(token, b'.');
    let header = parts.next().unwrap_or_default();
    let payload = match split(token, b'.').count() {
        3 => parts.next(),
        5 => None,
        _ => {
            return Err(mistaken(token).unwrap_or_else(|| malformed(
                "the token has neither the three parts of a signed token nor the five of an encrypted one",
                &[],
            )));
        }
    };
    let header = Header::read(&decode_text(header, "header")?)?;
    let claims = payload
        .map(|payload| {
            let text = decode_text(payload, "payload")?;
            Claims::read(&text, None, &mut read_capability)
        })
        .transpose()?;
    let Claims {
        expires,
        embedded,
        problems,
        ..
    } = claims.unwrap_or_default();
    let inner = match (header.embedded, embedded) {
        (Some(one), Some(other)) if one != other => {
            return Err(malformed(
                "the token carries two different ones, in header and payload",
                &[],
            ));
        }
        (Some(inner), _) | (None, Some(inner)) => inner,
        (None, None) => return Ok(None),
    };
    // The outer token needs no iat, but an end that cannot be read may not count as none.
    for problem in problems {
        if problem.code == "bad-time" {
            return Err(problem.error);
        }
    }
    Ok(Some(Embedded { inner, expires }))
}

pub(super) fn nested() -> Error {
    malformed("the token carries another one ({})", &[EMBEDDED]).with_remediation(
        "set embedded to accept one Ably JWT inside another JWT; deeper nesting is always refused",
    )
}
