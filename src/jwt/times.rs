//! Checks the times of a token.

use super::claims::{Claims, path};
use super::verify::VerifyOptions;
use crate::error::{Code, Error, Kind, Result};
use crate::text::{fill, number};
use crate::times::{both, span};

/// As seconds, this is the year 5138; as ms, 1973.
const LIKELY_MILLISECONDS: u64 = 100_000_000_000;

/// Adds the problems with a token's times to [`Claims::problems`].
pub(super) fn check_times(claims: &mut Claims, options: &VerifyOptions<'_>) {
    let now = options.now_ms / 1_000;
    let latest = now + options.ahead_seconds();
    if let Some(issued) = claims.issued
        && issued > latest
    {
        let form = "the token was issued {} in the future, at {}; the clock here says {}";
        claims.ahead("issued-in-the-future", "iat", form, issued, now);
    }
    if let Some(not_before) = claims.not_before
        && not_before > latest
    {
        let form = "the token becomes valid in {}, at {}; the clock here says {}";
        claims.ahead("not-yet-valid", "nbf", form, not_before, now);
    }
    let (Some(issued), Some(expires)) = (claims.issued, claims.expires) else {
        return;
    };
    if expires <= issued {
        claims.refuse(
            "no-lifetime",
            Code::Jwt,
            "exp",
            "the token's exp is not after its iat",
            &[],
        );
    } else if expires - issued > u64::from(options.max_ttl_seconds) {
        let form = "the token lives {} seconds, over the limit of {}";
        let texts = [
            &*number(expires - issued),
            &*number(u64::from(options.max_ttl_seconds)),
        ];
        claims.refuse("ttl-too-long", Code::OutOfRange, "exp", form, &texts);
    }
    if let Err(error) = not_expired(expires, options) {
        claims.add_problem("expired", error);
    }
}

impl Claims {
    /// Refuses a time that is too far ahead.
    #[cold]
    #[inline(never)]
    fn ahead(
        &mut self,
        code: &'static str,
        name: &'static str,
        form: &'static str,
        seconds: u64,
        now: u64,
    ) {
        let error = if seconds > LIKELY_MILLISECONDS {
            let texts = [name, &number(seconds), name];
            let form = "the token's {} is {}, which looks like milliseconds; {} has seconds";
            Error::token(Code::Jwt, form, &texts)
        } else {
            let [at, clock] = both(seconds, now);
            let texts = [&*span(seconds - now), &*at, &*clock];
            Error::token(Code::Jwt, form, &texts).with_remediation(
                "check both clocks; clockToleranceSeconds allows for a difference",
            )
        };
        self.add_problem(code, error.at(&path(name)));
    }
}

/// `expires` is in seconds since 1970. The token is expired from that second on (RFC 7519, 4.1.4).
pub(super) fn not_expired(expires: u64, options: &VerifyOptions<'_>) -> Result<()> {
    let now = options.now_ms / 1_000;
    if now < expires + options.grace_seconds() {
        return Ok(());
    }
    Err(expired(expires, now))
}

/// The error for an expired token. Both times are in seconds since 1970.
#[cold]
#[inline(never)]
pub(crate) fn expired(expires: u64, now: u64) -> Error {
    let ago = match now.saturating_sub(expires) {
        0 => "just now".to_owned(),
        seconds => fill("{} ago", &[&span(seconds)]),
    };
    let [at, clock] = both(expires, now);
    let form = "the token expired {}, at {}; the clock here says {}";
    Error::new(Kind::Expired, form, &[&ago, &at, &clock])
        .with_code(Code::Expired)
        .at("claims[\"exp\"]")
        .with_remediation("ask for a new one")
}
