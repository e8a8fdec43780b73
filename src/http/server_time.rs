//! Ably's clock.
//!
//! Source: <https://ably.com/docs/api/rest-api#time>.

use super::client::{Credential, Exchange, json_of};
use super::{Network, Transport};
use crate::error::Result;
use crate::json::Json;

/// Ably's clock, in ms since 1970.
///
/// # Errors
/// What was answered instead, or why nothing was.
pub async fn server_time<T: Transport>(transport: &T, network: &Network) -> Result<u64> {
    let exchange = Exchange::data(transport, network, Credential::None);
    let answer = exchange.send("GET", "/time", &|_| Ok(String::new()));
    let response = exchange.good(answer.await)?;
    let time = json_of(&response).and_then(|json| json.list().next());
    time.and_then(Json::whole)
        .ok_or_else(|| exchange.unreadable(&response, "a time"))
}
