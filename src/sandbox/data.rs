//! The REST API of the data plane.

pub(super) mod annotations;
mod apps;
mod batch;
pub(super) mod caller;
pub(super) mod channel;
mod channels;
mod chat;
mod claims;
pub(super) mod credentials;
pub(super) mod edit;
pub(super) mod fields;
mod history;
pub(super) mod interval;
pub(super) mod message;
mod page;
mod presence;
pub(super) mod publish;
mod revoke;
pub(super) mod serials;
mod stats;
mod summary;
mod token;

use serde_json::Value;

use super::Context;
use super::error::{Outcome, Refusal};
use super::response::Reply;

pub(super) fn answer(context: &mut Context<'_>, path: &[&str]) -> Outcome {
    let outcome = route(context, path);
    if outcome.is_err() {
        // A request that fails halfway changes nothing.
        context.mutations.clear();
    }
    outcome
}

fn route(context: &mut Context<'_>, path: &[&str]) -> Outcome {
    match path {
        ["time"] => match context.call.method {
            "GET" => Ok(Reply::json(200, Value::from(vec![context.now]))),
            _ => wrong_method("GET"),
        },
        ["keys", key, "requestToken"] => token::request(context, key),
        ["keys", key, "revokeTokens"] => revoke::revoke(context, key),
        ["messages"] => match context.call.method {
            "POST" => publish::batch(context),
            _ => wrong_method("POST"),
        },
        ["presence"] => match context.call.method {
            "GET" => presence::batch(context),
            _ => wrong_method("GET"),
        },
        ["channels"] => match context.call.method {
            "GET" => channels::list(context),
            _ => wrong_method("GET"),
        },
        ["channels", channel] => match context.call.method {
            "GET" => channels::status(context, channel),
            _ => wrong_method("GET"),
        },
        // An older name, which some SDKs still use.
        ["channels", channel, "history"] => match context.call.method {
            "GET" => history::messages(context, channel),
            _ => wrong_method("GET"),
        },
        ["channels", channel, "messages"] => match context.call.method {
            "GET" => history::messages(context, channel),
            "POST" => publish::publish(context, channel),
            _ => wrong_method("GET, POST"),
        },
        ["channels", channel, "messages", serial] => match context.call.method {
            "GET" => edit::one(context, channel, serial),
            "PATCH" => edit::patch(context, channel, serial),
            _ => wrong_method("GET, PATCH"),
        },
        ["channels", channel, "messages", serial, "versions"] => match context.call.method {
            "GET" => edit::versions(context, channel, serial),
            _ => wrong_method("GET"),
        },
        ["channels", channel, "messages", serial, "annotations"] => match context.call.method {
            "GET" => annotations::list(context, channel, serial),
            "POST" => annotations::publish(context, channel, serial),
            _ => wrong_method("GET, POST"),
        },
        ["channels", channel, "messages", serial, "client-summary"] => match context.call.method {
            "GET" => annotations::client_summary(context, channel, serial),
            _ => wrong_method("GET"),
        },
        ["channels", channel, "presence"] => match context.call.method {
            "GET" => presence::members(context, channel),
            _ => wrong_method("GET"),
        },
        ["channels", channel, "presence", "history"] => match context.call.method {
            "GET" => presence::history(context, channel),
            _ => wrong_method("GET"),
        },
        ["chat", "v3" | "v4", "rooms", room, rest @ ..] => chat::answer(context, room, rest),
        ["stats"] => match context.call.method {
            "GET" => stats::read(context),
            "POST" => stats::put(context),
            _ => wrong_method("GET, POST"),
        },
        ["apps"] => match context.call.method {
            "POST" => apps::create(context),
            _ => wrong_method("POST"),
        },
        ["apps", app] => match context.call.method {
            "DELETE" => apps::delete(context, app),
            _ => wrong_method("DELETE"),
        },
        ["comet", ..] => Err(Refusal::not_found(
            "the sandbox has no comet transport: connect by WebSocket",
        )),
        ["channels", _, "object" | "objects", ..] => {
            Err(Refusal::not_found("the sandbox has no LiveObjects"))
        }
        ["push", ..] => Err(Refusal::not_found("the sandbox has no push notifications")),
        _ => Err(Refusal::not_found(
            "no such path: the sandbox only has tokens, channels and statistics",
        )),
    }
}

/// # Errors
/// 40500, 405: the error lists the allowed methods.
fn wrong_method<T>(allowed: &'static str) -> Outcome<T> {
    let message = format!("this path only accepts {allowed}");
    Err(Refusal::new(405, 40500, message).header("Allow", allowed))
}
