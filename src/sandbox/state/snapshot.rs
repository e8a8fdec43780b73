//! As few changes as lead to a state.

use serde_json::Value;

use super::{App, NONCE_LIFE_MS, State};
use crate::sandbox::change::{AppRecord, Change, Kind, Mutation, Record, write};

/// No record is longer than this many entries.
const PART: usize = 500;

impl State {
    pub(in crate::sandbox) fn snapshot(&self) -> impl Iterator<Item = Change> {
        let mut changes = vec![vec![self.beginning()]];
        // What every sandbox begins with may have been deleted since.
        let beginning = State::new(self.seed.as_deref());
        let gone = beginning
            .apps
            .keys()
            .filter(|id| !self.apps.contains_key(*id));
        changes.push(
            gone.map(|id| Mutation::DeleteApp { app: id.clone() })
                .collect(),
        );
        let gone = beginning
            .access_tokens
            .keys()
            .filter(|id| !self.access_tokens.contains_key(*id));
        changes.push(
            gone.map(|id| Mutation::DeleteAccessToken { id: id.clone() })
                .collect(),
        );
        let tokens = self.access_tokens.values().cloned();
        changes.push(
            tokens
                .map(|token| Mutation::PutAccessToken { token })
                .collect(),
        );
        for (id, app) in &self.apps {
            changes.extend(app.snapshot(id));
        }
        let tokens: Vec<_> = self.tokens.iter().map(|(_, _, token)| token).collect();
        for part in tokens.chunks(PART) {
            let part = part.iter().map(|token| Mutation::IssueToken {
                token: (*token).clone(),
            });
            changes.push(part.collect());
        }
        let nonces: Vec<_> = self.nonces.iter().collect();
        for part in nonces.chunks(PART) {
            let part = part.iter().filter_map(|(id, end, ())| {
                let (key_name, nonce) = id.split_once(' ')?;
                Some(Mutation::UseNonce {
                    key_name: key_name.to_owned(),
                    nonce: nonce.to_owned(),
                    timestamp: end - NONCE_LIFE_MS,
                })
            });
            changes.push(part.collect());
        }
        let revocations: Vec<_> = self.revocations.iter().collect();
        for part in revocations.chunks(PART) {
            let part = part.iter().map(|entry| Mutation::Revoke {
                key_name: entry.key_name.clone(),
                targets: vec![entry.target.text()],
                issued_before: entry.issued_before,
                applies_at: entry.applies_at,
            });
            changes.push(part.collect());
        }
        // At no time at all, so that nothing is dropped by it.
        let filled = changes.into_iter().filter(|changes| !changes.is_empty());
        filled.map(|changes| write(&Record { at: 0, changes }))
    }
}

impl App {
    fn snapshot(&self, id: &str) -> Vec<Vec<Mutation>> {
        let app = || id.to_owned();
        let record = AppRecord {
            id: app(),
            fields: self.fields.clone(),
        };
        let mut own = vec![Mutation::PutApp { app: record }];
        for key in self.keys.values() {
            own.push(Mutation::PutKey {
                app: app(),
                key: key.record.clone(),
            });
        }
        for kind in [Kind::Rule, Kind::Queue, Kind::Namespace] {
            for (id, thing) in self.things(kind) {
                let (id, thing) = (id.clone(), thing.clone());
                own.push(Mutation::PutThing {
                    app: app(),
                    kind,
                    id,
                    thing,
                });
            }
        }
        let mut changes = vec![own];
        for part in self.stats.chunks(PART) {
            changes.push(vec![Mutation::PutStats {
                app: app(),
                stats: part.to_vec(),
            }]);
        }
        for (channel, members) in &self.presence {
            changes.push(vec![Mutation::PutPresence {
                app: app(),
                channel: channel.clone(),
                members: members.clone(),
            }]);
        }
        for (channel, messages) in self.channels.oldest_first() {
            let messages: Vec<Value> = messages.cloned().collect();
            for part in messages.chunks(PART) {
                let (channel, messages) = (channel.to_owned(), part.to_vec());
                changes.push(vec![Mutation::Publish {
                    app: app(),
                    channel,
                    messages,
                }]);
            }
        }
        changes
    }
}
