//! The state, and how changes modify it.

mod channels;
mod expiring;
mod snapshot;

use serde_json::{Map, Value};

use super::change::{
    AccessTokenRecord, Change, KeyRecord, Kind, Mutation, Record, TokenRecord, Unreadable, read,
    write,
};
use super::limits::{MAX_NONCES, MAX_TOKENS};
use super::setup::Credentials;
use super::sorted_map::SortedMap;
use crate::capability::Capability;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::key::ApiKey;
use crate::revocation::{RevocationEntry, RevocationList, Target};
pub(super) use channels::{Channels, SUMMARY, latest_serial_of, serial_of};
use expiring::Expiring;

/// Version of the record format.
const VERSION: u64 = 1;
/// How long a nonce is stored: TokenRequests are accepted within two minutes before and after the
/// clock.
pub(super) const NONCE_LIFE_MS: u64 = 4 * 60_000;
/// How long an expired token stays known, so that its holder gets an expiry error.
const ENDED_LIFE_MS: u64 = 24 * 3_600_000;
/// How long a revocation is stored: the longest lifetime of a revocable token, plus the margin.
/// Every token it revokes has expired by then.
const REVOCATION_LIFE_MS: u64 = (24 * 3_600 + 60) * 1_000;
const HOUR_MS: u64 = 3_600_000;

/// The whole state of the sandbox.
pub(super) struct State {
    credentials: Credentials,
    seed: Option<String>,
    /// Whether the initial setup has been part of a returned change.
    is_written: bool,
    pub(super) apps: SortedMap<App>,
    /// By id.
    pub(super) access_tokens: SortedMap<AccessTokenRecord>,
    /// Ably tokens by hash.
    tokens: Expiring,
    /// By key name, timestamp and nonce.
    nonces: Expiring,
    pub(super) revocations: RevocationList,
    pub(super) revocation_count: usize,
    /// No revocation is dropped before this time, in ms since 1970.
    sweep_at: u64,
}

/// An app and its content.
#[derive(Default)]
pub(super) struct App {
    pub(super) fields: Map<String, Value>,
    /// By the second half of the key name.
    pub(super) keys: SortedMap<Key>,
    pub(super) rules: Map<String, Value>,
    pub(super) queues: Map<String, Value>,
    pub(super) namespaces: Map<String, Value>,
    /// The messages of each channel.
    pub(super) channels: Channels,
    /// The presence events of each channel.
    pub(super) presence_events: Channels,
    pub(super) stats: Vec<Value>,
    /// The members that each channel was created with, a list by channel name.
    pub(super) presence: Map<String, Value>,
}

/// A key, parsed and ready to use.
pub(super) struct Key {
    pub(super) record: KeyRecord,
    pub(super) key: ApiKey,
    pub(super) capability: Capability,
}

impl App {
    pub(super) fn is_enabled(&self) -> bool {
        self.fields.get("status").and_then(Value::as_str) != Some("disabled")
    }

    /// The members that a channel was created with.
    pub(super) fn initial_members(&self, channel: &str) -> &[Value] {
        let members = self.presence.get(channel).and_then(Value::as_array);
        members.map_or(&[], Vec::as_slice)
    }

    /// Whether the namespace of a channel has a rule, such as `mutableMessages`.
    pub(super) fn has_rule(&self, channel: &str, rule: &str) -> bool {
        let namespace = self.namespaces.get(namespace_of(channel));
        let value = namespace.and_then(|namespace| namespace.get(rule)?.as_bool());
        value == Some(true)
    }

    pub(super) fn things(&self, kind: Kind) -> &Map<String, Value> {
        match kind {
            Kind::Rule => &self.rules,
            Kind::Queue => &self.queues,
            Kind::Namespace => &self.namespaces,
        }
    }

    fn things_mut(&mut self, kind: Kind) -> &mut Map<String, Value> {
        match kind {
            Kind::Rule => &mut self.rules,
            Kind::Queue => &mut self.queues,
            Kind::Namespace => &mut self.namespaces,
        }
    }
}

/// The namespace of a channel: the part of its name before the first colon.
pub(super) fn namespace_of(channel: &str) -> &str {
    channel.split(':').next().unwrap_or_default()
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Usage, "the change {}", &[what]).with_remediation(
        "give the changes of one sandbox, all of them, in the order in which they were returned",
    )
}

impl State {
    pub(super) fn new(seed: Option<&str>) -> State {
        let mut state = State {
            credentials: Credentials::new(seed),
            seed: seed.map(str::to_owned),
            is_written: false,
            apps: SortedMap::default(),
            access_tokens: SortedMap::default(),
            tokens: Expiring::new(MAX_TOKENS),
            nonces: Expiring::new(MAX_NONCES),
            revocations: RevocationList::default(),
            revocation_count: 0,
            sweep_at: u64::MAX,
        };
        state.set_up();
        state
    }

    fn set_up(&mut self) {
        for mutation in self.credentials.mutations() {
            // Cannot fail: the setup consists of constants, and a test restores them.
            let _ = self.make(mutation);
        }
    }

    pub(super) fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// Finds an access token by the hash of its value, even if it has expired.
    pub(super) fn access_token(&self, hash: &str) -> Option<&AccessTokenRecord> {
        let mut all = self.access_tokens.iter();
        all.find(|(_, token)| token.hash == hash).map(|(_, it)| it)
    }

    /// Finds an Ably token by its hash, even if it has expired.
    pub(super) fn token(&self, hash: &str) -> Option<&TokenRecord> {
        self.tokens.token(hash)
    }

    /// Whether a TokenRequest with this nonce and timestamp was accepted. With another timestamp,
    /// the nonce is a new one.
    pub(super) fn has_nonce(&self, key_name: &str, nonce: &str, timestamp: u64) -> bool {
        self.nonces.has(&nonce_id(key_name, nonce, timestamp))
    }

    /// Builds the change for these mutations, or `None` if there are none.
    pub(super) fn change(&self, mutations: Vec<Mutation>, at: u64) -> Option<Change> {
        if mutations.is_empty() {
            return None;
        }
        let mut changes = Vec::new();
        if !self.is_written {
            changes.push(self.beginning());
        }
        changes.extend(mutations);
        Some(write(&Record { at, changes }))
    }

    fn beginning(&self) -> Mutation {
        Mutation::SetUp {
            version: VERSION,
            seed: self.seed.clone(),
        }
    }

    pub(super) fn restore(&mut self, change: &Change) -> Result<()> {
        self.apply(State::read(change)?)
    }

    pub(super) fn read(change: &Change) -> Result<Record> {
        // The error gives the position but not the text, which may be a secret.
        read(&change.0).map_err(|error| match error {
            Unreadable::Byte(byte) => broken(&format!("cannot be read from byte {byte} on")),
            Unreadable::NotARecord => {
                broken("cannot be read: it is not a list that starts with a time")
            }
            Unreadable::Step(number) => {
                broken(&format!("cannot be read: its step {number} is unknown"))
            }
        })
    }

    pub(super) fn apply(&mut self, record: Record) -> Result<()> {
        for mutation in record.changes {
            self.make(mutation)?;
        }
        self.tokens.drop_ended(record.at);
        self.nonces.drop_ended(record.at);
        if record.at >= self.sweep_at {
            self.revocations
                .retain(|entry| dropped_at(entry) > record.at);
            self.revocation_count = self.revocations.iter().count();
            let ends = self.revocations.iter().map(dropped_at);
            self.sweep_at = ends.min().unwrap_or(u64::MAX);
        }
        Ok(())
    }

    fn app(&mut self, id: &str) -> Result<&mut App> {
        self.apps
            .get_mut(id)
            .ok_or_else(|| broken("refers to an app that does not exist"))
    }

    fn make(&mut self, mutation: Mutation) -> Result<()> {
        match mutation {
            Mutation::SetUp { version, seed } => {
                if version > VERSION {
                    return Err(broken(
                        "was made by a later version, which this one cannot read",
                    ));
                }
                *self = State::new(seed.as_deref());
                self.is_written = true;
            }
            Mutation::PutApp { app } => {
                if let Some(made) = self.apps.made(&app.id) {
                    made.fields = app.fields;
                }
            }
            Mutation::DeleteApp { app } => {
                self.apps.remove(&app);
            }
            Mutation::PutKey { app, key } => {
                let whole = format!("{app}.{}:{}", key.id, key.secret);
                let key = Key {
                    key: ApiKey::parse(&whole)?,
                    capability: Capability::read(&key.capability)?,
                    record: key,
                };
                self.app(&app)?.keys.insert(key.record.id.clone(), key);
            }
            Mutation::PutThing {
                app,
                kind,
                id,
                thing,
            } => {
                self.app(&app)?.things_mut(kind).insert(id, thing);
            }
            Mutation::DeleteThing { app, kind, id } => {
                self.app(&app)?.things_mut(kind).remove(&id);
            }
            Mutation::PutAccessToken { token } => {
                self.access_tokens.insert(token.id.clone(), token);
            }
            Mutation::DeleteAccessToken { id } => {
                self.access_tokens.remove(&id);
            }
            Mutation::IssueToken { token } => {
                self.tokens.add(
                    token.hash.clone(),
                    token.expires.saturating_add(ENDED_LIFE_MS),
                    Some(Box::new(token)),
                );
            }
            Mutation::UseNonce {
                key_name,
                nonce,
                timestamp,
            } => {
                self.nonces.add(
                    nonce_id(&key_name, &nonce, timestamp),
                    timestamp.saturating_add(NONCE_LIFE_MS),
                    None,
                );
            }
            Mutation::Revoke {
                key_name,
                targets,
                issued_before,
                applies_at,
            } => {
                for target in targets {
                    let entry = RevocationEntry {
                        key_name: key_name.clone(),
                        target: target.parse::<Target>()?,
                        issued_before,
                        applies_at,
                    };
                    self.sweep_at = self.sweep_at.min(dropped_at(&entry));
                    self.revocation_count += usize::from(self.revocations.add(entry));
                }
            }
            Mutation::Publish {
                app,
                channel,
                messages,
            } => {
                self.app(&app)?.channels.publish(&channel, messages);
            }
            Mutation::Edit {
                app,
                channel,
                stored,
                ..
            } => self.app(&app)?.channels.edit(&channel, stored),
            Mutation::PutVersions {
                app,
                channel,
                serial,
                versions,
            } => {
                let app = self.app(&app)?;
                app.channels.put_versions(&channel, serial, versions);
            }
            Mutation::Annotate {
                app,
                channel,
                annotations,
                told,
            } => {
                let app = self.app(&app)?;
                app.channels.annotate(&channel, annotations, told);
            }
            Mutation::PutAnnotations {
                app,
                channel,
                serial,
                annotations,
            } => {
                let app = self.app(&app)?;
                app.channels.put_annotations(&channel, &serial, annotations);
            }
            Mutation::Presence {
                app,
                channel,
                events,
            } => {
                let app = self.app(&app)?;
                app.presence_events.publish(&channel, events);
            }
            Mutation::PutPresence {
                app,
                channel,
                members,
            } => {
                self.app(&app)?
                    .presence
                    .insert(channel, Value::Array(members));
            }
            Mutation::PutStats { app, stats } => {
                self.app(&app)?.stats.extend(stats);
            }
        }
        Ok(())
    }
}

/// When a revocation is dropped, in ms since 1970. It depends on the revocation alone, so that a
/// snapshot leads to the same state as the changes. On the hour, so that one sweep drops many.
fn dropped_at(entry: &RevocationEntry) -> u64 {
    let end = entry.issued_before.saturating_add(REVOCATION_LIFE_MS);
    end.div_ceil(HOUR_MS).saturating_mul(HOUR_MS)
}

fn nonce_id(key_name: &str, nonce: &str, timestamp: u64) -> String {
    format!("{key_name} {timestamp} {nonce}")
}
