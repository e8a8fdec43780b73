//! Annotations of published messages: REST, and what realtime has in common with it.
//!
//! Sources: <https://ably.com/docs/messages/annotations>, <https://ably.com/docs/api/rest-api>.

use serde_json::{Map, Value};

use super::caller::{Caller, Identity, client_id as bad_client_id};
use super::channel::Channel;
use super::edit::{check_rule, find};
use super::fields::{field, object, text, whole};
use super::message::Draft;
use super::page::{Direction, Page};
use super::publish::{check_ids, too_long};
use super::serials::Serials;
use super::summary::{CREATE, DELETE, Method, of_client, summary};
use crate::sandbox::change::Mutation;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::{MAX_ANNOTATIONS, MAX_MESSAGE_BYTES, MAX_MESSAGES};
use crate::sandbox::object::{object, set};
use crate::sandbox::response::Reply;
use crate::sandbox::state::{SUMMARY, serial_of};
use crate::sandbox::{Context, Transaction};

/// The operations of which one is enough to read annotations. No document says which is needed.
const READ: [&str; 3] = ["history", "subscribe", "annotation-subscribe"];

/// `POST /channels/{channel}/messages/{serial}/annotations`
pub(super) fn publish(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let body = context.call.body()?;
    let base = context.entropy.text(10);
    let serials = annotate(
        context,
        &caller,
        channel,
        Some(serial),
        &body,
        (&base, None),
    )?;
    let answer = object!({ "channel": channel, "serials": serials });
    Ok(Reply::json(201, answer))
}

/// `GET /channels/{channel}/messages/{serial}/annotations`
pub(super) fn list(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit_any(&READ, channel.name)?;
    let page = Page::read(context.call, Direction::Forwards)?;
    find(caller.app, channel.name, serial)?;
    let channel = caller.app.channels.get(channel.name);
    let all = channel.map_or(&[][..], |it| it.annotations(serial));
    Ok(page.of(&mut all.iter().map(|it| (serial_of(it).into(), it.clone()))))
}

/// `GET /channels/{channel}/messages/{serial}/client-summary`
pub(super) fn client_summary(context: &mut Context<'_>, channel: &str, serial: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("subscribe", channel.name)?;
    let client_id = match (context.call.parameter("forClientId"), &caller.identity) {
        (Some("" | "*"), _) => return Err(bad_client_id("forClientId is empty or a star")),
        (Some(id), _) => id,
        (None, Identity::One(own)) => own,
        (None, _) => {
            let message = "the caller has no client id, and forClientId names none";
            return Err(Refusal::bad(message));
        }
    };
    find(caller.app, channel.name, serial)?;
    let channel = caller.app.channels.get(channel.name);
    let all = channel.map_or(&[][..], |it| it.annotations(serial));
    let all: Vec<&Value> = all.iter().collect();
    Ok(Reply::json(200, of_client(&all, client_id)))
}

/// Adds annotations to one message, all or none. `serial` is that of the message, unless the
/// annotations say it; `base` is what their ids begin with, and the connection that they come from.
/// Returns the serials of the annotations.
///
/// # Errors
/// 40160: the capability does not permit it. 93002: the channel's rule does not. 40400: there is no
/// such message. 40161: the type counts clients, and there is no client id. Those of a published
/// message.
pub(in crate::sandbox) fn annotate(
    transaction: &mut Transaction<'_>,
    caller: &Caller<'_>,
    channel: &str,
    serial: Option<&str>,
    annotations: &Value,
    (base, connection_id): (&str, Option<&str>),
) -> Outcome<Vec<Value>> {
    let channel = Channel::read(channel)?;
    caller.permit("annotation-publish", channel.name)?;
    channel.not_meta("annotates")?;
    let channel = channel.name;
    check_rule(caller.app, channel)?;
    let given = match annotations {
        Value::Array(annotations) => annotations.as_slice(),
        annotation => std::slice::from_ref(annotation),
    };
    if !(1..=MAX_MESSAGES).contains(&given.len()) {
        let message = format!(
            "there are {} annotations, not 1 to {MAX_MESSAGES}",
            given.len()
        );
        return Err(Refusal::bad(message));
    }
    let serial = match serial {
        Some(serial) => serial,
        None => message_serial(given)?,
    };
    let message = find(caller.app, channel, serial)?;
    let drafts = given.iter().map(|it| draft((caller, channel), it, serial));
    let drafts = drafts.collect::<Outcome<Vec<Draft>>>()?;
    let bytes: usize = drafts.iter().map(|draft| draft.bytes).sum();
    if bytes > MAX_MESSAGE_BYTES {
        return Err(too_long(bytes));
    }
    check_ids(&drafts)?;

    let stored = caller.app.channels.get(channel);
    let stored = stored.map_or(&[][..], |it| it.annotations(serial));
    let mut serials = Serials::after(transaction, caller.app_id, channel);
    let (mut told, mut new) = (Vec::new(), Vec::new());
    for (index, draft) in drafts.into_iter().enumerate() {
        let id = draft.id.unwrap_or_else(|| format!("{base}:{index}"));
        // Published before, with the same id.
        if let Some(known) = stored
            .iter()
            .find(|it| it.get("id").and_then(Value::as_str) == Some(&id))
        {
            told.push(serial_of(known).into());
            continue;
        }
        let mut annotation = draft.fields;
        set(&mut annotation, "id", id);
        set(&mut annotation, "serial", serials.next(index));
        set(&mut annotation, "timestamp", transaction.now);
        if let Some(connection_id) = connection_id {
            set(&mut annotation, "connectionId", connection_id);
        }
        let annotation = Value::Object(annotation);
        told.push(serial_of(&annotation).into());
        new.push(annotation);
    }
    if stored.len() + new.len() > MAX_ANNOTATIONS {
        let message = format!("the message has {MAX_ANNOTATIONS} annotations already");
        return Err(Refusal::bad(message));
    }
    if !new.is_empty() {
        let all: Vec<&Value> = stored.iter().chain(&new).collect();
        let mut summarised = message.as_object().cloned().unwrap_or_default();
        set(
            &mut summarised,
            "annotations",
            object!({ "summary": summary(&all) }),
        );
        set(&mut summarised, "action", SUMMARY);
        set(
            &mut summarised,
            "id",
            format!("{}:0", transaction.entropy.text(10)),
        );
        summarised.remove("connectionId");
        transaction.change(Mutation::Annotate {
            app: caller.app_id.to_owned(),
            channel: channel.to_owned(),
            annotations: new,
            told: Value::Object(summarised),
        });
    }
    Ok(told)
}

/// The message that all of these annotate.
fn message_serial(annotations: &[Value]) -> Outcome<&str> {
    let serial = |it: &'_ Value| it.get("messageSerial")?.as_str().map(str::to_owned);
    let first = annotations
        .first()
        .and_then(|it| it.get("messageSerial")?.as_str());
    let Some(first) = first else {
        return Err(Refusal::bad("the annotation has no messageSerial"));
    };
    if annotations
        .iter()
        .any(|it| serial(it).as_deref() != Some(first))
    {
        let message = "annotations that are published together are of one message";
        return Err(Refusal::bad(message));
    }
    Ok(first)
}

fn draft((caller, channel): (&Caller<'_>, &str), annotation: &Value, of: &str) -> Outcome<Draft> {
    let mut draft = Draft::read(annotation, &caller.identity, (caller, channel))?;
    let given = object(annotation, "the annotation")?;
    let action = match field(given, "action") {
        None => CREATE,
        Some(action) => whole(action).unwrap_or(u64::MAX),
    };
    if action > DELETE {
        return Err(Refusal::bad(
            "the action of the annotation is neither 0 nor 1",
        ));
    }
    if text(given, "messageSerial")?.is_some_and(|it| it != of) {
        return Err(Refusal::bad("messageSerial is that of another message"));
    }
    let kind = text(given, "type")?.unwrap_or_default();
    let Some(method) = Method::of(kind) else {
        let message = format!(
            "the annotation type {kind:?} is not of the form namespace:method.v1, where the method is total, flag, distinct, unique or multiple"
        );
        return Err(Refusal::bad(message));
    };
    check(method, kind, &draft.fields)?;
    if let Some(count) = field(given, "count") {
        let count = whole(count).filter(|_| method == Method::Multiple);
        let bad = || Refusal::bad("count is a whole number, and only multiple.v1 has one");
        set(&mut draft.fields, "count", count.ok_or_else(bad)?);
    }
    draft.bytes += kind.len();
    set(&mut draft.fields, "type", kind);
    set(&mut draft.fields, "action", action);
    set(&mut draft.fields, "messageSerial", of);
    Ok(draft)
}

fn check(method: Method, kind: &str, fields: &Map<String, Value>) -> Outcome<()> {
    if method.needs_client_id() && !fields.contains_key("clientId") {
        let message = format!("an annotation of the type {kind} needs a client id");
        return Err(Refusal::new(401, 40161, message));
    }
    if method.needs_name() && !fields.contains_key("name") {
        let message = format!("an annotation of the type {kind} needs a name");
        return Err(Refusal::bad(message));
    }
    Ok(())
}
