//! TokenRequests: signed here, and exchanged for Ably tokens.

mod exchange;
mod sign;

pub use exchange::request_token;
pub use sign::{TokenRequest, TokenRequestParams};
