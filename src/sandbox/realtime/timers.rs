//! What happens because time passed.

use super::Realtime;
use super::protocol::{MAX_IDLE_MS, action};
use crate::sandbox::Transaction;
use crate::sandbox::error::Refusal;
use crate::sandbox::object::object;

/// A connection that was silent for this long is served together with one that is due, so that
/// many idle connections need few timers.
const SOON_MS: u64 = MAX_IDLE_MS - 5_000;
/// When to try again if a change could not be stored.
const RETRY_MS: u64 = 1_000;

impl Realtime {
    /// When something is due next, in ms since 1970.
    pub(in crate::sandbox) fn next_due(&self) -> Option<u64> {
        self.due
    }

    /// Does everything that is due by now.
    pub(in crate::sandbox) fn tick(&mut self, transaction: &mut Transaction<'_>) {
        self.now = transaction.now;
        if self.due.is_none_or(|due| due > self.now) {
            return;
        }
        let numbers: Vec<u32> = self.connections.keys().copied().collect();
        for number in &numbers {
            self.due_end(*number, transaction);
            self.due_leaves(*number, transaction);
            self.due_frames(*number);
        }
        let deadlines = self.connections.values().map(|it| it.deadline());
        self.due = deadlines.min();
    }

    /// Ends a connection whose credentials stopped counting.
    fn due_end(&mut self, number: u32, transaction: &mut Transaction<'_>) {
        let Some(connection) = self.connections.get(&number) else {
            return;
        };
        if connection.socket.is_none() {
            return;
        }
        if let Err(refusal) = connection.authorization.check(transaction.state) {
            return self.end(number, Some(&refusal), transaction);
        }
        let token = connection.authorization.token.as_ref();
        let refusal = if connection.times.cut.is_some_and(|cut| cut <= self.now) {
            Refusal::new(401, 40141, "the token was revoked")
        } else if token.is_some_and(|token| token.expires <= self.now) {
            Refusal::new(401, 40142, "the token expired")
        } else {
            return;
        };
        self.disconnect(number, Some(&refusal), transaction);
    }

    /// Lets the members of a closed connection leave, and forgets it in the end.
    pub(super) fn due_leaves(&mut self, number: u32, transaction: &mut Transaction<'_>) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let is_due = |time: Option<u64>| time.is_some_and(|time| time <= self.now);
        if is_due(connection.times.leave) && !connection.entered.is_empty() {
            // They are members until the change is committed.
            connection.times.leave = Some(self.now.saturating_add(RETRY_MS));
            for channel in connection.entered.clone() {
                self.leave(number, &channel, transaction);
            }
            self.schedule(number);
            return;
        }
        let has_left = is_due(connection.times.leave);
        if has_left {
            connection.times.leave = None;
        }
        let is_over = is_due(connection.times.forget) && connection.entered.is_empty();
        if is_over {
            self.connections.remove(&number);
        }
        if has_left || is_over {
            self.touch(number);
        }
    }

    /// Asks for a new token, and breaks a long silence.
    fn due_frames(&mut self, number: u32) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let Some(socket) = connection.socket else {
            return;
        };
        if connection.times.hint.is_some_and(|hint| hint <= self.now) {
            return self.hint(number);
        }
        if connection.times.last_sent.saturating_add(SOON_MS) > self.now {
            return;
        }
        if connection.heartbeats {
            let frame = object!({ "action": action::HEARTBEAT });
            return self.send(number, &frame);
        }
        connection.times.last_sent = self.now;
        self.outbox.ping(socket);
    }
}
