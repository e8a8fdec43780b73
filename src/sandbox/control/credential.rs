//! Authenticates a caller by access token.

use crate::sandbox::Context;
use crate::sandbox::change::AccessTokenRecord;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::setup::hash;
use crate::times::iso_time;

/// Returns the access token of a request, unless it has expired.
///
/// # Errors
/// 401, 40100: there is no valid access token.
pub(in crate::sandbox) fn access_token<'a>(
    context: &Context<'a>,
) -> Outcome<&'a AccessTokenRecord> {
    let denied =
        |message: String| Refusal::new(401, 40100, message).header("WWW-Authenticate", "Bearer");
    let header = context.call.request.header("authorization");
    let Some(header) = header else {
        return Err(denied(
            "access denied: the request has no access token; send it as Authorization: Bearer"
                .into(),
        ));
    };
    let (scheme, value) = header.trim_ascii().split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(denied(
            "access denied: the Authorization header is not Bearer; this needs an access token, not an API key".into(),
        ));
    }
    let Some(token) = context.state.access_token(&hash(value.trim_ascii())) else {
        return Err(denied(
            "access denied: no access token has this value; it may be mistyped, revoked or rotated"
                .into(),
        ));
    };
    match token.expires {
        Some(end) if end <= context.now => Err(denied(format!(
            "access denied: the access token {} expired at {}; rotate it at POST /dashboard/access_tokens/{}/rotate",
            token.id,
            iso_time(end),
            token.id,
        ))),
        _ => Ok(token),
    }
}
