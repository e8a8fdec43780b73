//! The channels of an app and their messages.

use std::collections::VecDeque;

use serde_json::Value;

use crate::sandbox::by_name::ByName;
use crate::sandbox::limits::{MAX_CHANNEL_BYTES, MAX_CHANNELS, MAX_MESSAGES};

/// Channels that something was published on, by name.
#[derive(Default)]
pub(in crate::sandbox) struct Channels {
    by_name: ByName<Channel>,
    uses: u64,
}

/// A channel's history.
#[derive(Default)]
pub(in crate::sandbox) struct Channel {
    /// Oldest first, with the size of each.
    messages: VecDeque<(usize, Value)>,
    bytes: usize,
    /// The number of the last publishing: the channel with the least one leaves first.
    last_use: u64,
}

impl Channel {
    /// Oldest first.
    pub(in crate::sandbox) fn messages(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.messages.iter().map(|(_, message)| message)
    }
}

impl Channels {
    pub(in crate::sandbox) fn get(&self, name: &str) -> Option<&Channel> {
        self.by_name.get(name)
    }

    /// In order of their names.
    pub(in crate::sandbox) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    pub(super) fn publish(&mut self, name: &str, messages: Vec<Value>) {
        self.uses += 1;
        let Some(channel) = self.by_name.or_default(name) else {
            return;
        };
        channel.last_use = self.uses;
        for message in messages {
            let size = serde_json::to_vec(&message).map_or(0, |text| text.len());
            channel.bytes += size;
            channel.messages.push_back((size, message));
        }
        while channel.messages.len() > MAX_MESSAGES || channel.bytes > MAX_CHANNEL_BYTES {
            let Some((size, _)) = channel.messages.pop_front() else {
                break;
            };
            channel.bytes -= size;
        }
        while self.by_name.len() > MAX_CHANNELS {
            let oldest = self.by_name.iter().min_by_key(|(_, it)| it.last_use);
            let Some(name) = oldest.map(|(name, _)| name.clone()) else {
                return;
            };
            self.by_name.remove(&name);
        }
    }

    /// With their messages; the one that was written to least recently first.
    pub(super) fn oldest_first(
        &self,
    ) -> impl Iterator<Item = (&str, impl Iterator<Item = &Value>)> {
        let mut channels: Vec<_> = self.by_name.iter().collect();
        channels.sort_unstable_by_key(|(_, channel)| channel.last_use);
        let channels = channels.into_iter();
        channels.map(|(name, channel)| (name.as_str(), channel.messages()))
    }
}
