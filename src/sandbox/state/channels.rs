//! The channels of an app and their messages.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::sandbox::limits::{MAX_CHANNEL_BYTES, MAX_CHANNELS, MAX_MESSAGES};

/// Channels that something was published on, by name.
#[derive(Default)]
pub(in crate::sandbox) struct Channels {
    by_name: BTreeMap<String, Channel>,
    /// Names by the number of the last publishing: the first leaves first.
    by_use: BTreeMap<u64, String>,
    uses: u64,
}

/// A channel's history.
#[derive(Default)]
pub(in crate::sandbox) struct Channel {
    /// Oldest first, with the size of each.
    messages: VecDeque<(usize, Value)>,
    bytes: usize,
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
        let channel = self.by_name.entry(name.to_owned()).or_default();
        self.by_use.remove(&channel.last_use);
        channel.last_use = self.uses;
        self.by_use.insert(self.uses, name.to_owned());
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
            let Some((_, name)) = self.by_use.pop_first() else {
                return;
            };
            self.by_name.remove(&name);
        }
    }

    /// With their messages; the one that was written to least recently first.
    pub(super) fn oldest_first(
        &self,
    ) -> impl Iterator<Item = (&str, impl Iterator<Item = &Value>)> {
        self.by_use.values().filter_map(|name| {
            let channel = self.by_name.get(name)?;
            Some((name.as_str(), channel.messages()))
        })
    }
}
