//! Changes of the state: small records that are applied in order and stored as JSON.

mod read;
mod write;

use std::fmt;

use serde_json::{Map, Value};

pub(super) use read::{Unreadable, read};
pub(super) use write::write;

/// All mutations of one request, as one line of JSON. It holds secrets, so it is never printed.
///
/// The format is private to the sandbox. Later versions can read the changes of earlier ones.
#[derive(Clone, PartialEq, Eq)]
pub struct Change(pub(super) String);

impl Change {
    /// Wraps a stored text. [`Sandbox::restore`](super::Sandbox::restore) checks whether it is
    /// valid.
    pub fn from_text(text: impl Into<String>) -> Change {
        Change(text.into())
    }

    /// The text to store. It contains no line break.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(***)")
    }
}

/// The time and the mutations of a change.
pub(super) struct Record {
    /// ms since 1970. Applying the record drops everything that has expired by then.
    pub(super) at: u64,
    pub(super) changes: Vec<Mutation>,
}

/// One step of a change. It includes all random values and clock readings, so that replaying it
/// always gives the same result.
pub(super) enum Mutation {
    /// Always the first mutation.
    SetUp {
        /// The version of the record format.
        version: u64,
        /// The seed of the credentials. `None`: they are the default constants.
        seed: Option<String>,
    },
    /// Creates an app or replaces its fields.
    PutApp {
        app: AppRecord,
    },
    DeleteApp {
        app: String,
    },
    /// Creates a key or replaces its fields, also to revoke it.
    PutKey {
        app: String,
        key: KeyRecord,
    },
    /// Creates or replaces a rule, queue or namespace, as shown by the Control API.
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
    /// Creates an access token, or replaces its value or expiry.
    PutAccessToken {
        token: AccessTokenRecord,
    },
    DeleteAccessToken {
        id: String,
    },
    /// Issues an Ably token.
    IssueToken {
        token: TokenRecord,
    },
    /// Records the nonce of an accepted TokenRequest, so that it is not accepted again.
    UseNonce {
        key_name: String,
        nonce: String,
        timestamp: u64,
    },
    /// Revokes `targets`, such as `clientId:ada`, of one key.
    Revoke {
        key_name: String,
        targets: Vec<String>,
        issued_before: u64,
        applies_at: u64,
    },
    /// Publishes messages on one channel.
    Publish {
        app: String,
        channel: String,
        messages: Vec<Value>,
    },
    /// Edits a published message: its new version, and what subscribers are told of it.
    Edit {
        app: String,
        channel: String,
        stored: Value,
        told: Value,
    },
    /// Sets the earlier versions of a message.
    PutVersions {
        app: String,
        channel: String,
        serial: String,
        versions: Vec<Value>,
    },
    /// Adds annotations of one message, and sets its summary to the one that subscribers are told.
    Annotate {
        app: String,
        channel: String,
        annotations: Vec<Value>,
        told: Value,
    },
    /// Adds annotations of a message that has their summary.
    PutAnnotations {
        app: String,
        channel: String,
        serial: String,
        annotations: Vec<Value>,
    },
    /// Adds presence events of one connection on one channel to its presence history.
    Presence {
        app: String,
        channel: String,
        events: Vec<Value>,
    },
    /// Sets the members that a test app was created with.
    PutPresence {
        app: String,
        channel: String,
        members: Vec<Value>,
    },
    /// Adds rows of statistics.
    PutStats {
        app: String,
        stats: Vec<Value>,
    },
}

/// The kinds of objects in an app that the sandbox stores but does not act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rule,
    Queue,
    Namespace,
}

pub(super) struct AppRecord {
    pub(super) id: String,
    /// Everything that the Control API shows, except the id.
    pub(super) fields: Map<String, Value>,
}

#[derive(Clone)]
pub(super) struct KeyRecord {
    /// The second half of the key name.
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) name: String,
    /// The capability as canonical text.
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
    /// Whether it has an account admin's rights in the dashboard.
    pub(super) is_admin: bool,
    /// ms since 1970
    pub(super) created: u64,
    /// ms since 1970. `None`: never.
    pub(super) expires: Option<u64>,
    /// ms since 1970, rounded to ten minutes.
    pub(super) last_used: Option<u64>,
}

#[derive(Clone)]
pub(super) struct TokenRecord {
    /// SHA-256 of the token, in hexadecimal digits.
    pub(super) hash: String,
    pub(super) key_name: String,
    /// The capability as canonical text, already narrowed by the key's.
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
