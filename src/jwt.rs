//! Ably JWTs: signed with a key's secret by HMAC-SHA-256, and nothing else.

mod claims;
mod compact;
mod custom_claims;
mod decode;
mod embedded;
pub mod hmac_sha256;
mod issue;
mod limits;
mod not_a_token;
mod prefix_cache;
mod signed_prefix;
mod signing_key;
mod times;
mod unknown_claims;
mod verification_notes;
mod verify;
mod wrong_key;

#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use claims::read_capability;
pub use compact::open;
pub use custom_claims::ExtraClaims;
pub use decode::{Decoded, decode};
#[cfg(feature = "sandbox")]
pub(crate) use embedded::embedded_in;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use issue::Buffers;
pub use issue::{IssuedJwt, Issuer, Overrides, TokenParams, issue};
pub use limits::{
    DEFAULT_TTL_SECONDS, LONG_TOKEN_CHARS, MAX_REVOCABLE_TTL_SECONDS, MAX_TOKEN_CHARS,
    MAX_TTL_SECONDS,
};
pub(crate) use limits::{check_now, check_ttl};
pub use signing_key::SigningKey;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use signing_key::WeakKey;
#[cfg(feature = "sandbox")]
pub(crate) use times::expired;
pub use verification_notes::Notes;
#[cfg(feature = "sandbox")]
pub(crate) use verify::signer;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use verify::verify_with;
pub use verify::{DEFAULT_IAT_TOLERANCE_SECONDS, Verified, VerifyOptions, verify};
