//! The channels of an app and their messages.

use std::collections::VecDeque;

use serde_json::Value;

use crate::sandbox::codec::json_text;
use crate::sandbox::limits::{MAX_CHANNEL_BYTES, MAX_CHANNELS, MAX_MESSAGES};
use crate::sandbox::sorted_map::SortedMap;
use crate::text::order;

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
    /// The serial of the last message that was removed. Empty: none was.
    removed: String,
    /// The number of the latest publish. The channel with the lowest number is removed first.
    last_use: u64,
}

impl Channel {
    /// Iterates over the messages, oldest first.
    pub(in crate::sandbox) fn messages(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.messages.iter().map(|(_, message)| message)
    }

    /// The serial of the latest message.
    pub(in crate::sandbox) fn last_serial(&self) -> &str {
        self.messages().next_back().map_or("", serial_of)
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
            channel.messages.push_back((size, message));
        }
        while channel.messages.len() > MAX_MESSAGES || channel.bytes > MAX_CHANNEL_BYTES {
            let Some((size, message)) = channel.messages.pop_front() else {
                break;
            };
            channel.bytes -= size;
            serial_of(&message).clone_into(&mut channel.removed);
        }
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

/// The serial of a message or presence event, by which they sort in the order of publication.
pub(in crate::sandbox) fn serial_of(message: &Value) -> &str {
    let serial = message.get("serial").and_then(Value::as_str);
    serial.unwrap_or_default()
}
