//! From a committed change to frames.

use serde_json::{Map, Value};

use super::Realtime;
use super::connection::{Attachment, Connection};
use super::modes::{PRESENCE_SUBSCRIBE, SUBSCRIBE};
use super::protocol::{action, presence};
use super::rooms::member_id;
use crate::sandbox::change::{Mutation, Record};
use crate::sandbox::object::set;
use crate::sandbox::state::{State, latest_serial_of};

impl Realtime {
    /// Acknowledges and delivers a change that was stored. The state has it not yet.
    pub(in crate::sandbox) fn stored(&mut self, record: &Record) {
        self.now = record.at;
        self.answer_waiting(None);
        for mutation in &record.changes {
            match mutation {
                Mutation::Publish {
                    app,
                    channel,
                    messages,
                } => self.deliver(app, channel, messages),
                Mutation::Edit {
                    app, channel, told, ..
                } => self.deliver(app, channel, std::slice::from_ref(told)),
                Mutation::Annotate {
                    app,
                    channel,
                    annotations,
                    told,
                } => self.deliver_annotations(app, channel, annotations, told),
                Mutation::Presence {
                    app,
                    channel,
                    events,
                } => self.deliver_presence(app, channel, events),
                _ => {}
            }
        }
    }

    /// Follows a change that may concern credentials or occupancy. The state has it.
    pub(in crate::sandbox) fn follow(&mut self, state: &State, record: &Outline) {
        for (app, channel) in &record.presence {
            self.tell_metrics(state, app, channel);
        }
        if record.has_revocations {
            self.hint_revoked(state);
        }
        if record.has_credentials || record.has_revocations {
            // The next tick ends the connections that fell.
            self.wake_at(self.now);
        }
    }

    fn deliver(&mut self, app_id: &str, channel: &str, messages: &[Value]) {
        let from = shared(messages, "connectionId");
        let mut frame = Map::new();
        set(&mut frame, "action", action::MESSAGE);
        describe(&mut frame, messages);
        set(&mut frame, "messages", messages.to_vec());
        self.broadcast(app_id, channel, frame, &|connection, attachment| {
            let is_own = from == Some(connection.id.as_str());
            attachment.granted & SUBSCRIBE != 0 && (connection.echo || !is_own)
        });
    }

    fn deliver_presence(&mut self, app_id: &str, channel: &str, events: &[Value]) {
        for event in events {
            self.keep_member(app_id, channel, event);
        }
        let from = shared(events, "connectionId");
        let mut frame = Map::new();
        set(&mut frame, "action", action::PRESENCE);
        describe(&mut frame, events);
        let shown: Vec<Value> = events.iter().map(without_serial).collect();
        set(&mut frame, "presence", shown);
        self.broadcast(app_id, channel, frame, &|connection, attachment| {
            // A client is always told of its own members (SPEC RTP17a).
            let is_own = from == Some(connection.id.as_str());
            attachment.granted & PRESENCE_SUBSCRIBE != 0 || is_own
        });
        self.drop_room(app_id, channel);
    }

    fn keep_member(&mut self, app_id: &str, channel: &str, event: &Value) {
        let text = |name| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let (connection_id, client_id) = (text("connectionId"), text("clientId"));
        let id = member_id(connection_id, client_id);
        let is_leave = event.get("action").and_then(Value::as_u64) == Some(presence::LEAVE);
        let members = &mut self.room_mut(app_id, channel).members;
        match is_leave {
            true => members.remove(&id),
            false => members.insert(id, without_serial(event)),
        }
        let has_members = members.iter().any(|(_, member)| {
            member.get("connectionId").and_then(Value::as_str) == Some(connection_id)
        });
        let mut all = self.connections.iter_mut();
        let owner = all.find(|(_, it)| it.id == connection_id);
        if let Some((number, connection)) = owner {
            match has_members {
                true => connection.entered.insert(channel.to_owned()),
                false => connection.entered.remove(channel),
            };
            let number = *number;
            self.touch(number);
        }
    }

    /// Sends a frame to the connections that are attached to a channel.
    pub(super) fn broadcast(
        &mut self,
        app_id: &str,
        channel: &str,
        mut frame: Map<String, Value>,
        is_wanted: &dyn Fn(&Connection, &Attachment) -> bool,
    ) {
        let Some(room) = self.rooms.get(&super::rooms::room_id(app_id, channel)) else {
            return;
        };
        let (mut targets, mut others) = (Vec::new(), Vec::new());
        for number in &room.attached {
            let Some(connection) = self.connections.get_mut(number) else {
                continue;
            };
            let Some(attachment) = connection.attachments.get(channel) else {
                continue;
            };
            if !is_wanted(connection, attachment) {
                continue;
            }
            let Some(target) = connection.target() else {
                continue;
            };
            match attachment.shown == channel {
                true => targets.push(target),
                // It knows the channel by a name with parameters.
                false => others.push((target, attachment.shown.clone())),
            }
            connection.times.last_sent = self.now;
        }
        set(&mut frame, "channel", channel);
        let mut frame = Value::Object(frame);
        self.send_to(&targets, &frame);
        for (target, shown) in others {
            if let Value::Object(frame) = &mut frame {
                set(frame, "channel", shown);
            }
            self.send_to(&[target], &frame);
        }
    }
}

/// What a change is about, beyond what it publishes.
#[derive(Default)]
pub(in crate::sandbox) struct Outline {
    /// The app and channel of each presence event.
    presence: Vec<(String, String)>,
    has_revocations: bool,
    has_credentials: bool,
}

impl Outline {
    pub(in crate::sandbox) fn of(record: &Record) -> Outline {
        let mut outline = Outline::default();
        for mutation in &record.changes {
            match mutation {
                Mutation::Presence { app, channel, .. } => {
                    outline.presence.push((app.clone(), channel.clone()));
                }
                Mutation::Revoke { .. } => outline.has_revocations = true,
                Mutation::PutApp { .. } | Mutation::DeleteApp { .. } | Mutation::PutKey { .. } => {
                    outline.has_credentials = true
                }
                _ => {}
            }
        }
        outline
    }
}

/// The value of this field that all of them have.
fn shared<'v>(all: &'v [Value], field: &str) -> Option<&'v str> {
    let value = |it: &'v Value| it.get(field).and_then(Value::as_str);
    let first = all.first().and_then(value)?;
    all.iter()
        .all(|it| value(it) == Some(first))
        .then_some(first)
}

/// Says of a frame what its messages have in common.
pub(super) fn describe(frame: &mut Map<String, Value>, messages: &[Value]) {
    let first = messages.first();
    let id = first.and_then(|it| it.get("id")).and_then(Value::as_str);
    let id = id.unwrap_or_default();
    set(frame, "id", id.strip_suffix(":0").unwrap_or(id));
    if let Some(from) = shared(messages, "connectionId") {
        set(frame, "connectionId", from);
    }
    let time = first.and_then(|it| it.get("timestamp")).cloned();
    set(frame, "timestamp", time.unwrap_or_default());
    set(
        frame,
        "channelSerial",
        messages.last().map_or("", latest_serial_of),
    );
}

/// A presence event without the serial by which the sandbox sorts it.
pub(in crate::sandbox) fn without_serial(event: &Value) -> Value {
    let mut event = event.clone();
    if let Value::Object(event) = &mut event {
        event.remove("serial");
    }
    event
}
