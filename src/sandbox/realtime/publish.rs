//! Messages from clients.

use serde_json::{Map, Value};

use super::Realtime;
use super::modes::PUBLISH;
use crate::sandbox::Transaction;
use crate::sandbox::data::channel::Channel;
use crate::sandbox::data::edit::{edit, is_edit};
use crate::sandbox::data::publish::{Source, force_nack, on_channel};
use crate::sandbox::error::{Outcome, Refusal};

impl Realtime {
    /// Publishes the messages of a frame, or edits one. The client need not be attached.
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
        let read = Channel::read(channel)?;
        let params = frame.get("params");
        if params.is_some_and(|params| params.get("_forceNack").is_some()) {
            return Err(force_nack());
        }
        let caller = connection.caller(transaction)?;
        let messages = frame.get("messages").unwrap_or(&Value::Null);
        if let Some([message]) = messages.as_array().map(Vec::as_slice)
            && is_edit(message)
        {
            let id = format!("{}:{serial}:0", connection.id);
            let origin = (id.as_str(), Some(connection.id.as_str()));
            let of = message.get("serial").and_then(Value::as_str);
            let of = of.unwrap_or_default();
            let version = edit(transaction, &caller, channel, of, message, origin)?;
            return Ok(vec![Value::from(version)]);
        }
        caller.permit("publish", read.name)?;
        read.not_meta("publishes")?;
        let attachment = connection.attachments.get(read.name);
        if attachment.is_some_and(|it| it.granted & PUBLISH == 0) {
            return Err(without_mode("publish"));
        }
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
