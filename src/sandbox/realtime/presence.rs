//! Presence messages from clients, and members that leave with their connection.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Realtime;
use super::modes::PRESENCE;
use super::protocol::presence;
use super::publish::without_mode;
use super::rooms::member_id;
use crate::sandbox::Transaction;
use crate::sandbox::change::Mutation;
use crate::sandbox::data::caller::{Caller, Identity};
use crate::sandbox::data::channel::Channel;
use crate::sandbox::data::fields::whole;
use crate::sandbox::data::message::Draft;
use crate::sandbox::data::serials::Serials;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::{MAX_MEMBERS, MAX_MESSAGE_BYTES};
use crate::sandbox::object::set;

impl Realtime {
    /// Enters, updates or leaves.
    pub(super) fn enter(
        &mut self,
        number: u32,
        (channel, serial): (&str, u64),
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<Vec<Value>> {
        let Some(connection) = self.connections.get(&number) else {
            return Ok(Vec::new());
        };
        let read = Channel::read(channel)?;
        let name = read.name;
        let caller = connection.caller(transaction)?;
        caller.permit("presence", name)?;
        read.not_meta("is present")?;
        let attachment = connection.attachments.get(name);
        if attachment.is_none_or(|it| it.granted & PRESENCE == 0) {
            return Err(without_mode("presence"));
        }
        let given = frame.get("presence").and_then(Value::as_array);
        let given = given.map_or(&[][..], Vec::as_slice);
        if !(1..=MAX_MEMBERS).contains(&given.len()) {
            let message = format!(
                "there are {} presence messages, not 1 to {MAX_MEMBERS}",
                given.len()
            );
            return Err(Refusal::bad(message));
        }
        let app_id = &connection.authorization.app_id;
        let room = self.room(app_id, name);
        let was_member = |id: &str| room.is_some_and(|room| room.members.contains(id));
        // Whether those that the frame is about are members after what was read of it.
        let mut is_member = BTreeMap::new();
        let mut members = room.map_or(0, |room| room.members.len());
        let mut bytes = 0;
        let mut serials = Serials::after(transaction, app_id, name);
        let mut events = Vec::new();
        for (index, message) in given.iter().enumerate() {
            let mut draft = self.event(number, message, (&caller, name))?;
            bytes += draft.bytes;
            let event = &mut draft.fields;
            let action = message.get("action").and_then(whole).unwrap_or_default();
            let client_id = event.get("clientId").and_then(Value::as_str);
            let id = member_id(&connection.id, client_id.unwrap_or_default());
            let is_known = is_member
                .get(&id)
                .copied()
                .unwrap_or_else(|| was_member(&id));
            let action = match action {
                presence::ENTER | presence::PRESENT => presence::ENTER,
                presence::UPDATE => presence::UPDATE,
                // Leaving without having entered is acknowledged and changes nothing.
                presence::LEAVE if !is_known => continue,
                presence::LEAVE => presence::LEAVE,
                _ => return Err(Refusal::bad("the presence message has an unknown action")),
            };
            match action {
                presence::LEAVE => members -= 1,
                _ => members += usize::from(!is_known),
            }
            is_member.insert(id, action != presence::LEAVE);
            set(event, "action", action);
            set(event, "id", format!("{}:{serial}:{index}", connection.id));
            set(event, "connectionId", connection.id.as_str());
            set(event, "timestamp", transaction.now);
            set(event, "serial", serials.next(index));
            events.push(Value::Object(draft.fields));
        }
        if bytes > MAX_MESSAGE_BYTES {
            let message = format!(
                "{bytes} bytes of presence data at once, over the bound of {MAX_MESSAGE_BYTES}"
            );
            return Err(Refusal::new(413, 40009, message));
        }
        if members > MAX_MEMBERS {
            let message = format!("the channel has {MAX_MEMBERS} members already");
            return Err(Refusal::new(400, 91003, message));
        }
        if !events.is_empty() {
            transaction.change(Mutation::Presence {
                app: app_id.clone(),
                channel: name.to_owned(),
                events,
            });
        }
        Ok(Vec::new())
    }

    /// Reads a presence message and its client id.
    fn event(&self, number: u32, message: &Value, on: (&Caller<'_>, &str)) -> Outcome<Draft> {
        let Some(connection) = self.connections.get(&number) else {
            return Err(Refusal::bad("the connection ended"));
        };
        // `enterClient` acts for others, as far as the credentials permit it, whatever client id
        // the connection has.
        let says_one = message.get("clientId").is_some_and(Value::is_string);
        let identity = match says_one {
            true => &connection.authorization.identity,
            false => &connection.identity,
        };
        let draft = Draft::read(message, identity, on)?;
        if !draft.fields.contains_key("clientId") {
            let message = match connection.identity {
                Identity::Anybody => "the presence message has no clientId",
                _ => "a client without a clientId cannot be present",
            };
            return Err(Refusal::new(400, 91000, message));
        }
        Ok(draft)
    }

    /// Lets the members of a connection leave a channel.
    pub(super) fn leave(&mut self, number: u32, channel: &str, transaction: &mut Transaction<'_>) {
        let Some(connection) = self.connections.get(&number) else {
            return;
        };
        let app_id = connection.authorization.app_id.clone();
        // Clients take a LEAVE as made by the server if its id does not begin with the
        // connection's (SPEC RTP2b1).
        let base = transaction.entropy.text(10);
        let mut serials = Serials::after(transaction, &app_id, channel);
        let mut events = Vec::new();
        for member in self.members(&app_id, channel) {
            if member.get("connectionId").and_then(Value::as_str) != Some(&connection.id) {
                continue;
            }
            let index = events.len();
            let mut event = member.as_object().cloned().unwrap_or_default();
            set(&mut event, "action", presence::LEAVE);
            set(&mut event, "id", format!("{base}:0:{index}"));
            set(&mut event, "timestamp", transaction.now);
            set(&mut event, "serial", serials.next(index));
            events.push(Value::Object(event));
        }
        if !events.is_empty() {
            transaction.change(Mutation::Presence {
                app: app_id,
                channel: channel.to_owned(),
                events,
            });
        }
    }
}
