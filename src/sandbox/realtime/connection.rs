//! A connection, and what it may do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value};

use super::outbox::Target;
use super::params::Params;
use super::protocol::{HINT_MS, MAX_IDLE_MS, NO_HINT_MS, STATE_TTL_MS, action};
use crate::capability::Capability;
use crate::revocation::Bearer;
use crate::sandbox::Transaction;
use crate::sandbox::codec::Format;
use crate::sandbox::data::caller::{AuthMethod, Caller, Identity, Token, in_use, key_named};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::{MAX_FRAME_BYTES, MAX_MESSAGE_BYTES};
use crate::sandbox::object::{object, set};
use crate::sandbox::state::State;

/// How many answers a connection remembers, for messages that a client sends again.
const MAX_ANSWERS: usize = 100;
/// How many ranges of skipped message numbers a connection remembers. Beyond this, the lowest
/// counts as used.
const MAX_SKIPPED: usize = 100;

/// A connection. It outlives its socket, so that a client can resume it.
pub(super) struct Connection {
    pub(super) id: String,
    /// The secret with which a client resumes it.
    pub(super) key: String,
    /// `None`: the socket closed.
    pub(super) socket: Option<u32>,
    pub(super) format: Format,
    /// Whether the connection receives its own messages.
    pub(super) echo: bool,
    /// Whether silence ends with HEARTBEAT frames and not with WebSocket pings.
    pub(super) heartbeats: bool,
    /// The client id that the client stated when it connected.
    pub(super) said_client_id: Option<String>,
    /// How long its members remain after an abrupt end, in ms.
    pub(super) remain_present_ms: u64,
    pub(super) authorization: Authorization,
    /// The client id that the connection acts under.
    pub(super) identity: Identity,
    /// Whether it was resumed: its channels then continue where they stopped.
    pub(super) is_resumed: bool,
    pub(super) numbers: Numbers,
    /// The latest answers by message number.
    pub(super) answers: VecDeque<(u64, Value)>,
    /// By channel name.
    pub(super) attachments: BTreeMap<String, Attachment>,
    /// The channels on which it has members.
    pub(super) entered: BTreeSet<String>,
    pub(super) times: Times,
}

/// The message numbers that were used on a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    /// The number after the highest.
    pub(super) next: u64,
    /// The ranges below it that were not used, lowest first, each with its first number and the one
    /// after its last.
    pub(super) skipped: Vec<(u64, u64)>,
}

impl Numbers {
    /// Uses a number. `false`: it was used before.
    pub(super) fn take(&mut self, number: u64) -> bool {
        let place = self.skipped.len();
        let (place, ranges) = if number >= self.next {
            let before = (self.next, number);
            self.next = number + 1;
            (place, [before, (0, 0)])
        } else {
            let mut ranges = self.skipped.iter();
            let Some(place) = ranges.position(|(from, end)| (*from..*end).contains(&number)) else {
                return false;
            };
            let (from, end) = self.skipped.remove(place);
            (place, [(from, number), (number + 1, end)])
        };
        for (from, end) in ranges.into_iter().rev() {
            if from < end {
                self.skipped.insert(place, (from, end));
            }
        }
        if self.skipped.len() > MAX_SKIPPED {
            self.skipped.remove(0);
        }
        true
    }
}

/// The times of a connection, in ms since 1970.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    /// When the latest frame was sent.
    pub(super) last_sent: u64,
    /// When to ask the client for a new token.
    pub(super) hint: Option<u64>,
    /// When a revocation of its token is enforced.
    pub(super) cut: Option<u64>,
    /// When its members leave.
    pub(super) leave: Option<u64>,
    /// When it is forgotten.
    pub(super) forget: Option<u64>,
}

/// A channel that a connection is attached to.
pub(super) struct Attachment {
    /// The channel as the client names it, with parameters in brackets.
    pub(super) shown: String,
    /// The modes that were asked for, as bits. 0: none.
    pub(super) asked: u64,
    /// The modes that are permitted, as bits.
    pub(super) granted: u64,
    pub(super) params: Params,
    /// The metrics that the client was told, if it wants them.
    pub(super) metrics: Value,
}

/// What a credential gave the connection: a [`Caller`] that borrows nothing.
pub(super) struct Authorization {
    pub(super) app_id: String,
    pub(super) key_name: String,
    pub(super) capability: Capability,
    pub(super) identity: Identity,
    pub(super) claims: Option<String>,
    /// `None` for a key.
    pub(super) token: Option<Token>,
}

impl Authorization {
    pub(super) fn of(caller: Caller<'_>) -> Authorization {
        Authorization {
            app_id: caller.app_id.to_owned(),
            key_name: caller.key.key.name().to_owned(),
            capability: caller.capability,
            identity: caller.identity,
            claims: caller.claims,
            token: caller.token,
        }
    }

    /// What revocations depend on. `None` for a key, which is never revoked with tokens.
    pub(super) fn bearer(&self) -> Option<Bearer<'_>> {
        let token = self.token.as_ref()?;
        Some(Bearer {
            key_name: &self.key_name,
            client_id: token.client_id.as_deref(),
            revocation_key: token.revocation_key.as_deref(),
            capability: Some(&self.capability),
            issued: token.issued,
        })
    }

    /// # Errors
    /// 40400: the app was deleted. 40131, 40120: the key was revoked or the app disabled.
    pub(super) fn check(&self, state: &State) -> Outcome<()> {
        let (_, app, key) = key_named(state, &self.key_name)?;
        in_use(app, key)
    }
}

impl Connection {
    /// The caller for an operation of this connection.
    pub(super) fn caller<'a>(&self, transaction: &Transaction<'a>) -> Outcome<Caller<'a>> {
        let (app_id, app, key) = key_named(transaction.state, &self.authorization.key_name)?;
        Ok(Caller {
            app_id,
            app,
            key,
            how: match self.authorization.token {
                None => AuthMethod::Key,
                Some(_) => AuthMethod::Token,
            },
            capability: self.authorization.capability.clone(),
            identity: self.identity.clone(),
            claims: self.authorization.claims.clone(),
            token: None,
        })
    }

    pub(super) fn target(&self) -> Option<Target> {
        self.socket.map(|socket| (socket, self.format))
    }

    /// The CONNECTED frame. `error` says why the connection was not resumed.
    pub(super) fn connected(&self, error: Option<&Refusal>) -> Value {
        let mut details = object!({
            "connectionKey": self.key.as_str(),
            "maxMessageSize": MAX_MESSAGE_BYTES,
            "maxFrameSize": MAX_FRAME_BYTES,
            "maxInboundRate": 1_000,
            "connectionStateTtl": STATE_TTL_MS,
            "maxIdleInterval": MAX_IDLE_MS,
            "serverId": "sandbox",
        });
        let client_id = match &self.identity {
            Identity::Nobody => None,
            Identity::Anybody => Some("*"),
            Identity::One(id) => Some(id.as_str()),
        };
        if let (Some(details), Some(id)) = (details.as_object_mut(), client_id) {
            set(details, "clientId", id);
        }
        let mut frame = object!({
            "action": action::CONNECTED,
            "connectionId": self.id.as_str(),
            "connectionKey": self.key.as_str(),
            "connectionDetails": details,
        });
        if let (Some(frame), Some(error)) = (frame.as_object_mut(), error) {
            set(frame, "error", error.to_json());
        }
        frame
    }

    /// Remembers an answer, in case the client sends the message again.
    pub(super) fn remember(&mut self, serial: u64, answer: &Value) {
        self.answers.push_back((serial, answer.clone()));
        if self.answers.len() > MAX_ANSWERS {
            self.answers.pop_front();
        }
    }

    /// Sets the times that depend on the token.
    pub(super) fn follow_token(&mut self, state: &State, now: u64) {
        self.times.hint = None;
        self.times.cut = None;
        let Some(token) = &self.authorization.token else {
            return;
        };
        let left = token.expires.saturating_sub(now);
        if left > NO_HINT_MS {
            // At half of a short life: at once would mean again and again.
            let before = if left > HINT_MS { HINT_MS } else { left / 2 };
            self.times.hint = Some(token.expires - before);
        }
        if let Some(bearer) = self.authorization.bearer() {
            self.times.cut = state.revocations.enforced_at(&bearer);
        }
    }

    /// When something is due, in ms since 1970.
    pub(super) fn deadline(&self) -> u64 {
        let Times {
            last_sent,
            hint,
            cut,
            leave,
            forget,
        } = self.times;
        let token = self.authorization.token.as_ref();
        let open = self.socket.is_some().then(|| {
            let expires = token.map_or(u64::MAX, |token| token.expires);
            let idle = last_sent.saturating_add(MAX_IDLE_MS);
            let others = [hint, cut].map(|time| time.unwrap_or(u64::MAX));
            others.into_iter().fold(expires.min(idle), u64::min)
        });
        // It is remembered until its members have left.
        let forget = forget.filter(|_| self.entered.is_empty());
        let closed = [leave, forget].map(|time| time.unwrap_or(u64::MAX));
        closed.into_iter().fold(open.unwrap_or(u64::MAX), u64::min)
    }
}

/// A frame about a channel.
pub(super) fn about(action: u64, channel: &str) -> Map<String, Value> {
    let mut frame = Map::new();
    set(&mut frame, "action", action);
    set(&mut frame, "channel", channel);
    frame
}
