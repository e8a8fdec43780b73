//! Ably auth for the edge: issue, explain and verify Ably tokens, in Rust or as one small
//! WebAssembly module.
//!
//! This crate is the core: plain functions without input, output, clock or globals. The time comes
//! in as an argument, and so does randomness; what goes over the network takes a
//! [`Transport`](http::Transport). The npm package `ably-edge-auth` is the same core
//! behind JavaScript functions.
//!
//! ```
//! use ably_edge_auth::{ApiKey, Capability, TokenParams, VerifyOptions, issue, verify};
//!
//! let key: ApiKey = "xVLyHw.A-pwh7:made-up-secret".parse()?;
//! let now_ms = 1_700_000_000_000; // your clock, ms since 1970
//!
//! let issued = issue(
//!     &key,
//!     &TokenParams {
//!         capability: Capability::parse(r#"{"chat:*":["publish","subscribe"]}"#)?,
//!         client_id: Some("ada".into()),
//!         ..TokenParams::default()
//!     },
//!     now_ms,
//! )?;
//!
//! let verified = verify(&issued.token, &[key], &VerifyOptions::at(now_ms))?;
//! let capability = verified.capability.expect("the token names one");
//! assert!(capability.allows("publish", "chat:lobby"));
//! assert!(!capability.allows("publish", "news"));
//! # Ok::<(), ably_edge_auth::Error>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// In wasm a panic ends the instance for every later request, so nothing here may panic.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod access_token;
mod base64;
mod capability;
pub mod control;
mod diagnostic;
mod error;
pub mod http;
mod json;
pub mod jwt;
mod key;
mod lookalike;
mod lru;
#[cfg(any(
    feature = "products",
    all(target_arch = "wasm32", feature = "javascript")
))]
pub mod products;
pub mod revocation;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod steps;
mod suggest;
mod text;
mod times;
mod token_request;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
mod wasm;

pub use capability::{
    Because, Capability, Certainty, CheckContext, Client, Compact, Diagnostic, Entry,
    ExplainContext, Explanation, HasRule, MAX_OPERATIONS, MAX_PAIRS, MAX_RESOURCES, MAX_TEXT_BYTES,
    Operation, Operations, PatternSuggestion, Report, Severity, SurfaceExplanation, Verdict,
};
pub use control::{
    ACCESS_TOKEN_CAPABILITIES, AccessToken, AccessTokenCapability, access_token_allows,
};
pub use error::{Error, Kind, Result};
pub use http::server_time;
pub use jwt::{
    Decoded, ExtraClaims, IssuedJwt, Issuer, Notes, Overrides, SigningKey, TokenParams, Verified,
    VerifyOptions, decode, issue, verify,
};
pub use key::ApiKey;
pub use revocation::{Bearer, RevocationEntry, RevocationList, Target, TargetKind};
pub use token_request::{TokenRequest, TokenRequestParams, request_token};

/// The Rust in the documents compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/rust.md")]
struct Documents;
