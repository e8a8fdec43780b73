//! Presence. Without realtime connections, no client can enter a channel, so the members are those
//! that a test app was created with.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::batch::Batch;
use super::caller::Caller;
use super::channel::Channel;
use super::fields::{object, text};
use super::page::{Direction, Page};
use super::publish::MAX_CHANNELS;
use crate::sandbox::Context;
use crate::sandbox::change::Mutation;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_THINGS;
use crate::sandbox::object::set;
use crate::sandbox::response::Reply;

/// Ably's numeric presence actions (SPEC TP2).
const PRESENT: u8 = 1;
const ENTER: u8 = 2;
/// The connection id of all members.
const CONNECTION: &str = "sandbox";

/// `GET /channels/{channel}/presence`
pub(super) fn members(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = readable(&caller, channel)?;
    page(context, &caller, channel, Direction::Forwards, PRESENT)
}

/// `GET /channels/{channel}/presence/history`
pub(super) fn history(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("history", channel.name)?;
    page(context, &caller, channel.name, Direction::Backwards, ENTER)
}

/// `GET /presence?channels=a,b` (SPEC RSC24)
pub(super) fn batch(context: &mut Context<'_>) -> Outcome {
    let caller = Caller::of(context)?;
    let channels = context.call.parameter("channels").unwrap_or_default();
    if channels.split(',').nth(MAX_CHANNELS).is_some() {
        let message = format!("channels names over {MAX_CHANNELS} channels");
        return Err(Refusal::bad(message));
    }
    let mut batch = Batch::default();
    for name in channels.split(',') {
        let outcome = readable(&caller, name).map(|channel| {
            let members = on(&caller, channel, PRESENT);
            let members = members.map(|(_, member)| member).collect();
            let mut result = Map::new();
            set(&mut result, "presence", Value::Array(members));
            result
        });
        batch.add("channel", name, outcome);
    }
    Ok(batch.reply(context.call, 200))
}

/// Returns the channel name if the caller may see its members, which the `subscribe` operation
/// allows (<https://ably.com/docs/auth/capabilities>).
fn readable<'n>(caller: &Caller<'_>, channel: &'n str) -> Outcome<&'n str> {
    let name = Channel::read(channel)?.name;
    let allowed = caller.permit("subscribe", name);
    allowed.or_else(|refusal| caller.permit("presence", name).map_err(|_| refusal))?;
    Ok(name)
}

fn page(
    context: &Context<'_>,
    caller: &Caller<'_>,
    channel: &str,
    direction: Direction,
    action: u8,
) -> Outcome<Reply> {
    let page = Page::read(context.call, direction)?;
    let mut members = on(caller, channel, action).filter(|(_, member)| {
        ["clientId", "connectionId"].iter().all(|field| {
            let wanted = context.call.parameter(field);
            wanted.is_none() || member.get(*field).and_then(Value::as_str) == wanted
        })
    });
    Ok(page.of(&mut members))
}

/// The members of a channel, each with its marker in the list.
fn on<'c>(
    caller: &'c Caller<'_>,
    channel: &str,
    action: u8,
) -> impl DoubleEndedIterator<Item = (Cow<'static, str>, Value)> + 'c {
    let members = caller.app.members(channel);
    members.iter().enumerate().map(move |(index, member)| {
        let mut member = member.clone();
        if let Value::Object(member) = &mut member {
            set(member, "action", action);
        }
        (format!("{index:04}").into(), member)
    })
}

/// Sets the initial members of a channel in a new test app.
pub(super) fn put(
    context: &mut Context<'_>,
    app_id: &str,
    fields: &Map<String, Value>,
) -> Outcome<()> {
    let name = text(fields, "name")?.unwrap_or_default();
    let channel = Channel::read(name)?.name;
    let given = match fields.get("presence") {
        None => return Ok(()),
        Some(Value::Array(given)) if given.len() <= MAX_THINGS => given,
        Some(_) => {
            let message = format!("presence is not a list of at most {MAX_THINGS} members");
            return Err(Refusal::bad(message));
        }
    };
    let mut members = Vec::new();
    for (index, member) in given.iter().enumerate() {
        let given = object(member, "a member")?;
        let mut member = Map::new();
        for field in ["clientId", "data", "encoding"] {
            if let Some(text) = text(given, field)? {
                set(&mut member, field, text);
            }
        }
        set(&mut member, "id", format!("{CONNECTION}:0:{index}"));
        set(&mut member, "connectionId", CONNECTION);
        set(&mut member, "timestamp", context.now);
        members.push(Value::Object(member));
    }
    context.change(Mutation::PutPresence {
        app: app_id.to_owned(),
        channel: channel.to_owned(),
        members,
    });
    Ok(())
}
