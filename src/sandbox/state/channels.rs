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
}

/// A channel's history.
#[derive(Default)]
pub(in crate::sandbox) struct Channel {
    /// Oldest first, each with its size.
    messages: VecDeque<(usize, Value)>,
    bytes: usize,
    /// The number of the latest publish. The channel with the lowest number is removed first.
    last_use: u64,
}

impl Channel {
    /// Iterates over the messages, oldest first.
    pub(in crate::sandbox) fn messages(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.messages.iter().map(|(_, message)| message)
    }
}

impl Channels {
    pub(in crate::sandbox) fn get(&self, name: &str) -> Option<&Channel> {
        self.by_name.get(name)
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
            let Some((size, _)) = channel.messages.pop_front() else {
                break;
            };
            channel.bytes -= size;
        }
        if self.by_name.len() > MAX_CHANNELS {
            let channels = self.by_name.iter();
            let oldest = channels.min_by_key(|(_, channel)| channel.last_use);
            if let Some(name) = oldest.map(|(name, _)| name.to_owned()) {
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
