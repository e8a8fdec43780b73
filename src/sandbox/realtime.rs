//! Realtime connections: Ably's protocol as a state machine.
//!
//! Sockets and timers belong to the caller, who reports what happens (a socket opened, a frame
//! arrived, a socket closed, time passed) and does what the [`Action`]s say. What clients publish
//! becomes a change like that of a request. It is delivered, and acknowledged, when the change is
//! committed, whoever made it.
//!
//! Source: <https://github.com/ably/specification>, `features.md` and `protocol.md`.

mod annotations;
mod attach;
mod auth;
mod connect;
mod connection;
mod deliver;
mod frames;
mod modes;
mod occupancy;
mod outbox;
mod params;
mod presence;
mod protocol;
mod publish;
mod record;
mod rooms;
mod timers;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(super) use deliver::{Outline, without_serial};
pub use outbox::{Action, Frame};
pub(super) use protocol::presence as presence_action;

use super::data::caller::Identity;
use super::error::Refusal;
use super::object::{object, set};
use connection::Connection;
use outbox::{Outbox, Target};
use protocol::{POLICY_VIOLATION, action};
use rooms::Room;

/// All connections and what they are attached to.
#[derive(Default)]
pub(super) struct Realtime {
    /// By their own number.
    connections: BTreeMap<u32, Connection>,
    last_number: u32,
    /// The connection of each open socket.
    sockets: BTreeMap<u32, u32>,
    rooms: BTreeMap<String, Room>,
    outbox: Outbox,
    /// The answer to the frame whose change is being stored.
    waiting: Option<Waiting>,
    /// The time of the current event, in ms since 1970.
    now: u64,
    /// Nothing is due before this, in ms since 1970.
    due: Option<u64>,
    /// The connections that changed since their records were taken. `None`: nobody keeps records.
    touched: Option<BTreeSet<u32>>,
}

/// An acknowledgement that waits for its change.
struct Waiting {
    number: u32,
    serial: u64,
    answer: Value,
}

impl Realtime {
    pub(super) fn take_actions(&mut self) -> Vec<Action> {
        self.outbox.take()
    }

    /// The connection with this key: its id, and the client id that it acts under.
    pub(super) fn with_key(&self, app_id: &str, key: &str) -> Option<(&str, &Identity)> {
        let mut all = self.connections.values();
        let is_it = |it: &&Connection| it.authorization.app_id == app_id && it.key == key;
        all.find(is_it).map(|it| (it.id.as_str(), &it.identity))
    }

    /// Sends a frame to one connection, if its socket is open.
    fn send(&mut self, number: u32, frame: &Value) {
        let target = self.connections.get_mut(&number).and_then(|connection| {
            connection.times.last_sent = self.now;
            connection.target()
        });
        self.send_to(target.as_slice(), frame);
    }

    fn send_to(&mut self, targets: &[Target], frame: &Value) {
        self.outbox.send(targets, frame);
    }

    /// Answers a message or presence message, now or when its change is stored.
    fn answer(&mut self, number: u32, serial: u64, answer: Value, is_stored: bool) {
        if !is_stored {
            self.waiting = Some(Waiting {
                number,
                serial,
                answer,
            });
            return;
        }
        self.touch(number);
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.remember(serial, &answer);
        }
        self.send(number, &answer);
    }

    /// Sends the answer that waits for its change. With an error, the change could not be stored.
    fn answer_waiting(&mut self, error: Option<&Refusal>) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        let answer = match error {
            None => waiting.answer,
            Some(error) => nack(waiting.serial, error),
        };
        self.answer(waiting.number, waiting.serial, answer, true);
    }

    /// Refuses a socket that has no connection.
    fn refuse(&mut self, target: Target, refusal: &Refusal) {
        let frame = object!({ "action": action::ERROR, "error": refusal.to_json() });
        self.outbox.send(&[target], &frame);
        self.outbox.close(target.0, POLICY_VIOLATION);
    }

    /// Notes that something is due at this time.
    fn wake_at(&mut self, time: u64) {
        self.due = Some(self.due.map_or(time, |due| due.min(time)));
    }

    /// The change of the current frame could not be stored, so it never happened.
    pub(super) fn discard(&mut self, error: &Refusal) {
        self.answer_waiting(Some(error));
    }
}

fn nack(serial: u64, error: &Refusal) -> Value {
    object!({
        "action": action::NACK,
        "msgSerial": serial,
        "count": 1,
        "error": error.to_json(),
    })
}

/// A frame with an error.
fn with_error(mut frame: serde_json::Map<String, Value>, error: &Refusal) -> Value {
    set(&mut frame, "error", error.to_json());
    Value::Object(frame)
}
