//! Limits of tokens: lifetime, length and invalid values.

use crate::capability::{Diagnostic, Severity};
use crate::error::{Code, Error, Kind, Result};
use crate::text::{fill, number};

/// The default lifetime of a token (SPEC RSA5), in seconds.
pub const DEFAULT_TTL_SECONDS: u32 = 3_600;
/// The longest lifetime of a token (<https://ably.com/docs/auth/token>), in seconds.
pub const MAX_TTL_SECONDS: u32 = 86_400;
/// The longest lifetime under a key with revocable tokens (<https://ably.com/docs/auth/revocation>), in seconds.
pub const MAX_REVOCABLE_TTL_SECONDS: u32 = 3_600;
/// Tokens longer than this are nearly too long for an HTTP header.
pub const LONG_TOKEN_CHARS: usize = 6_000;
/// A token must fit a header of about 8 KB, and ably-js encodes it once more for REST.
pub const MAX_TOKEN_CHARS: usize = 8_000;

/// # Errors
/// 40003 outside 1 to 86400, or to 3600 when the key has revocable tokens.
pub(crate) fn check_ttl(seconds: u32, revocable: bool) -> Result<u32> {
    let (most, why) = if revocable {
        (MAX_REVOCABLE_TTL_SECONDS, "for a key with revocable tokens")
    } else {
        (MAX_TTL_SECONDS, "for any token")
    };
    if (1..=most).contains(&seconds) {
        return Ok(seconds);
    }
    let found = number(u64::from(seconds));
    let most = number(u64::from(most));
    Err(
        Error::token(Code::OutOfRange, "ttlSeconds is {}", &[&found])
            .at("ttlSeconds")
            .with_remediation(&fill("give whole seconds, 1 to {} {}", &[&most, why])),
    )
}

/// # Errors
/// The time is beyond the last one of a JavaScript Date. Much later times would overflow.
pub(crate) fn check_now(now_ms: u64) -> Result<()> {
    if now_ms > 8_640_000_000_000_000 {
        return Err(Error::new(Kind::Usage, "now is beyond the year 275760", &[]).at("now"));
    }
    Ok(())
}

pub(super) fn check_varying(
    client_id: Option<&str>,
    revocation_key: Option<&str>,
    jwt_id: Option<&str>,
) -> Result<()> {
    if client_id == Some("") {
        return Err(Error::token(Code::ClientId, "clientId is empty", &[])
            .at("clientId")
            .with_remediation("leave it out for a token without a client id"));
    }
    for (name, value) in [("revocationKey", revocation_key), ("jwtId", jwt_id)] {
        if value == Some("") {
            return Err(Error::token(Code::Jwt, "{} is empty", &[name])
                .at(name)
                .with_remediation("leave it out if there is none"));
        }
    }
    Ok(())
}

const WAY_OUT: &str = "it must fit an HTTP header: shorten what is longest in it, the capability or the claims, or use an Ably token (createTokenRequest)";

pub(super) fn too_long(length: usize) -> Error {
    Error::new(
        Kind::Token,
        "the token would be {} characters long, over the bound of {}",
        &[&number(length as u64), &number(MAX_TOKEN_CHARS as u64)],
    )
    .at("token")
    .with_remediation(WAY_OUT)
}

/// The warning for a token that is nearly too long.
pub(super) fn long_token(length: usize) -> Option<Diagnostic> {
    (length > LONG_TOKEN_CHARS).then(|| {
        let message = fill(
            "the token is {} characters long, and over {} would be refused; {}",
            &[
                &number(length as u64),
                &number(MAX_TOKEN_CHARS as u64),
                WAY_OUT,
            ],
        );
        Diagnostic::new(Severity::Warning, "long-token", "token", &message)
    })
}

/// The shortest life that Ably's documentation recommends for tokens that are renewed.
const MIN_RENEWED_TTL_SECONDS: u32 = 600;

/// What the users of Ably's products trip over, besides the capability.
pub(super) fn product_warnings(ttl_seconds: u32, is_wildcard: bool) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let mut add = |code, path, message| {
        warnings.push(Diagnostic::new(Severity::Warning, code, path, message));
    };
    if ttl_seconds < MIN_RENEWED_TTL_SECONDS {
        let message = "ttlSeconds is under 600: Ably recommends ten minutes or more for tokens that clients renew";
        add("short-ttl", "ttlSeconds", message);
    }
    if is_wildcard {
        let message = "clientId is *, which stands for no client until one is chosen, and Chat and Spaces need one identity";
        add("wildcard-client-id", "clientId", message);
    }
    warnings
}
