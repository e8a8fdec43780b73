//! Ably JWTs: signed with a key's secret by HMAC-SHA-256, and nothing else.

mod claims;
mod compact;
pub mod hs256;
mod issue;
mod verify;

pub use compact::open;
pub(crate) use issue::check_ttl;
pub use issue::{
    DEFAULT_TTL_SECONDS, ExtraClaims, IssuedJwt, Issuer, MAX_REVOCABLE_TTL_SECONDS,
    MAX_TOKEN_CHARS, MAX_TTL_SECONDS, Overrides, TokenParams, issue,
};
pub use verify::{Decoded, Notes, Verified, VerifyOptions, decode, verify};
