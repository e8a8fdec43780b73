//! The dashboard: an account admin creates and revokes access tokens here.
//!
//! Ably has no API for this (<https://ably.com/docs/platform/account/access-tokens> describes the
//! form), so the paths and bodies are specific to the sandbox and listed here in full. Every
//! request sends the admin token as `Authorization: Bearer`. Bodies are JSON, and errors have the
//! format of the Control API.
//!
//! | Request | Body | Answer |
//! |---|---|---|
//! | `POST /dashboard/access_tokens` | `name`, `capabilities`, `expiryDays`, `account` | 201, the token with its `value` |
//! | `GET /dashboard/access_tokens` | | 200, a list of tokens |
//! | `POST /dashboard/access_tokens/{id}/rotate` | `expiryDays` | 200, the token with its new `value` |
//! | `DELETE /dashboard/access_tokens/{id}` | | 204 |
//!
//! - `capabilities`: `"all"`, or an object with the groups of the form:
//!   `{"Apps": ["read", "write"], "Keys": "all"}`. The groups are `Apps`, `Keys`, `Rules`, `Queues`,
//!   `Namespaces` and `Statistics`; the last has only `read`.
//! - `expiryDays`: 30 (the default), 60, 90, or `null` for never.
//! - `account`: the account's id. It can be omitted, since the sandbox has only one account.
//! - A token has `id`, `name`, `account`, `capabilities`, `created_at`, `expires_at` and
//!   `last_used_at`. Only the two responses above include its `value`; the sandbox stores a hash.
//! - Rotation keeps the name, capabilities and account. The old value stops working at once, as
//!   after `DELETE`.
//! - 401: no valid token. 403: an access token other than the admin's. 404: no token with this id.

mod form;

use serde_json::Value;

use super::Context;
use super::change::{AccessTokenRecord, Mutation};
use super::control::credential;
use super::control::me::describe;
use super::control::room::{check_room, new_id};
use super::error::{Outcome, Refusal};
use super::limits::MAX_ACCESS_TOKENS;
use super::object::{object, set};
use super::response::Reply;
use super::setup::{ACCOUNT_ID, ACCOUNT_NAME, hash};
use crate::times::iso_time;

pub(super) fn answer(context: &mut Context<'_>, path: &[&str]) -> Outcome {
    let bearer = credential::access_token(context)?;
    if !bearer.is_admin {
        let message = "only an account admin can manage access tokens: send the admin token";
        return Err(Refusal::new(403, 40300, message));
    }
    match (context.call.method, path) {
        ("GET", ["access_tokens"]) => Ok(list(context)),
        ("POST", ["access_tokens"]) => create(context),
        ("POST", ["access_tokens", id, "rotate"]) => rotate(context, id),
        ("DELETE", ["access_tokens", id]) => revoke(context, id),
        (_, ["access_tokens"]) => Err(no_method("GET, POST")),
        (_, ["access_tokens", _, "rotate"]) => Err(no_method("POST")),
        (_, ["access_tokens", _]) => Err(no_method("DELETE")),
        _ => Err(Refusal::not_found(
            "the only dashboard path of the sandbox is /dashboard/access_tokens",
        )),
    }
}

fn no_method(allowed: &'static str) -> Refusal {
    let message = format!("this path does not support the method; it supports {allowed}");
    Refusal::new(405, 40500, message).header("Allow", allowed)
}

fn list(context: &Context<'_>) -> Reply {
    let mut shown = Vec::new();
    for (_, token) in context.state.access_tokens.iter() {
        if !token.is_admin {
            shown.push(show(token));
        }
    }
    Reply::json(200, Value::Array(shown))
}

fn create(context: &mut Context<'_>) -> Outcome {
    let form::Creation {
        name,
        capabilities,
        expires,
    } = form::read_creation(context)?;
    let state = context.state;
    check_room(
        state.access_tokens.len(),
        MAX_ACCESS_TOKENS,
        "access tokens",
    )?;
    let id = new_id(context, |id| state.access_tokens.contains(id));
    let token = AccessTokenRecord {
        id,
        name,
        hash: String::new(),
        capabilities,
        is_admin: false,
        created: context.now,
        expires,
        last_used: None,
    };
    Ok(put(context, 201, token))
}

fn rotate(context: &mut Context<'_>, id: &str) -> Outcome {
    let token = find(context, id)?.clone();
    let expires = form::read_rotation(context)?;
    Ok(put(context, 200, AccessTokenRecord { expires, ..token }))
}

fn revoke(context: &mut Context<'_>, id: &str) -> Outcome {
    let id = find(context, id)?.id.clone();
    context.change(Mutation::DeleteAccessToken { id });
    Ok(Reply::empty(204))
}

/// Assigns a new value, which only this response contains.
fn put(context: &mut Context<'_>, status: u16, mut token: AccessTokenRecord) -> Reply {
    let value = context.entropy.text(43);
    token.hash = hash(&value);
    let mut shown = show(&token);
    if let Value::Object(shown) = &mut shown {
        set(shown, "value", value);
    }
    context.change(Mutation::PutAccessToken { token });
    Reply::json(status, shown)
}

/// Finds an access token. The admin token represents a login and is not among them.
fn find<'a>(context: &Context<'a>, id: &str) -> Outcome<&'a AccessTokenRecord> {
    let token = context.state.access_tokens.get(id);
    let token = token.filter(|token| !token.is_admin);
    token.ok_or_else(|| Refusal::not_found("this account has no access token with this id"))
}

fn show(token: &AccessTokenRecord) -> Value {
    let mut shown = describe(token);
    if let Value::Object(shown) = &mut shown {
        set(shown, "created_at", iso_time(token.created));
        let account = object!({ "id": ACCOUNT_ID, "name": ACCOUNT_NAME });
        set(shown, "account", account);
    }
    shown
}
