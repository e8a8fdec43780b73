//! Channel status.

use serde_json::Value;

use super::caller::Caller;
use super::channel::Channel;
use super::page::{Direction, Page};
use crate::sandbox::Context;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::object;
use crate::sandbox::response::Reply;

/// `GET /channels/{channel}`
pub(super) fn status(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("channel-metadata", channel.name)?;
    Ok(Reply::json(200, details(context, &caller, channel.name)))
}

/// `GET /channels`
pub(super) fn list(context: &mut Context<'_>) -> Outcome {
    let caller = Caller::of(context)?;
    caller.permit("channel-metadata", "*")?;
    let page = Page::read(context.call, Direction::Forwards)?;
    let prefix = context.call.parameter("prefix").unwrap_or_default();
    let ids_only = match context.call.parameter("by") {
        None | Some("value") => false,
        Some("id") => true,
        Some(_) => return Err(Refusal::bad("by is neither id nor value")),
    };
    let mut names: Vec<&str> = caller.app.channels.names().collect();
    names.extend(context.realtime.active_channels(caller.app_id));
    names.sort_unstable();
    names.dedup();
    let names = names.into_iter();
    let mut wanted = names.filter(|name| name.starts_with(prefix));
    Ok(page.of(&mut wanted.by_ref().map(|name| match ids_only {
        true => (name.into(), Value::from(name)),
        false => (name.into(), details(context, &caller, name)),
    })))
}

/// The details of a channel. It is active, because asking for them activates it
/// (<https://ably.com/docs/api/rest-api#metadata-rest>).
fn details(context: &Context<'_>, caller: &Caller<'_>, channel: &str) -> Value {
    let metrics = context
        .realtime
        .metrics(context.state, caller.app_id, channel);
    object!({
        "channelId": channel,
        "status": object!({
            "isActive": true,
            "occupancy": object!({ "metrics": metrics }),
        }),
    })
}
