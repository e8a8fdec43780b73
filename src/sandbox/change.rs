//! What changes the state: small records that are made one after the other, written down as JSON.

mod read;
mod write;

use std::fmt;

use serde_json::{Map, Value};

pub(super) use read::{Unreadable, read};
pub(super) use write::write;

/// All that one request changes, as one line of JSON. It holds secrets, so it is never printed.
///
/// Its form is the sandbox's own business; a sandbox of a later version reads those of an earlier one.
#[derive(Clone, PartialEq, Eq)]
pub struct Change(pub(super) String);

impl Change {
    /// One that was kept as this text. Whether it is one is found out by
    /// [`Sandbox::restore`](super::Sandbox::restore).
    pub fn from_text(text: impl Into<String>) -> Change {
        Change(text.into())
    }

    /// The text to keep. It has no line end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(***)")
    }
}

/// When, and what.
pub(super) struct Record {
    /// ms since 1970. What has come to its end by then is dropped.
    pub(super) at: u64,
    pub(super) changes: Vec<Mutation>,
}

/// One step. What is random or read from the clock is in it, so that it comes to the same each time.
pub(super) enum Mutation {
    /// The first of all.
    SetUp {
        /// The version of these records.
        version: u64,
        /// What the credentials are made from; none: they are the constant ones.
        seed: Option<String>,
    },
    /// A new app, or new fields of an old one.
    PutApp {
        app: AppRecord,
    },
    DeleteApp {
        app: String,
    },
    /// A new key, or new fields of an old one; a revoked one, too.
    PutKey {
        app: String,
        key: KeyRecord,
    },
    /// Rules, queues and namespaces, as the Control API shows them.
    PutThing {
        app: String,
        kind: Kind,
        id: String,
        thing: Value,
    },
    DeleteThing {
        app: String,
        kind: Kind,
        id: String,
    },
    /// A new access token, or a new value or end of an old one.
    PutAccessToken {
        token: AccessTokenRecord,
    },
    DeleteAccessToken {
        id: String,
    },
    /// An Ably token was issued.
    IssueToken {
        token: TokenRecord,
    },
    /// A TokenRequest was taken, and is not taken again.
    UseNonce {
        key_name: String,
        nonce: String,
        timestamp: u64,
    },
    /// `targets`, as `clientId:ada`, of one key.
    Revoke {
        key_name: String,
        targets: Vec<String>,
        issued_before: u64,
        applies_at: u64,
    },
    /// Messages of one channel.
    Publish {
        app: String,
        channel: String,
        messages: Vec<Value>,
    },
    /// Who is said to be on a channel: nobody enters one without a realtime connection.
    PutPresence {
        app: String,
        channel: String,
        members: Vec<Value>,
    },
    /// Rows of statistics.
    PutStats {
        app: String,
        stats: Vec<Value>,
    },
}

/// What an app has several of, and the sandbox only keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rule,
    Queue,
    Namespace,
}

pub(super) struct AppRecord {
    pub(super) id: String,
    /// All that the Control API shows of it, but for the id.
    pub(super) fields: Map<String, Value>,
}

#[derive(Clone)]
pub(super) struct KeyRecord {
    /// The second half of the key name.
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) name: String,
    /// Canonical text.
    pub(super) capability: String,
    pub(super) revocable_tokens: bool,
    pub(super) is_revoked: bool,
    /// ms since 1970
    pub(super) created: u64,
    /// ms since 1970
    pub(super) modified: u64,
}

#[derive(Clone)]
pub(super) struct AccessTokenRecord {
    pub(super) id: String,
    pub(super) name: String,
    /// SHA-256 of the value, in hexadecimal digits.
    pub(super) hash: String,
    pub(super) capabilities: Vec<String>,
    /// May do what only an account's admins may, in the dashboard.
    pub(super) is_admin: bool,
    /// ms since 1970
    pub(super) created: u64,
    /// ms since 1970; none: never.
    pub(super) expires: Option<u64>,
    /// ms since 1970, to ten minutes.
    pub(super) last_used: Option<u64>,
}

#[derive(Clone)]
pub(super) struct TokenRecord {
    /// SHA-256 of the token, in hexadecimal digits.
    pub(super) hash: String,
    pub(super) key_name: String,
    /// Canonical text, narrowed by the key's.
    pub(super) capability: String,
    pub(super) client_id: Option<String>,
    /// ms since 1970
    pub(super) issued: u64,
    /// ms since 1970
    pub(super) expires: u64,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Rule, Kind::Queue, Kind::Namespace];

    fn name(self) -> &'static str {
        match self {
            Kind::Rule => "rule",
            Kind::Queue => "queue",
            Kind::Namespace => "namespace",
        }
    }
}
