//! Frames from clients.

use serde_json::{Map, Value};

use super::protocol::{NORMAL_CLOSURE, action};
use super::{Frame, Realtime, nack};
use crate::sandbox::Transaction;
use crate::sandbox::codec::{self, Format};
use crate::sandbox::data::fields::{text, whole};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_FRAME_BYTES;
use crate::sandbox::object::object;

impl Realtime {
    /// A frame arrived on a socket.
    pub(in crate::sandbox) fn receive(
        &mut self,
        socket: u32,
        frame: &Frame,
        transaction: &mut Transaction<'_>,
    ) {
        self.now = transaction.now;
        let Some(number) = self.sockets.get(&socket).copied() else {
            // It arrived after the sandbox had closed the socket.
            self.outbox.close(socket, NORMAL_CLOSURE);
            return;
        };
        self.touch(number);
        let Some(connection) = self.connections.get(&number) else {
            return; // unreachable: every socket in the table has a connection
        };
        let bytes = match (frame, connection.format) {
            (Frame::Text(text), Format::Json) => text.as_bytes(),
            (Frame::Binary(bytes), Format::MessagePack) => bytes,
            _ => return, // as ably-server does
        };
        let outcome = read(bytes, connection.format);
        let outcome = outcome.and_then(|frame| self.handle(number, &frame, transaction));
        if let Err(refusal) = outcome {
            self.end(number, Some(&refusal), transaction);
        }
    }

    /// # Errors
    /// The connection has to end.
    fn handle(
        &mut self,
        number: u32,
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<()> {
        match frame.get("action").and_then(whole).unwrap_or(u64::MAX) {
            action::HEARTBEAT => {
                // SPEC RTN13e: the answer has the id of the question.
                if let Some(id) = frame.get("id").filter(|id| !id.is_null()) {
                    let answer = object!({ "action": action::HEARTBEAT, "id": id.clone() });
                    self.send(number, &answer);
                }
            }
            action::CLOSE => self.end(number, None, transaction),
            action::DISCONNECT => self.disconnect(number, None, transaction),
            action::ATTACH => self.attach(number, frame, transaction)?,
            action::DETACH => self.detach(number, frame, transaction)?,
            action::SYNC => self.sync(number, frame, transaction)?,
            action::MESSAGE => self.operation(number, frame, transaction, &Realtime::publish),
            action::PRESENCE => self.operation(number, frame, transaction, &Realtime::enter),
            action::AUTH => self.authenticate(number, frame, transaction)?,
            action::ANNOTATION => {
                self.operation(number, frame, transaction, &Realtime::annotate);
            }
            action::OBJECT => self.operation(number, frame, transaction, &|_, _, _, _, _| {
                Err(Refusal::new(400, 40021, "the sandbox has no LiveObjects"))
            }),
            // SDKs and servers ignore what they do not know.
            _ => {}
        }
        Ok(())
    }

    /// Does what a numbered frame asks for, and acknowledges it. A frame whose number was used
    /// before gets the same answer again, and nothing else happens (SPEC RTN19a).
    fn operation(
        &mut self,
        number: u32,
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
        operation: &Operation,
    ) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let told = frame.get("msgSerial").and_then(whole);
        let serial = told.unwrap_or(connection.numbers.next);
        if !connection.numbers.take(serial) {
            let mut answers = connection.answers.iter();
            let known = answers.find(|(it, _)| *it == serial);
            let answer = known.map_or_else(|| ack(serial, Vec::new()), |(_, it)| it.clone());
            self.send(number, &answer);
            return;
        }
        let made_before = transaction.mutations.len();
        let channel = text(frame, "channel").map(Option::unwrap_or_default);
        let outcome = channel
            .and_then(|channel| operation(self, number, (channel, serial), frame, transaction));
        let answer = match outcome {
            Ok(serials) => ack(serial, serials),
            Err(refusal) => {
                transaction.mutations.truncate(made_before);
                nack(serial, &refusal)
            }
        };
        self.answer(number, serial, answer, transaction.mutations.is_empty());
    }
}

/// An operation on a channel, with the number of its frame. Returns the serials of what it
/// published.
type Operation = dyn Fn(
    &mut Realtime,
    u32,
    (&str, u64),
    &Map<String, Value>,
    &mut Transaction<'_>,
) -> Outcome<Vec<Value>>;

fn ack(serial: u64, serials: Vec<Value>) -> Value {
    let result = match serials.is_empty() {
        true => object!({}),
        false => object!({ "serials": serials }),
    };
    object!({
        "action": action::ACK,
        "msgSerial": serial,
        "count": 1,
        "res": vec![result],
    })
}

/// # Errors
/// 40009, 413: too long. 40001, 400: not a frame.
fn read(bytes: &[u8], format: Format) -> Outcome<Map<String, Value>> {
    if bytes.len() > MAX_FRAME_BYTES {
        let message = format!(
            "the frame has {} bytes, over the bound of {MAX_FRAME_BYTES}",
            bytes.len()
        );
        return Err(Refusal::new(413, 40009, message));
    }
    match codec::read(bytes, format) {
        Ok(Value::Object(frame)) => Ok(frame),
        Ok(_) => Err(Refusal::new(400, 40001, "the frame is not an object")),
        Err(reason) => Err(Refusal::new(400, 40001, format!("the frame is {reason}"))),
    }
}
