//! Issues Ably tokens, for a signed TokenRequest or with Basic authentication.
//!
//! Source: <https://ably.com/docs/api/token-request-spec>.

use serde_json::{Map, Value};

use super::caller::{AuthMethod, Caller, client_id, in_use, key_named};
use super::fields::{field, object, text, whole};
use super::wrong_method;
use crate::capability::Capability;
use crate::jwt::{DEFAULT_TTL_SECONDS, MAX_REVOCABLE_TTL_SECONDS, MAX_TTL_SECONDS};
use crate::sandbox::Context;
use crate::sandbox::change::{Mutation, TokenRecord};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::{object, set};
use crate::sandbox::response::Reply;
use crate::sandbox::setup::hash;
use crate::sandbox::state::Key;
use crate::token_request::TokenRequest;

/// How far the timestamp of a TokenRequest may differ from the clock.
const WINDOW_MS: u64 = 2 * 60_000;
/// Maximum length of a nonce. Ably documents none, but the sandbox stores each nonce for some
/// minutes.
const MAX_NONCE_CHARS: usize = 256;
const MIN_NONCE_CHARS: usize = 16;
/// Maximum length of a client id. Ably documents none, but the sandbox stores it as long as the
/// token.
const MAX_CLIENT_ID_BYTES: usize = 4_096;

/// `POST /keys/{key}/requestToken`
pub(super) fn request(context: &mut Context<'_>, key_name: &str) -> Outcome {
    // Checked before the method, because SDKs send a GET to provoke a 404 (ably-js
    // test/rest/request.test.js).
    let (app_id, app, key) = key_named(context.state, key_name)?;
    if context.call.method != "POST" {
        return wrong_method("POST");
    }
    let body = context.call.body()?;
    let empty = Map::new();
    let fields = match &body {
        Value::Null => &empty,
        body => object(body, "the body")?,
    };
    if text(fields, "keyName")?.is_some_and(|name| name != key_name) {
        return Err(Refusal::new(
            401,
            40102,
            "keyName differs from the key in the path",
        ));
    }
    let asked = Asked::read(fields, key)?;
    match text(fields, "mac")? {
        Some(mac) => {
            let request = signed(context, key_name, fields, &asked, mac)?;
            if !request.is_signed_by(&key.key) {
                return Err(Refusal::new(
                    401,
                    40101,
                    "the mac does not match this key and these fields",
                ));
            }
            in_use(app, key)?;
            if context
                .state
                .has_nonce(key_name, &request.nonce, request.timestamp)
            {
                return Err(Refusal::new(401, 40105, "the nonce was used before"));
            }
            context.change(Mutation::UseNonce {
                key_name: key_name.to_owned(),
                nonce: request.nonce,
                timestamp: request.timestamp,
            });
        }
        None => by_this_key(&Caller::of(context)?, key_name)?,
    }
    let capability = asked.narrowed(key)?.to_string();
    let token = format!("{app_id}.{}", context.entropy.text(43));
    let record = TokenRecord {
        hash: hash(&token),
        key_name: key_name.to_owned(),
        capability,
        client_id: asked.client_id.map(str::to_owned),
        issued: context.now,
        expires: context.now + asked.ttl,
    };
    let mut details = object!({
        "token": token,
        "keyName": record.key_name.as_str(),
        "issued": record.issued,
        "expires": record.expires,
        "capability": record.capability.as_str(),
    });
    if let (Some(details), Some(client_id)) = (details.as_object_mut(), &record.client_id) {
        set(details, "clientId", client_id.as_str());
    }
    context.change(Mutation::IssueToken { token: record });
    Ok(Reply::json(201, details))
}

/// # Errors
/// 40162: authenticated with a token. 40102: authenticated with another key.
fn by_this_key(caller: &Caller<'_>, key_name: &str) -> Outcome<()> {
    if caller.how == AuthMethod::Token {
        return Err(Refusal::new(
            401,
            40162,
            "a token cannot ask for tokens: send a signed TokenRequest, or the key by Basic authentication",
        ));
    }
    if caller.key.key.name() != key_name {
        return Err(Refusal::new(
            401,
            40102,
            "the key in the Authorization header differs from the one in the path",
        ));
    }
    Ok(())
}

/// The properties of the requested token.
struct Asked<'v> {
    /// The text as sent, because the MAC covers it.
    capability: Option<&'v str>,
    client_id: Option<&'v str>,
    /// The number as sent, because the MAC covers it.
    told_ttl: Option<u64>,
    /// ms
    ttl: u64,
}

impl<'v> Asked<'v> {
    fn read(fields: &'v Map<String, Value>, key: &Key) -> Outcome<Asked<'v>> {
        let told_ttl = field(fields, "ttl").map(|ttl| read_ttl(ttl, key));
        let told_ttl = told_ttl.transpose()?;
        let id = match field(fields, "clientId") {
            None => None,
            Some(Value::String(id)) if (1..=MAX_CLIENT_ID_BYTES).contains(&id.len()) => {
                Some(id.as_str())
            }
            Some(Value::String(id)) if id.is_empty() => {
                return Err(client_id(
                    "clientId is empty; leave it out for a token without one",
                ));
            }
            Some(Value::String(_)) => {
                return Err(client_id("clientId is over the bound of 4096 bytes"));
            }
            Some(_) => return Err(client_id("clientId is not a text")),
        };
        Ok(Asked {
            // ably-java sends an empty string for `{}`.
            capability: text(fields, "capability")?.filter(|text| !text.is_empty()),
            client_id: id,
            told_ttl,
            ttl: told_ttl.unwrap_or(u64::from(DEFAULT_TTL_SECONDS) * 1_000),
        })
    }

    /// # Errors
    /// 40000: the capability cannot be issued. 40160: the key grants none of it.
    fn narrowed(&self, key: &Key) -> Outcome<Capability> {
        let Some(text) = self.capability else {
            return Ok(key.capability.clone());
        };
        let asked = Capability::read(text)?;
        if !asked.entries().is_empty() {
            asked.check_issuable()?;
        }
        Ok(key.capability.intersect(&asked)?)
    }
}

fn read_ttl(ttl: &Value, key: &Key) -> Outcome<u64> {
    let most = match key.record.revocable_tokens {
        true => MAX_REVOCABLE_TTL_SECONDS,
        false => MAX_TTL_SECONDS,
    };
    let most = u64::from(most) * 1_000;
    whole(ttl)
        .filter(|ttl| (1..=most).contains(ttl))
        .ok_or_else(|| {
            let why = match key.record.revocable_tokens {
                true => " for a key with revocable tokens",
                false => "",
            };
            let message = format!("ttl is not a whole number of ms from 1 to {most}{why}");
            Refusal::new(400, 40003, message)
        })
}

/// Reads a TokenRequest and checks its time. Its MAC is checked later.
fn signed(
    context: &Context<'_>,
    key_name: &str,
    fields: &Map<String, Value>,
    asked: &Asked<'_>,
    mac: &str,
) -> Outcome<TokenRequest> {
    let timestamp = field(fields, "timestamp").and_then(whole);
    let timestamp =
        timestamp.ok_or_else(|| Refusal::bad("timestamp is not a whole number of ms"))?;
    if timestamp.abs_diff(context.now) > WINDOW_MS {
        return Err(Refusal::new(
            401,
            40104,
            "timestamp differs from the server's clock by over two minutes; get the time from /time",
        ));
    }
    let nonce = text(fields, "nonce")?.unwrap_or_default();
    if !(MIN_NONCE_CHARS..=MAX_NONCE_CHARS).contains(&nonce.chars().count()) {
        let message =
            format!("nonce is not a text of {MIN_NONCE_CHARS} to {MAX_NONCE_CHARS} characters");
        return Err(Refusal::bad(message));
    }
    // The MAC covers lines, so a line break would make the signed text ambiguous.
    if [nonce, asked.client_id.unwrap_or_default()]
        .iter()
        .any(|text| text.contains(['\n', '\r']))
    {
        return Err(Refusal::bad("nonce or clientId has a line break"));
    }
    Ok(TokenRequest {
        key_name: key_name.to_owned(),
        ttl: asked.told_ttl,
        capability: asked.capability.map(str::to_owned),
        client_id: asked.client_id.map(str::to_owned),
        timestamp,
        nonce: nonce.to_owned(),
        mac: mac.to_owned(),
    })
}
