//! Channel status. Without realtime connections, no client is attached to a channel.

use serde_json::Value;

use super::caller::Caller;
use super::channel::Channel;
use super::page::{Direction, Page};
use crate::sandbox::Context;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::object;
use crate::sandbox::response::Reply;
use crate::sandbox::state::App;

/// `GET /channels/{channel}`
pub(super) fn status(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("channel-metadata", channel.name)?;
    Ok(Reply::json(200, details(caller.app, channel.name)))
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
    let names = caller.app.channels.names();
    let mut wanted = names.filter(|name| name.starts_with(prefix));
    Ok(page.of(&mut wanted.by_ref().map(|name| match ids_only {
        true => (name.into(), Value::from(name)),
        false => (name.into(), details(caller.app, name)),
    })))
}

/// The details of a channel. `isActive` is false, because no client is attached.
fn details(app: &App, channel: &str) -> Value {
    let members = app.members(channel).len();
    object!({
        "channelId": channel,
        "status": object!({
            "isActive": false,
            "occupancy": object!({
                "metrics": object!({
                    "connections": 0,
                    "presenceConnections": 0,
                    "presenceMembers": members,
                    "presenceSubscribers": 0,
                    "publishers": 0,
                    "subscribers": 0,
                }),
            }),
        }),
    })
}
