//! Annotations from clients, and to those that asked for them.

use serde_json::{Map, Value};

use super::Realtime;
use super::deliver::describe;
use super::modes::{ANNOTATION_PUBLISH, ANNOTATION_SUBSCRIBE, SUBSCRIBE};
use super::protocol::action;
use super::publish::without_mode;
use crate::sandbox::Transaction;
use crate::sandbox::data::annotations::annotate;
use crate::sandbox::data::channel::Channel;
use crate::sandbox::error::Outcome;
use crate::sandbox::object::set;

impl Realtime {
    /// Annotates a message. The client need not be attached.
    pub(super) fn annotate(
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
        let caller = connection.caller(transaction)?;
        caller.permit("annotation-publish", read.name)?;
        read.not_meta("annotates")?;
        let attachment = connection.attachments.get(read.name);
        if attachment.is_some_and(|it| it.granted & ANNOTATION_PUBLISH == 0) {
            return Err(without_mode("annotation_publish"));
        }
        let annotations = frame.get("annotations").unwrap_or(&Value::Null);
        let base = format!("{}:{serial}", connection.id);
        let origin = (base.as_str(), Some(connection.id.as_str()));
        annotate(transaction, &caller, channel, None, annotations, origin)
    }

    /// Tells annotations to those that asked for them, and the new summary to all subscribers.
    pub(super) fn deliver_annotations(
        &mut self,
        app_id: &str,
        channel: &str,
        annotations: &[Value],
        summarised: &Value,
    ) {
        let mut frame = Map::new();
        set(&mut frame, "action", action::ANNOTATION);
        describe(&mut frame, annotations);
        let serial = frame.get("channelSerial").cloned();
        set(&mut frame, "annotations", annotations.to_vec());
        let from = frame.get("connectionId").cloned();
        let from = from.as_ref().and_then(Value::as_str);
        self.broadcast(app_id, channel, frame, &|connection, attachment| {
            let is_own = from == Some(connection.id.as_str());
            attachment.granted & ANNOTATION_SUBSCRIBE != 0 && (connection.echo || !is_own)
        });

        let messages = std::slice::from_ref(summarised);
        let mut frame = Map::new();
        set(&mut frame, "action", action::MESSAGE);
        describe(&mut frame, messages);
        // The message itself has an earlier one.
        set(&mut frame, "channelSerial", serial);
        set(&mut frame, "messages", messages.to_vec());
        self.broadcast(app_id, channel, frame, &|_, attachment| {
            attachment.granted & SUBSCRIBE != 0
        });
    }
}
