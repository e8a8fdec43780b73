//! The REST API of Ably Chat. A room is a channel, and what the room's API says of a message is what
//! the channel has of it.
//!
//! Sources: <https://ably.com/docs/chat/rooms>, <https://ably.com/docs/chat/rooms/messages>, and the
//! OpenAPI document of Chat.

use serde_json::{Map, Value};

use super::annotations::{annotate, client_summary};
use super::caller::{Caller, Identity};
use super::channel::Channel;
use super::edit::{self, edit};
use super::fields::{field, object, text, whole};
use super::publish::{Source, on_channel};
use super::{history, summary, wrong_method};
use crate::sandbox::Context;
use crate::sandbox::change::Mutation;
use crate::sandbox::codec::{Format, read};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::{object, set};
use crate::sandbox::response::Reply;

/// What the name of a room's channel ends with.
pub(super) const TAG: &str = "::$chat";
/// The name of the channel's messages that are messages of the room.
const MESSAGE: &str = "chat.message";
/// What happened to a message, as its action says (SPEC TM5).
const ACTIONS: [(u64, &str); 3] = [
    (0, "message.create"),
    (edit::UPDATE, "message.update"),
    (edit::DELETE, "message.delete"),
];

/// `/chat/v4/rooms/{room}/…`
pub(super) fn answer(context: &mut Context<'_>, room: &str, path: &[&str]) -> Outcome {
    let channel = format!("{room}{TAG}");
    match (path, context.call.method) {
        (["messages"], "GET") => Ok(list(history::messages(context, &channel)?)),
        (["messages"], "POST") => send(context, &channel),
        (["messages"], _) => wrong_method("GET, POST"),
        (["messages", serial], "GET") => Ok(list(edit::one(context, &channel, serial)?)),
        (["messages", serial], "PUT") => update(context, &channel, serial),
        (["messages", _], _) => wrong_method("GET, PUT"),
        (["messages", serial, "delete"], "POST") => delete(context, &channel, serial),
        (["messages", _, "delete"], _) => wrong_method("POST"),
        (["messages", serial, "versions"], "GET") => {
            Ok(list(edit::versions(context, &channel, serial)?))
        }
        (["messages", _, "versions"], _) => wrong_method("GET"),
        (["messages", serial, "reactions"], "POST" | "DELETE") => react(context, &channel, serial),
        (["messages", _, "reactions"], _) => wrong_method("POST, DELETE"),
        (["messages", serial, "client-reactions"], "GET") => {
            let mut reply = client_summary(context, &channel, serial)?;
            reply.body = reply.body.map(|summary| reactions(Some(&summary)));
            Ok(reply)
        }
        (["messages", _, "client-reactions"], _) => wrong_method("GET"),
        (["occupancy"], "GET") => occupancy(context, &channel),
        (["occupancy"], _) => wrong_method("GET"),
        _ => Err(Refusal::not_found("no such path in the API of Chat")),
    }
}

fn send(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let body = context.call.body()?;
    let mut message = content(object(&body, "the message")?)?;
    if let Some(key) = context.call.parameter("idempotencyKey") {
        set(&mut message, "id", key);
    }
    let source = Source::Request(context.realtime);
    let answer = on_channel(context, &caller, channel, &message.into(), &source)?;
    let serial = answer.get("serials").and_then(|serials| serials.get(0));
    let serial = serial.and_then(Value::as_str).unwrap_or_default();
    let published = match context.mutations.last() {
        Some(Mutation::Publish { messages, .. }) => messages.first(),
        // It was published before, with the same id.
        _ => edit::find(caller.app, channel, serial).ok(),
    };
    Ok(Reply::json(201, published.map_or(Value::Null, shown)))
}

fn update(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let body = context.call.body()?;
    let body = object(&body, "the body")?;
    let message = field(body, "message").unwrap_or(&Value::Null);
    let message = content(object(message, "message")?)?;
    edited(context, channel, serial, message, (edit::UPDATE, body))
}

fn delete(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let body = match context.call.body()? {
        Value::Null => Map::new(),
        body => object(&body, "the body")?.clone(),
    };
    let mut empty = Map::new();
    set(&mut empty, "text", "");
    edited(
        context,
        channel,
        serial,
        content(&empty)?,
        (edit::DELETE, &body),
    )
}

/// Makes a new version of a message, and answers with it.
fn edited(
    context: &mut Context<'_>,
    channel: &str,
    serial: &str,
    mut message: Map<String, Value>,
    (action, operation): (u64, &Map<String, Value>),
) -> Outcome {
    let caller = Caller::of(context)?;
    let mut version = Map::new();
    for name in ["description", "metadata"] {
        if let Some(value) = field(operation, name) {
            set(&mut version, name, value.clone());
        }
    }
    set(&mut message, "version", version);
    set(&mut message, "action", action);
    let id = format!("{}:0", context.entropy.text(10));
    edit(
        context,
        &caller,
        channel,
        serial,
        &message.into(),
        (&id, None),
    )?;
    let stored = match context.mutations.last() {
        Some(Mutation::Edit { stored, .. }) => shown(stored),
        _ => Value::Null, // unreachable: an edit is a change
    };
    Ok(Reply::json(200, stored))
}

/// A message of the channel with the text, metadata and headers of a room's message.
fn content(given: &Map<String, Value>) -> Outcome<Map<String, Value>> {
    let Some(words) = text(given, "text")? else {
        return Err(Refusal::bad("the message has no text"));
    };
    let mut data = Map::new();
    set(&mut data, "text", words);
    set(&mut data, "metadata", part(given, "metadata")?);
    let mut extras = Map::new();
    set(&mut extras, "headers", part(given, "headers")?);
    let mut message = Map::new();
    set(&mut message, "name", MESSAGE);
    set(&mut message, "data", data);
    set(&mut message, "extras", extras);
    Ok(message)
}

/// An object that may be absent, which is as good as empty.
fn part(given: &Map<String, Value>, name: &str) -> Outcome<Map<String, Value>> {
    match field(given, name) {
        None => Ok(Map::new()),
        Some(value) => Ok(object(value, name)?.clone()),
    }
}

/// Adds a reaction, or takes it away: its fields are in the body, or in the URL.
fn react(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let mut annotation = Map::new();
    if context.call.method == "POST" {
        let body = context.call.body()?;
        for (name, value) in object(&body, "the reaction")? {
            set(&mut annotation, name, value.clone());
        }
    } else {
        set(&mut annotation, "action", summary::DELETE);
        for name in ["type", "name"] {
            if let Some(value) = context.call.parameter(name) {
                set(&mut annotation, name, value);
            }
        }
    }
    let kind = text(&annotation, "type")?.unwrap_or_default();
    if !kind.contains(':') {
        let kind = annotation_type(kind);
        set(&mut annotation, "type", kind);
    }
    let is_unique = text(&annotation, "type")? == Some(annotation_type("unique").as_str());
    if context.call.method == "DELETE" && is_unique && !annotation.contains_key("name") {
        // A client has one unique reaction, and need not say which it takes back.
        set(
            &mut annotation,
            "name",
            unique_name(&caller, channel, serial),
        );
    }
    let annotation = Value::Object(annotation);
    let base = context.entropy.text(10);
    let serials = annotate(
        context,
        &caller,
        channel,
        Some(serial),
        &annotation,
        (&base, None),
    )?;
    let serial = serials.into_iter().next();
    Ok(Reply::json(201, object!({ "serial": serial })))
}

/// The name of the caller's unique reaction to a message; empty if there is none.
fn unique_name(caller: &Caller<'_>, channel: &str, serial: &str) -> String {
    let Identity::One(own) = &caller.identity else {
        return String::new();
    };
    let stored = caller.app.channels.get(channel);
    let stored = stored.map_or(&[][..], |it| it.annotations(serial));
    let of_own = summary::of_client(&stored.iter().collect::<Vec<_>>(), own);
    let unique = of_own.get(annotation_type("unique"));
    let names = unique.and_then(Value::as_object);
    let name = names.and_then(|names| names.keys().next());
    name.cloned().unwrap_or_default()
}

fn occupancy(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?.name;
    caller.permit("channel-metadata", channel)?;
    let metrics = context
        .realtime
        .metrics(context.state, caller.app_id, channel);
    let count = |name: &str| metrics.get(name).and_then(whole).unwrap_or_default();
    let counts = object!({
        "connections": count("connections"),
        "presenceMembers": count("presenceMembers"),
    });
    Ok(Reply::json(200, counts))
}

/// The same answer, with the messages of a channel as a room shows them.
fn list(mut reply: Reply) -> Reply {
    reply.body = reply.body.map(|body| match body {
        Value::Array(messages) => messages
            .iter()
            .filter(|it| is_of_room(it))
            .map(shown)
            .collect(),
        message => shown(&message),
    });
    reply
}

/// Other messages of the channel are the signs of who types, and the reactions to the room.
fn is_of_room(message: &Value) -> bool {
    message.get("name").and_then(Value::as_str) == Some(MESSAGE)
}

fn shown(message: &Value) -> Value {
    let member = |name: &str| message.get(name).cloned().unwrap_or_default();
    let data = message
        .get("data")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let data = read(data.as_bytes(), Format::Json).unwrap_or_default();
    let inner = |of: &Value, name: &str| {
        let found = of.get(name).filter(|it| it.is_object()).cloned();
        found.unwrap_or_else(|| Value::Object(Map::new()))
    };
    let action = message.get("action").and_then(whole).unwrap_or_default();
    let action = ACTIONS.iter().find(|(number, _)| *number == action);
    let version = message.get("version").cloned();
    let first = || object!({ "serial": member("serial"), "timestamp": member("timestamp") });
    let mut shown = object!({
        "serial": member("serial"),
        "clientId": message.get("clientId").and_then(Value::as_str).unwrap_or_default(),
        "text": data.get("text").and_then(Value::as_str).unwrap_or_default(),
        "metadata": inner(&data, "metadata"),
        "headers": inner(&member("extras"), "headers"),
        "action": action.map_or("message.create", |(_, name)| name),
        "timestamp": member("timestamp"),
        "version": version.unwrap_or_else(first),
        "reactions": reactions(message.pointer("/annotations/summary")),
    });
    if let (Value::Object(shown), Some(claim)) = (&mut shown, message.pointer("/extras/userClaim"))
    {
        set(shown, "userClaim", claim.clone());
    }
    shown
}

/// The type of annotation that a kind of reaction is, such as `distinct`.
fn annotation_type(kind: &str) -> String {
    format!("reaction:{kind}.v1")
}

/// A summary of annotations, by the short names of a room's kinds of reactions.
fn reactions(summary: Option<&Value>) -> Value {
    let of = |kind: &str| {
        let found = summary.and_then(|summary| summary.get(annotation_type(kind)));
        found.cloned().unwrap_or_else(|| Value::Object(Map::new()))
    };
    object!({ "unique": of("unique"), "distinct": of("distinct"), "multiple": of("multiple") })
}
