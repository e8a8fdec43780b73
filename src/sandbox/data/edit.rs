//! Published messages that are updated, deleted or appended to, and their versions.
//!
//! Source: <https://ably.com/docs/messages/updates-deletes>.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::caller::{Caller, Identity};
use super::channel::Channel;
use super::fields::{field, object, text, whole};
use super::message::Draft;
use super::page::{Direction, Page};
use super::publish::too_long;
use super::serials::Serials;
use crate::sandbox::change::Mutation;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_MESSAGE_BYTES;
use crate::sandbox::object::{object, set};
use crate::sandbox::response::Reply;
use crate::sandbox::state::{App, latest_serial_of};
use crate::sandbox::{Context, Transaction};

/// What a message does (SPEC TM5).
pub(super) const UPDATE: u64 = 1;
pub(super) const DELETE: u64 = 2;
const APPEND: u64 = 5;

/// Whether a message edits another one.
pub(in crate::sandbox) fn is_edit(message: &Value) -> bool {
    let action = message.get("action").and_then(whole);
    matches!(action, Some(UPDATE | DELETE | APPEND))
}

/// `GET /channels/{channel}/messages/{serial}`
pub(super) fn one(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("history", channel.name)?;
    let message = find(caller.app, channel.name, serial)?;
    Ok(Reply::json(200, message.clone()))
}

/// `GET /channels/{channel}/messages/{serial}/versions`
pub(super) fn versions(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("history", channel.name)?;
    let latest = find(caller.app, channel.name, serial)?;
    let page = Page::read(context.call, Direction::Forwards)?;
    let channel = caller.app.channels.get(channel.name);
    let earlier = channel.map_or(&[][..], |channel| channel.versions(serial));
    let all = earlier.iter().chain(std::iter::once(latest));
    Ok(page.of(&mut all.map(|version| (Cow::from(latest_serial_of(version)), version.clone()))))
}

/// `PATCH /channels/{channel}/messages/{serial}`
pub(super) fn patch(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let body = context.call.body()?;
    let id = format!("{}:0", context.entropy.text(10));
    let version = edit(context, &caller, channel, serial, &body, (&id, None))?;
    Ok(Reply::json(200, object!({ "versionSerial": version })))
}

/// Edits a message. `origin` is the id of the edit and the connection that makes it. Returns the
/// serial of the new version.
///
/// # Errors
/// 40160, 40161, 40166: the capability or the namespace does not permit it. 93002: the channel's rule does not. 40400: the
/// message does not exist. Also the errors of publishing a message.
pub(in crate::sandbox) fn edit(
    transaction: &mut Transaction<'_>,
    caller: &Caller<'_>,
    channel: &str,
    serial: &str,
    message: &Value,
    (id, connection_id): (&str, Option<&str>),
) -> Outcome<String> {
    let channel = Channel::read(channel)?;
    let given = object(message, "the message")?;
    let action = given.get("action").and_then(whole).unwrap_or(UPDATE);
    let kind = match action {
        UPDATE | APPEND => "update",
        DELETE => "delete",
        _ => return Err(Refusal::bad("action is neither update, delete nor append")),
    };
    check_rule(caller.app, channel.name)?;
    let author = find(caller.app, channel.name, serial).map(|it| it.get("clientId"));
    permit(caller, kind, channel.name, author.clone().ok().flatten())?;
    author?;
    let before = find(caller.app, channel.name, serial)?;

    // The author stays who it was, so a client id in the message does not count.
    let mut content = given.clone();
    content.remove("clientId");
    let mut draft = Draft::read(
        &Value::Object(content),
        &caller.identity,
        (caller, channel.name),
    )?;
    if draft.bytes > MAX_MESSAGE_BYTES {
        return Err(too_long(draft.bytes));
    }
    draft.fields.remove("clientId");
    let version = version(transaction, caller, channel.name, given, before)?;
    let new = version.get("serial").and_then(Value::as_str);
    let new = new.unwrap_or_default().to_owned();

    let mut told = before.as_object().cloned().unwrap_or_default();
    if draft.fields.contains_key("data") {
        told.remove("encoding");
    }
    for (name, value) in &draft.fields {
        set(&mut told, name, value.clone());
    }
    set(&mut told, "version", version);
    set(&mut told, "action", action);
    let mut stored = told.clone();
    if action == APPEND {
        set(&mut stored, "action", UPDATE);
        set(&mut stored, "data", appended(before, &told)?);
    }
    set(&mut told, "id", id);
    told.remove("connectionId");
    if let Some(connection_id) = connection_id {
        set(&mut told, "connectionId", connection_id);
    }
    transaction.change(Mutation::Edit {
        app: caller.app_id.to_owned(),
        channel: channel.name.to_owned(),
        stored: Value::Object(stored),
        told: Value::Object(told),
    });
    Ok(new)
}

/// # Errors
/// 40400, 404: there is no such message.
pub(super) fn find<'a>(app: &'a App, channel: &str, serial: &str) -> Outcome<&'a Value> {
    let found = app.channels.get(channel).and_then(|it| it.message(serial));
    found.ok_or_else(|| Refusal::not_found("the channel has no message with this serial"))
}

/// # Errors
/// 93002, 400: no rule makes the messages of this channel mutable.
pub(super) fn check_rule(app: &App, channel: &str) -> Outcome<()> {
    // The messages of Chat's rooms can always be edited.
    if channel.ends_with(super::chat::TAG) {
        return Ok(());
    }
    if app.has_rule(channel, "mutableMessages") {
        return Ok(());
    }
    let message = "messages of this channel cannot be edited or annotated: create a namespace with mutableMessages for the part of its name before the first colon";
    Err(Refusal::new(400, 93002, message))
}

/// # Errors
/// 40160: the capability permits it neither for all messages nor for this one. 40161: the namespace
/// requires identified clients. 40166: the capability permits it for own messages, and the client
/// has no client id.
fn permit(caller: &Caller<'_>, kind: &str, channel: &str, author: Option<&Value>) -> Outcome<()> {
    let (any, own) = (format!("message-{kind}-any"), format!("message-{kind}-own"));
    caller.permit_any(&[&any, &own], channel)?;
    if caller.capability.allows(&any, channel) {
        return Ok(());
    }
    match &caller.identity {
        Identity::One(own) if author.and_then(Value::as_str) == Some(own) => Ok(()),
        Identity::One(_) => {
            let message =
                "the message is not this client's own, and the capability permits no other";
            Err(Refusal::new(401, 40160, message))
        }
        _ => {
            let message = "only a client with a clientId has messages of its own";
            Err(Refusal::new(401, 40166, message))
        }
    }
}

/// Who edits, when and why (SPEC TM2s).
fn version(
    transaction: &Transaction<'_>,
    caller: &Caller<'_>,
    channel: &str,
    given: &Map<String, Value>,
    before: &Value,
) -> Outcome<Value> {
    let serial = Serials::after(transaction, caller.app_id, channel).next(0);
    let published = before.get("timestamp").and_then(Value::as_u64);
    let mut version = Map::new();
    set(&mut version, "serial", serial);
    let time = transaction.now.max(published.unwrap_or_default() + 1);
    set(&mut version, "timestamp", time);
    let empty = Map::new();
    let operation = match field(given, "version") {
        None => &empty,
        Some(operation) => object(operation, "version")?,
    };
    if let Some(client_id) = caller.identity.stamp(text(operation, "clientId")?)? {
        set(&mut version, "clientId", client_id);
    }
    if let Some(description) = text(operation, "description")? {
        set(&mut version, "description", description);
    }
    if let Some(metadata) = field(operation, "metadata") {
        set(&mut version, "metadata", metadata.clone());
    }
    Ok(Value::Object(version))
}

/// The whole data after an append.
///
/// # Errors
/// 40013: the two are not texts of one encoding. 40009: the whole is too long.
fn appended(before: &Value, told: &Map<String, Value>) -> Outcome<String> {
    let text = |data: Option<&Value>| data.and_then(Value::as_str).map(str::to_owned);
    let is_alike = before.get("encoding") == told.get("encoding");
    let (Some(whole), Some(piece), true) =
        (text(before.get("data")), text(told.get("data")), is_alike)
    else {
        let message = "only text can be appended to text of the same encoding";
        return Err(Refusal::new(400, 40013, message));
    };
    if whole.len() + piece.len() > MAX_MESSAGE_BYTES {
        let message = format!("the whole message is over the bound of {MAX_MESSAGE_BYTES} bytes");
        return Err(Refusal::new(413, 40009, message));
    }
    Ok(whole + &piece)
}
