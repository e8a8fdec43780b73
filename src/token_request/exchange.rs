//! Exchanges a TokenRequest for an Ably token.
//!
//! Source: <https://ably.com/docs/api/rest-api>.

use std::cell::RefCell;

use crate::error::{Kind, Result};
use crate::http::{Credential, Exchange, Network, Response, Transport, json_of, segment};
use crate::json::Json;
use crate::jwt::SigningKey;
use crate::key::ApiKey;
use crate::text::{concat, fill, number};
use crate::token_request::{TokenRequest, TokenRequestParams};

/// Signs a TokenRequest and exchanges it for an Ably token. Returns the TokenDetails as JSON text.
///
/// # Errors
/// Same as [`TokenRequest::sign`]; or Ably refused the request or could not be reached.
pub async fn request_token<T: Transport>(
    transport: &T,
    network: &Network,
    key: &ApiKey,
    params: &TokenRequestParams<'_>,
    timestamp: u64,
    nonce: &str,
) -> Result<String> {
    let path = fill("/keys/{}/requestToken", &[&segment(key.name())]);
    // The MAC in the body is the credential.
    let exchange = Exchange::data(transport, network, Credential::None);
    let key = SigningKey::from(key);
    let mac = RefCell::new(String::new());
    let body = |attempts: u32| {
        // An earlier attempt that appeared to fail may have used up its nonce.
        let again = match attempts {
            0 => String::new(),
            _ => fill(".{}", &[&number(u64::from(attempts))]),
        };
        let nonce = concat(&[nonce, &again]);
        let request = TokenRequest::sign_with(&key, params, timestamp, &nonce)?;
        let json = request.to_json();
        *mac.borrow_mut() = request.mac;
        Ok(json)
    };
    let answer = exchange.send("POST", &path, &body).await;
    let mut response = exchange.good(answer).map_err(|error| {
        let error = error.without(&mac.borrow());
        match error.kind() {
            // A refusal is about the key, although the key itself was not sent.
            Kind::Key => error.at("key"),
            _ => error,
        }
    })?;
    if !is_token_details(&response) {
        return Err(exchange.unreadable(&response, "a token"));
    }
    Ok(String::from_utf8(std::mem::take(&mut response.body)).unwrap_or_default())
}

fn is_token_details(response: &Response) -> bool {
    let Some(json) = json_of(response) else {
        return false;
    };
    let is_text = |name| json.member(name).and_then(Json::string).is_some();
    let is_time = |name| json.member(name).and_then(Json::whole).is_some();
    is_text("token")
        && is_text("keyName")
        && is_text("capability")
        && is_time("issued")
        && is_time("expires")
}
