//! Keys, capabilities and tokens.

#![allow(clippy::disallowed_methods, reason = "tests run natively")]

#[path = "../vectors.rs"]
mod vectors;

mod capability;
mod capability_compact;
mod capability_properties;
mod cross_check;
mod errors;
mod generators;
mod hmac;
mod issue;
mod module_circles;
mod never_panics;
mod operations;
#[cfg(feature = "products")]
mod products;
mod revocations;
mod secrets;
mod tampering;
mod token_properties;
mod verify;
mod verify_known_beginnings;
