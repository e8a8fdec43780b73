//! Messages from clients.

use serde_json::{Map, Value};

use super::Realtime;
use super::modes::PUBLISH;
use crate::sandbox::Transaction;
use crate::sandbox::data::channel::Channel;
use crate::sandbox::data::publish::{Source, force_nack, on_channel};
use crate::sandbox::error::{Outcome, Refusal};

impl Realtime {
    /// Publishes the messages of a frame. The client need not be attached.
    pub(super) fn publish(
        &mut self,
        number: u32,
        (channel, serial): (&str, u64),
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<Vec<Value>> {
        let Some(connection) = self.connections.get(&number) else {
            return Ok(Vec::new());
        };
        let name = Channel::read(channel)?.name;
        connection.authorization.permit("publish", name)?;
        let attachment = connection.attachments.get(name);
        if attachment.is_some_and(|it| it.granted & PUBLISH == 0) {
            return Err(without_mode("publish"));
        }
        let params = frame.get("params");
        if params.is_some_and(|params| params.get("_forceNack").is_some()) {
            return Err(force_nack());
        }
        let caller = connection.caller(transaction)?;
        let messages = frame.get("messages").unwrap_or(&Value::Null);
        let source = Source::Connection {
            id: &connection.id,
            number: serial,
        };
        let mut told = on_channel(transaction, &caller, channel, messages, &source)?;
        match told.remove("serials") {
            Some(Value::Array(serials)) => Ok(serials),
            _ => Ok(Vec::new()),
        }
    }
}

/// 40165, 401: the client did not ask for the mode when it attached.
pub(super) fn without_mode(mode: &str) -> Refusal {
    let message = format!("the channel is not attached with the mode {mode}");
    Refusal::new(401, 40165, message)
}
