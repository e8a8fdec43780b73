//! Presence: the members that entered by realtime, and those that a test app was created with.

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
use crate::sandbox::realtime::{presence_action, without_serial};
use crate::sandbox::response::Reply;

/// The connection id of initial members.
const CONNECTION: &str = "sandbox";

/// `GET /channels/{channel}/presence`
pub(super) fn members(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = readable(&caller, channel)?;
    page(
        context,
        Direction::Forwards,
        members_of(context, &caller, channel),
    )
}

/// `GET /channels/{channel}/presence/history`
pub(super) fn history(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("history", channel.name)?;
    let initial = caller.app.initial_members(channel.name).iter();
    let events = caller.app.presence_events.get(channel.name);
    let events = events.into_iter().flat_map(|channel| channel.messages());
    let all = initial.map(|member| with_action(member, presence_action::ENTER));
    let all = all.chain(events.map(without_serial)).collect();
    page(context, Direction::Backwards, all)
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
            let members = members_of(context, &caller, channel);
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
    caller.permit_any(&["presence", "subscribe"], name)?;
    Ok(name)
}

fn page(context: &Context<'_>, direction: Direction, all: Vec<Value>) -> Outcome<Reply> {
    let page = Page::read(context.call, direction)?;
    let all = all.into_iter().enumerate();
    let mut wanted = all.filter(|(_, member)| {
        ["clientId", "connectionId"].iter().all(|field| {
            let wanted = context.call.parameter(field);
            wanted.is_none() || member.get(*field).and_then(Value::as_str) == wanted
        })
    });
    Ok(page.of(&mut wanted
        .by_ref()
        .map(|(index, member)| (format!("{index:04}").into(), member))))
}

/// The members of a channel.
fn members_of(context: &Context<'_>, caller: &Caller<'_>, channel: &str) -> Vec<Value> {
    let initial = caller.app.initial_members(channel).iter();
    let all = initial.chain(context.realtime.members(caller.app_id, channel));
    all.map(|member| with_action(member, presence_action::PRESENT))
        .collect()
}

fn with_action(member: &Value, action: u64) -> Value {
    let mut member = member.clone();
    if let Value::Object(member) = &mut member {
        set(member, "action", action);
    }
    member
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
