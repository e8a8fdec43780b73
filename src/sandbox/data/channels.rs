//! What is known of channels, and who is present on them: nobody, without realtime connections.

use serde_json::{Map, Value, json};

use super::batch::Batch;
use super::caller::Caller;
use super::channel::Channel;
use super::page::{Direction, Page};
use crate::sandbox::Context;
use crate::sandbox::refusal::{Outcome, Refusal};
use crate::sandbox::reply::Reply;

/// `GET /channels/{channel}`
pub(super) fn status(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("channel-metadata", channel.name)?;
    Ok(Reply::json(200, details(channel.name)))
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
    let names: Vec<&str> = caller.app.channels.names().collect();
    let wanted = names.into_iter().filter(|name| name.starts_with(prefix));
    Ok(page.of(wanted.map(|name| match ids_only {
        true => (name, json!(name)),
        false => (name, details(name)),
    })))
}

/// `isActive`: no, since nobody is attached.
fn details(channel: &str) -> Value {
    json!({
        "channelId": channel,
        "status": {
            "isActive": false,
            "occupancy": {
                "metrics": {
                    "connections": 0,
                    "presenceConnections": 0,
                    "presenceMembers": 0,
                    "presenceSubscribers": 0,
                    "publishers": 0,
                    "subscribers": 0,
                },
            },
        },
    })
}

/// `GET /channels/{channel}/presence`
pub(super) fn presence(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    read_presence(&caller, channel)?;
    let page = Page::read(context.call, Direction::Forwards)?;
    Ok(page.of(nobody()))
}

/// `GET /channels/{channel}/presence/history`
pub(super) fn presence_history(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("history", channel.name)?;
    let page = Page::read(context.call, Direction::Backwards)?;
    Ok(page.of(nobody()))
}

/// `GET /presence?channels=a,b` (SPEC RSC24)
pub(super) fn presence_batch(context: &mut Context<'_>) -> Outcome {
    let caller = Caller::of(context)?;
    let channels = context.call.parameter("channels").unwrap_or_default();
    let mut batch = Batch::default();
    for channel in channels.split(',') {
        let outcome = read_presence(&caller, channel);
        let empty = |()| Map::from_iter([("presence".to_owned(), json!([]))]);
        batch.add("channel", channel, outcome.map(empty));
    }
    Ok(batch.reply(context.call, 200))
}

/// Whoever may subscribe may see who is present (<https://ably.com/docs/auth/capabilities>).
fn read_presence(caller: &Caller<'_>, channel: &str) -> Outcome<()> {
    let channel = Channel::read(channel)?;
    let allowed = caller.permit("subscribe", channel.name);
    allowed.or_else(|refusal| match caller.permit("presence", channel.name) {
        Ok(()) => Ok(()),
        Err(_) => Err(refusal),
    })
}

fn nobody() -> impl DoubleEndedIterator<Item = (&'static str, Value)> {
    std::iter::empty()
}
