//! The channels of an app and their messages.

use std::collections::VecDeque;

use serde_json::Value;

use crate::sandbox::codec::json_text;
use crate::sandbox::limits::{MAX_CHANNEL_BYTES, MAX_CHANNELS, MAX_MESSAGES, MAX_VERSIONS};
use crate::sandbox::object::set;
use crate::sandbox::sorted_map::SortedMap;
use crate::text::order;

/// The action of a message that tells its new summary (SPEC TM5).
pub(in crate::sandbox) const SUMMARY: u64 = 4;

/// The channels on which messages were published, by name.
#[derive(Default)]
pub(in crate::sandbox) struct Channels {
    by_name: SortedMap<Channel>,
    uses: u64,
    /// The latest serial of the channels that were removed.
    removed: String,
}

/// A channel's history.
#[derive(Default)]
pub(in crate::sandbox) struct Channel {
    /// Oldest first, each with its size.
    messages: VecDeque<(usize, Value)>,
    bytes: usize,
    /// The earlier versions of edited messages by serial, oldest first.
    versions: SortedMap<Vec<Value>>,
    /// The annotations of annotated messages by serial, oldest first.
    annotations: SortedMap<Vec<Value>>,
    /// The latest serial of a message, version or annotation.
    last: String,
    /// The latest serial of what was removed. Empty: nothing was.
    removed: String,
    /// The number of the latest publish. The channel with the lowest number is removed first.
    last_use: u64,
}

impl Channel {
    /// Iterates over the messages, oldest first.
    pub(in crate::sandbox) fn messages(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.messages.iter().map(|(_, message)| message)
    }

    /// The latest version of a message.
    pub(in crate::sandbox) fn message(&self, serial: &str) -> Option<&Value> {
        self.messages().find(|message| serial_of(message) == serial)
    }

    /// The earlier versions of a message, oldest first.
    pub(in crate::sandbox) fn versions(&self, serial: &str) -> &[Value] {
        self.versions.get(serial).map_or(&[], Vec::as_slice)
    }

    /// The annotations of a message, oldest first.
    pub(in crate::sandbox) fn annotations(&self, serial: &str) -> &[Value] {
        self.annotations.get(serial).map_or(&[], Vec::as_slice)
    }

    /// The latest serial of a message, version or annotation.
    pub(in crate::sandbox) fn last_serial(&self) -> &str {
        &self.last
    }

    fn note_serial(&mut self, message: &Value) {
        let serial = latest_serial_of(message);
        if self.last.as_str() < serial {
            serial.clone_into(&mut self.last);
        }
    }

    fn add_annotations(&mut self, serial: &str, annotations: Vec<Value>) {
        self.bytes += size_of(&annotations);
        annotations.iter().for_each(|it| self.note_serial(it));
        if let Some(all) = self.annotations.made(serial) {
            all.extend(annotations);
        }
        self.trim();
    }

    /// Removes the oldest messages beyond the limits, with their versions and annotations.
    fn trim(&mut self) {
        while self.messages.len() > MAX_MESSAGES || self.bytes > MAX_CHANNEL_BYTES {
            let Some((size, message)) = self.messages.pop_front() else {
                break;
            };
            let serial = serial_of(&message);
            self.bytes -= size + size_of(self.versions(serial)) + size_of(self.annotations(serial));
            self.versions.remove(serial);
            self.annotations.remove(serial);
            let serial = latest_serial_of(&message);
            if self.removed.as_str() < serial {
                serial.clone_into(&mut self.removed);
            }
        }
    }
}

impl Channels {
    pub(in crate::sandbox) fn get(&self, name: &str) -> Option<&Channel> {
        self.by_name.get(name)
    }

    /// Whether all messages with a later serial are still here.
    pub(in crate::sandbox) fn has_all_after(&self, name: &str, serial: &str) -> bool {
        let removed = self.get(name).map_or(&self.removed, |it| &it.removed);
        removed.as_str() <= serial
    }

    /// Iterates over the names in order.
    pub(in crate::sandbox) fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.by_name.iter().map(|(name, _)| name)
    }

    pub(super) fn publish(&mut self, name: &str, messages: Vec<Value>) {
        self.uses += 1;
        let Some(channel) = self.by_name.made(name) else {
            return; // unreachable: `made` creates it
        };
        channel.last_use = self.uses;
        for message in messages {
            let size = json_text(&message).len();
            channel.bytes += size;
            channel.note_serial(&message);
            channel.messages.push_back((size, message));
        }
        channel.trim();
        if self.by_name.len() > MAX_CHANNELS {
            let channels = self.by_name.iter();
            let oldest = channels.min_by_key(|(_, channel)| channel.last_use);
            if let Some((name, channel)) = oldest {
                let (name, last) = (name.to_owned(), channel.last_serial().to_owned());
                self.removed = last.max(std::mem::take(&mut self.removed));
                self.by_name.remove(&name);
            }
        }
    }

    /// Replaces a message by a new version.
    pub(super) fn edit(&mut self, name: &str, message: Value) {
        let Some(channel) = self.by_name.get_mut(name) else {
            return;
        };
        channel.note_serial(&message);
        let serial = serial_of(&message).to_owned();
        let mut messages = channel.messages.iter_mut();
        let Some(place) = messages.find(|(_, it)| serial_of(it) == serial) else {
            return;
        };
        let size = json_text(&message).len();
        channel.bytes += size;
        let (_, before) = std::mem::replace(place, (size, message));
        if let Some(versions) = channel.versions.made(&serial) {
            versions.push(before);
            if versions.len() > MAX_VERSIONS {
                channel.bytes -= json_text(&versions.remove(0)).len();
            }
        }
        channel.trim();
    }

    /// Sets the earlier versions of a message that is there.
    pub(super) fn put_versions(&mut self, name: &str, serial: String, versions: Vec<Value>) {
        if let Some(channel) = self.by_name.get_mut(name) {
            channel.bytes += size_of(&versions);
            channel.versions.insert(serial, versions);
            channel.trim();
        }
    }

    /// Adds annotations of a message, and takes over its summary.
    pub(super) fn annotate(&mut self, name: &str, annotations: Vec<Value>, mut told: Value) {
        let Some(channel) = self.by_name.get_mut(name) else {
            return;
        };
        let serial = serial_of(&told).to_owned();
        let mut messages = channel.messages.iter_mut();
        let Some((size, message)) = messages.find(|(_, it)| serial_of(it) == serial) else {
            return;
        };
        if let (Value::Object(message), Some(summary)) =
            (&mut *message, told.get_mut("annotations"))
        {
            set(message, "annotations", summary.take());
        }
        channel.bytes -= *size;
        *size = json_text(message).len();
        channel.bytes += *size;
        channel.add_annotations(&serial, annotations);
    }

    /// Adds annotations of a message that is there with their summary.
    pub(super) fn put_annotations(&mut self, name: &str, serial: &str, annotations: Vec<Value>) {
        if let Some(channel) = self.by_name.get_mut(name) {
            channel.add_annotations(serial, annotations);
        }
    }

    /// The channels, starting with the least recently published on.
    pub(super) fn oldest_first(&self) -> Vec<(&str, &Channel)> {
        let all: Vec<(&str, &Channel)> = self.by_name.iter().collect();
        let last_use = |place: usize| all.get(place).map(|(_, channel)| channel.last_use);
        let order = order(all.len(), &|one, other| last_use(one).cmp(&last_use(other)));
        let mut sorted = Vec::new();
        for place in order {
            sorted.extend(all.get(place).copied());
        }
        sorted
    }
}

fn size_of(values: &[Value]) -> usize {
    values.iter().map(|value| json_text(value).len()).sum()
}

/// The serial of a message's latest version, or that of the message if it was never edited.
pub(in crate::sandbox) fn latest_serial_of(message: &Value) -> &str {
    let version = message.get("version").and_then(|it| it.get("serial"));
    let version = version.and_then(Value::as_str);
    version.unwrap_or_else(|| serial_of(message))
}

/// The serial of a message or presence event, by which they sort in the order of publication.
pub(in crate::sandbox) fn serial_of(message: &Value) -> &str {
    let serial = message.get("serial").and_then(Value::as_str);
    serial.unwrap_or_default()
}
