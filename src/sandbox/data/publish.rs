//! Publishes messages on one or more channels.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::batch::Batch;
use super::caller::Caller;
use super::channel::Channel;
use super::claims::user_claim;
use super::fields::{field, object};
use super::message::{Draft, bad_id};
use super::serials::{Serials, pending};
use crate::sandbox::change::Mutation;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::{MAX_MESSAGE_BYTES, MAX_MESSAGES};
use crate::sandbox::object::set;
use crate::sandbox::realtime::Realtime;
use crate::sandbox::response::Reply;
use crate::sandbox::state::serial_of;
use crate::sandbox::{Context, Transaction};

/// A message with an id that was used within this time is not published again
/// (<https://ably.com/docs/pub-sub/advanced#idempotency>).
const ONCE_WITHIN_MS: u64 = 2 * 60_000;
/// Maximum number of channels in one request, as at Ably (<https://ably.com/docs/rest/batch>).
pub(super) const MAX_CHANNELS: usize = 100;

/// `POST /channels/{channel}/messages`
pub(super) fn publish(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    if context.call.parameter("_forceNack").is_some() {
        return Err(force_nack());
    }
    let body = context.call.body()?;
    let source = Source::Request(context.realtime);
    let mut answer = on_channel(context, &caller, channel, &body, &source)?;
    set(&mut answer, "channel", channel);
    Ok(Reply::json(201, Value::Object(answer)))
}

/// `POST /messages`: one `{channels, messages}`, or a list of those (SPEC RSC22).
pub(super) fn batch(context: &mut Context<'_>) -> Outcome {
    let caller = Caller::of(context)?;
    match context.call.body()? {
        Value::Array(specs) => {
            let mut answers = Vec::new();
            let mut count = 0;
            for spec in &specs {
                let answer = on_channels(context, &caller, spec)?;
                count += answer.len();
                if count > MAX_CHANNELS {
                    let message = format!("the batches name over {MAX_CHANNELS} channels together");
                    return Err(Refusal::bad(message));
                }
                answers.push(answer.counted());
            }
            Ok(Reply::json(201, Value::Array(answers)))
        }
        spec => Ok(on_channels(context, &caller, &spec)?.reply(context.call, 201)),
    }
}

fn on_channels(context: &mut Context<'_>, caller: &Caller<'_>, spec: &Value) -> Outcome<Batch> {
    let spec = object(spec, "the batch")?;
    let channels: Option<Vec<&str>> = match field(spec, "channels") {
        Some(Value::String(channel)) => Some(vec![channel]),
        Some(Value::Array(channels)) => channels.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let channels = channels.filter(|names| (1..=MAX_CHANNELS).contains(&names.len()));
    let channels = channels.ok_or_else(|| {
        let message = format!("channels is not a list of 1 to {MAX_CHANNELS} channel names");
        Refusal::bad(message)
    })?;
    let messages = field(spec, "messages").unwrap_or(&Value::Null);
    let mut batch = Batch::default();
    let source = Source::Request(context.realtime);
    for channel in channels {
        let outcome = on_channel(context, caller, channel, messages, &source);
        batch.add("channel", channel, outcome);
    }
    Ok(batch)
}

/// 40099, 400: SDK tests ask for a refusal.
pub(in crate::sandbox) fn force_nack() -> Refusal {
    Refusal::new(400, 40099, "the message asks to be refused")
}

/// Who publishes.
pub(in crate::sandbox) enum Source<'r> {
    /// A request, which may name one of the connections.
    Request(&'r Realtime),
    /// A connection, with its id and the number of its message.
    Connection { id: &'r str, number: u64 },
}

/// Publishes one message or a list of messages; either all are published or none.
pub(in crate::sandbox) fn on_channel(
    transaction: &mut Transaction<'_>,
    caller: &Caller<'_>,
    channel: &str,
    messages: &Value,
    source: &Source<'_>,
) -> Outcome<Map<String, Value>> {
    let channel = Channel::read(channel)?;
    caller.permit("publish", channel.name)?;
    channel.not_meta("publishes")?;
    let drafts = drafts((caller, channel.name), messages, source)?;
    check_ids(&drafts)?;

    let base = match source {
        Source::Request(_) => transaction.entropy.text(10),
        Source::Connection { id, number } => format!("{id}:{number}"),
    };
    let user_claim = user_claim(caller, channel.name);
    let mut serials = Serials::after(transaction, caller.app_id, channel.name);
    let before = match drafts.iter().any(|draft| draft.id.is_some()) {
        true => published_before(transaction, caller, channel.name),
        false => BTreeMap::new(),
    };
    let (mut ids, mut told, mut published) = (Vec::new(), Vec::new(), Vec::new());
    for (index, draft) in drafts.into_iter().enumerate() {
        let before = draft.id.as_deref().and_then(|id| before.get(id));
        let serial = before.map(|serial| (*serial).to_owned());
        let id = draft.id.unwrap_or_else(|| format!("{base}:{index}"));
        let serial = match serial {
            Some(serial) => serial,
            None => {
                let serial = serials.next(index);
                let mut message = draft.fields;
                set(&mut message, "id", id.as_str());
                set(&mut message, "timestamp", transaction.now);
                set(&mut message, "serial", serial.as_str());
                set(&mut message, "action", 0);
                if let Some(claim) = &user_claim {
                    if !message.contains_key("extras") {
                        set(&mut message, "extras", Map::new());
                    }
                    if let Some(Value::Object(extras)) = message.get_mut("extras") {
                        set(extras, "userClaim", claim.clone());
                    }
                }
                published.push(Value::Object(message));
                serial
            }
        };
        ids.push(id);
        told.push(serial);
    }
    if !published.is_empty() {
        transaction.change(Mutation::Publish {
            app: caller.app_id.to_owned(),
            channel: channel.name.to_owned(),
            messages: published,
        });
    }
    let mut answer = Map::new();
    set(&mut answer, "messageId", ids.into_iter().next());
    set(&mut answer, "serials", told);
    Ok(answer)
}

fn drafts(on: (&Caller<'_>, &str), messages: &Value, source: &Source<'_>) -> Outcome<Vec<Draft>> {
    let messages = match messages {
        Value::Array(messages) => messages.as_slice(),
        message => std::slice::from_ref(message),
    };
    if !(1..=MAX_MESSAGES).contains(&messages.len()) {
        let message = format!(
            "there are {} messages, not 1 to {MAX_MESSAGES}",
            messages.len()
        );
        return Err(Refusal::bad(message));
    }
    let drafts = messages.iter();
    let drafts = drafts.map(|message| draft(on, message, source));
    let drafts = drafts.collect::<Outcome<Vec<Draft>>>()?;
    // SPEC RSL1i: the limit applies to the total size of a request.
    let bytes: usize = drafts.iter().map(|draft| draft.bytes).sum();
    if bytes > MAX_MESSAGE_BYTES {
        return Err(too_long(bytes));
    }
    Ok(drafts)
}

/// 40009, 413
pub(super) fn too_long(bytes: usize) -> Refusal {
    let message =
        format!("{bytes} bytes are published at once, over the bound of {MAX_MESSAGE_BYTES}");
    Refusal::new(413, 40009, message)
}

/// Reads a message, with the id of the connection that it comes from.
fn draft(on: (&Caller<'_>, &str), message: &Value, source: &Source<'_>) -> Outcome<Draft> {
    let (caller, _) = on;
    let (id, identity) = match source {
        Source::Connection { id, .. } => (*id, &caller.identity),
        Source::Request(realtime) => match message.get("connectionKey").and_then(Value::as_str) {
            None => return Draft::read(message, &caller.identity, on),
            Some(key) => {
                let found = realtime.with_key(caller.app_id, key);
                found.ok_or_else(|| {
                    let message = "connectionKey is not the key of a connection of this app";
                    Refusal::new(400, 40006, message)
                })?
            }
        },
    };
    let mut draft = Draft::read(message, identity, on)?;
    set(&mut draft.fields, "connectionId", id);
    Ok(draft)
}

/// Checks the ids of several idempotent messages: a common base, followed by the index in the list,
/// as in ably-js.
pub(super) fn check_ids(drafts: &[Draft]) -> Outcome<()> {
    if drafts.len() == 1 || drafts.iter().all(|draft| draft.id.is_none()) {
        return Ok(());
    }
    let mut base = None;
    for (index, draft) in drafts.iter().enumerate() {
        let id = draft.id.as_deref().unwrap_or_default();
        let own = id.strip_suffix(&format!(":{index}"));
        if own.is_none() || base.is_some_and(|base| Some(base) != own) {
            return Err(bad_id(
                "the ids of messages that are published together are not base:0, base:1 and so on",
            ));
        }
        base = own;
    }
    Ok(())
}

/// Maps the ids of recently published messages to their serials, including those of this request.
fn published_before<'c>(
    transaction: &'c Transaction<'_>,
    caller: &'c Caller<'_>,
    channel: &'c str,
) -> BTreeMap<&'c str, &'c str> {
    let told = caller.app.channels.get(channel);
    let told = told.into_iter().flat_map(|it| it.messages().rev());
    let recent = told.take_while(|message| {
        let time = message.get("timestamp").and_then(Value::as_u64);
        time.unwrap_or_default() + ONCE_WITHIN_MS > transaction.now
    });
    let mut serials = BTreeMap::new();
    for message in pending(transaction, caller.app_id, channel).chain(recent) {
        if let Some(id) = message.get("id").and_then(Value::as_str) {
            serials.entry(id).or_insert(serial_of(message));
        }
    }
    serials
}
