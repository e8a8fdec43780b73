//! The beginning and the end of connections.

use serde_json::Value;

use super::Realtime;
use super::connection::{Authorization, Connection, Times};
use super::protocol::{NORMAL_CLOSURE, REMAIN_PRESENT_MS, STATE_TTL_MS, action};
use crate::sandbox::Transaction;
use crate::sandbox::codec::Format;
use crate::sandbox::data::caller::{Caller, Identity};
use crate::sandbox::data::credentials::Credential;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_CONNECTIONS;
use crate::sandbox::object::{object, set};
use crate::sandbox::parsed_request::Call;

/// The length of a connection's id.
const ID_LENGTH: usize = 10;

impl Realtime {
    /// A socket opened. The connection is refused with an ERROR frame and not with a status,
    /// because a browser cannot read the status of an upgrade.
    pub(in crate::sandbox) fn open(
        &mut self,
        socket: u32,
        call: &Call<'_>,
        can_ping: bool,
        transaction: &mut Transaction<'_>,
    ) {
        self.now = transaction.now;
        let format = Format::named(call.parameter("format").unwrap_or_default());
        if let Err(refusal) = self.connect(socket, format, call, can_ping, transaction) {
            self.refuse((socket, format), &refusal);
        }
    }

    fn connect(
        &mut self,
        socket: u32,
        format: Format,
        call: &Call<'_>,
        can_ping: bool,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<()> {
        if call.parameter("v").is_some() && call.version() < 2 {
            let message = "the sandbox speaks version 2 of the realtime protocol and later ones";
            return Err(Refusal::new(400, 40017, message));
        }
        let caller = authenticate(call, transaction)?;
        let said = call.parameter("clientId").filter(|id| !id.is_empty());
        let identity = identity(&caller, said)?;
        let authorization = Authorization::of(caller);
        let asked = call.parameter("resume").or(call.parameter("recover"));
        let found = asked.map(|key| self.resumable(key, &authorization, &identity));
        let (old, error) = match found.transpose() {
            Ok(number) => (number, None),
            Err(refusal) => (None, Some(refusal)),
        };
        if old.is_none() && self.connections.len() >= MAX_CONNECTIONS {
            let message = format!("the sandbox holds {MAX_CONNECTIONS} connections");
            return Err(Refusal::new(403, 40111, message));
        }
        let old = old.and_then(|number| Some((number, self.connections.remove(&number)?)));
        let number = match &old {
            Some((number, _)) => *number,
            None => {
                self.last_number += 1;
                self.last_number
            }
        };
        let id = match &old {
            Some((_, old)) => old.id.clone(),
            None => transaction.entropy.id(ID_LENGTH),
        };
        let wants = |name| call.parameter(name);
        let remain = wants("remainPresentFor").and_then(|text| text.parse().ok());
        let mut connection = Connection {
            key: format!("{id}!{}", transaction.entropy.text(24)),
            id,
            socket: Some(socket),
            format,
            echo: wants("echo") != Some("false"),
            heartbeats: wants("heartbeats") == Some("true") || !can_ping,
            said_client_id: said.map(str::to_owned),
            remain_present_ms: remain.unwrap_or(REMAIN_PRESENT_MS).min(STATE_TTL_MS),
            authorization,
            identity,
            is_resumed: old.is_some(),
            numbers: Default::default(),
            answers: Default::default(),
            attachments: Default::default(),
            entered: Default::default(),
            times: Times::default(),
        };
        if let Some((_, old)) = old {
            // Its socket may look open if the client lost the network before the sandbox noticed.
            if let Some(socket) = old.socket {
                self.sockets.remove(&socket);
                self.outbox.close(socket, NORMAL_CLOSURE);
            }
            connection.numbers = old.numbers;
            connection.answers = old.answers;
            connection.entered = old.entered;
            self.leave_rooms(
                number,
                &old.authorization.app_id,
                old.attachments.into_keys(),
            );
        }
        connection.follow_token(transaction.state, self.now);
        let frame = connection.connected(error.as_ref());
        self.sockets.insert(socket, number);
        self.connections.insert(number, connection);
        self.send(number, &frame);
        self.schedule(number);
        Ok(())
    }

    /// The connection with this key.
    ///
    /// # Errors
    /// 80018, 80008: it is not a key, or not that of a connection which this client can resume.
    fn resumable(&self, key: &str, by: &Authorization, identity: &Identity) -> Outcome<u32> {
        let id = key.split_once('!').map_or("", |(id, _)| id);
        if id.len() != ID_LENGTH || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = "the connection cannot be resumed: its key is unreadable";
            return Err(Refusal::new(400, 80018, message));
        }
        let mut all = self.connections.iter();
        let found = all.find(|(_, it)| {
            it.key == key && it.authorization.app_id == by.app_id && it.identity == *identity
        });
        found.map(|(number, _)| *number).ok_or_else(|| {
            let message = "the connection cannot be resumed: it ended, or was closed too long ago";
            Refusal::new(400, 80008, message)
        })
    }

    /// A socket closed without the client having said so first. Its connection can be resumed for
    /// a while, and its members leave a little later.
    pub(in crate::sandbox) fn closed(&mut self, socket: u32, transaction: &Transaction<'_>) {
        self.now = transaction.now;
        if let Some(number) = self.sockets.remove(&socket) {
            self.drop_socket(number, transaction);
        }
    }

    /// A client reads more slowly than others publish.
    pub(in crate::sandbox) fn overrun(&mut self, socket: u32, transaction: &Transaction<'_>) {
        self.now = transaction.now;
        if let Some(number) = self.sockets.get(&socket).copied() {
            let message = "too many frames wait to be read: the client reads too slowly";
            let refusal = Refusal::new(400, 80020, message);
            self.disconnect(number, Some(&refusal), transaction);
        }
    }

    /// Ends a connection that its client can resume.
    pub(super) fn disconnect(
        &mut self,
        number: u32,
        error: Option<&Refusal>,
        transaction: &Transaction<'_>,
    ) {
        self.hang_up(number, action::DISCONNECTED, error);
        self.drop_socket(number, transaction);
    }

    /// Ends a connection for good: with an error, or because its client said so.
    pub(super) fn end(
        &mut self,
        number: u32,
        error: Option<&Refusal>,
        transaction: &mut Transaction<'_>,
    ) {
        let action = error.map_or(action::CLOSED, |_| action::ERROR);
        self.hang_up(number, action, error);
        self.drop_socket(number, transaction);
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.times.leave = Some(self.now);
            connection.times.forget = Some(self.now);
            connection.key.clear();
        }
        self.due_leaves(number, transaction);
    }

    /// Sends the last frame of a socket and closes it.
    fn hang_up(&mut self, number: u32, action: u64, error: Option<&Refusal>) {
        let mut frame = object!({ "action": action });
        if let (Some(frame), Some(error)) = (frame.as_object_mut(), error) {
            set(frame, "error", error.to_json());
        }
        self.send(number, &frame);
        let connection = self.connections.get_mut(&number);
        if let Some(socket) = connection.and_then(|it| it.socket.take()) {
            self.sockets.remove(&socket);
            self.outbox.close(socket, NORMAL_CLOSURE);
        }
    }

    fn drop_socket(&mut self, number: u32, transaction: &Transaction<'_>) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        connection.socket = None;
        connection.times.leave = Some(self.now.saturating_add(connection.remain_present_ms));
        connection.times.forget = Some(self.now.saturating_add(STATE_TTL_MS));
        let app_id = connection.authorization.app_id.clone();
        let attachments = std::mem::take(&mut connection.attachments);
        let channels: Vec<String> = attachments.into_keys().collect();
        self.leave_rooms(number, &app_id, channels.iter().cloned());
        for channel in &channels {
            self.tell_metrics(transaction.state, &app_id, channel);
        }
        self.schedule(number);
    }

    /// Removes a connection from the channels that it was attached to.
    fn leave_rooms(&mut self, number: u32, app_id: &str, channels: impl Iterator<Item = String>) {
        for channel in channels {
            self.room_mut(app_id, &channel).attached.remove(&number);
            self.drop_room(app_id, &channel);
        }
    }

    /// Notes when something is due for this connection.
    pub(super) fn schedule(&mut self, number: u32) {
        self.touch(number);
        if let Some(time) = self.connections.get(&number).map(Connection::deadline) {
            self.wake_at(time);
        }
    }

    /// Sends a frame again that the connection details are part of, after its token changed.
    pub(super) fn send_details(&mut self, number: u32) {
        let connection = self.connections.get(&number);
        let frame: Option<Value> = connection.map(|it| it.connected(None));
        if let Some(frame) = frame {
            self.send(number, &frame);
        }
    }
}

fn authenticate<'a>(call: &Call<'_>, transaction: &Transaction<'a>) -> Outcome<Caller<'a>> {
    let credential = Credential::read(call)?;
    Caller::with(transaction, &credential).map_err(|refusal| match &credential {
        // Over realtime, Ably does not say which half of a key is unknown.
        Credential::Key(_) if matches!(refusal.code, 40005 | 40400) => {
            Refusal::new(401, 40101, refusal.message)
        }
        _ => refusal,
    })
}

/// The client id that a connection acts under, given the one that the client states.
///
/// # Errors
/// 40102, 401: the credentials are for another client id, or for none.
pub(super) fn identity(caller: &Caller<'_>, said: Option<&str>) -> Outcome<Identity> {
    let identity = caller.identity.clone();
    match said {
        None | Some("*") => Ok(identity),
        Some(said) => identity.narrowed(said.to_owned()).ok_or_else(|| {
            let message = "clientId is not the client id of these credentials";
            Refusal::new(401, 40102, message)
        }),
    }
}
