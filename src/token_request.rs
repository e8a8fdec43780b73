//! TokenRequests: signing them, and exchanging them for Ably tokens.

mod exchange;
mod sign;

pub use exchange::request_token;
pub use sign::{TokenRequest, TokenRequestParams};
