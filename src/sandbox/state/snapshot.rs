//! Computes a minimal sequence of changes that leads to a state.

use serde_json::Value;

use super::{App, Channels, NONCE_LIFE_MS, State, serial_of};
use crate::sandbox::change::{AppRecord, Change, Kind, Mutation, Record, write};

/// Maximum number of entries in a record.
const PART: usize = 500;

impl State {
    pub(in crate::sandbox) fn snapshot(&self) -> impl Iterator<Item = Change> {
        let mut steps = Steps::default();
        steps.add(self.beginning());
        // Some of the initial content may have been deleted since.
        let beginning = State::new(self.seed.as_deref());
        for (id, _) in beginning.apps.iter() {
            if !self.apps.contains(id) {
                steps.add(Mutation::DeleteApp { app: id.to_owned() });
            }
        }
        for (id, _) in beginning.access_tokens.iter() {
            if !self.access_tokens.contains(id) {
                steps.add(Mutation::DeleteAccessToken { id: id.to_owned() });
            }
        }
        for (_, token) in self.access_tokens.iter() {
            let token = token.clone();
            steps.add(Mutation::PutAccessToken { token });
        }
        for (id, app) in self.apps.iter() {
            app.add_to(&mut steps, id);
        }
        for (_, _, token) in self.tokens.in_order() {
            if let Some(token) = token.cloned() {
                steps.add(Mutation::IssueToken { token });
            }
        }
        for (id, end, _) in self.nonces.in_order() {
            let rest = id.split_once(' ');
            let parts = rest.and_then(|(key, rest)| Some((key, rest.split_once(' ')?.1)));
            if let Some((key_name, nonce)) = parts {
                steps.add(Mutation::UseNonce {
                    key_name: key_name.to_owned(),
                    nonce: nonce.to_owned(),
                    timestamp: end - NONCE_LIFE_MS,
                });
            }
        }
        for entry in self.revocations.iter() {
            steps.add(Mutation::Revoke {
                key_name: entry.key_name.clone(),
                targets: vec![entry.target.text()],
                issued_before: entry.issued_before,
                applies_at: entry.applies_at,
            });
        }
        steps.end();
        steps.records.into_iter()
    }
}

/// Builds records and starts a new one when the current one is full.
#[derive(Default)]
struct Steps {
    records: Vec<Change>,
    next: Vec<Mutation>,
}

impl Steps {
    #[inline(never)]
    fn add(&mut self, step: Mutation) {
        self.next.push(step);
        if self.next.len() == PART {
            self.end();
        }
    }

    fn end(&mut self) {
        let changes = std::mem::take(&mut self.next);
        if !changes.is_empty() {
            // Time 0, so that replaying the record does not expire anything.
            self.records.push(write(&Record { at: 0, changes }));
        }
    }

    /// Adds the content of channels, in separate records, since messages make them long enough.
    fn publish(&mut self, channels: &Channels, step: &dyn Fn(&str, Vec<Value>) -> Mutation) {
        for (name, channel) in channels.oldest_first() {
            let mut messages = Vec::new();
            for message in channel.messages() {
                messages.push(message.clone());
                if messages.len() == PART {
                    self.add(step(name, std::mem::take(&mut messages)));
                    self.end();
                }
            }
            if !messages.is_empty() {
                self.add(step(name, messages));
                self.end();
            }
        }
    }
}

impl App {
    fn add_to(&self, steps: &mut Steps, id: &str) {
        let app = || id.to_owned();
        let record = AppRecord {
            id: app(),
            fields: self.fields.clone(),
        };
        steps.add(Mutation::PutApp { app: record });
        for (_, key) in self.keys.iter() {
            steps.add(Mutation::PutKey {
                app: app(),
                key: key.record.clone(),
            });
        }
        for kind in [Kind::Rule, Kind::Queue, Kind::Namespace] {
            for (id, thing) in self.things(kind) {
                let (id, thing) = (id.clone(), thing.clone());
                steps.add(Mutation::PutThing {
                    app: app(),
                    kind,
                    id,
                    thing,
                });
            }
        }
        for stats in self.stats.chunks(PART) {
            steps.add(Mutation::PutStats {
                app: app(),
                stats: stats.to_vec(),
            });
            steps.end();
        }
        for (channel, members) in &self.presence {
            steps.add(Mutation::PutPresence {
                app: app(),
                channel: channel.clone(),
                members: members.as_array().cloned().unwrap_or_default(),
            });
        }
        steps.publish(&self.channels, &|channel, messages| Mutation::Publish {
            app: app(),
            channel: channel.to_owned(),
            messages,
        });
        for (channel, content) in self.channels.oldest_first() {
            for message in content.messages() {
                let serial = serial_of(message);
                let versions = content.versions(serial);
                if !versions.is_empty() {
                    steps.add(Mutation::PutVersions {
                        app: app(),
                        channel: channel.to_owned(),
                        serial: serial.to_owned(),
                        versions: versions.to_vec(),
                    });
                    steps.end();
                }
                // In parts, as messages are.
                for annotations in content.annotations(serial).chunks(PART) {
                    steps.add(Mutation::PutAnnotations {
                        app: app(),
                        channel: channel.to_owned(),
                        serial: serial.to_owned(),
                        annotations: annotations.to_vec(),
                    });
                    steps.end();
                }
            }
        }
        steps.publish(&self.presence_events, &|channel, events| {
            Mutation::Presence {
                app: app(),
                channel: channel.to_owned(),
                events,
            }
        });
    }
}
