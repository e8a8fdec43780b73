//! The options and the initial content of a sandbox.

use sha2::{Digest, Sha256};

use super::change::{AccessTokenRecord, AppRecord, KeyRecord, Mutation};
use super::object;
use crate::control::ACCESS_TOKEN_CAPABILITIES;
use crate::jwt::hmac_sha256::HmacKey;
use serde_json::{Map, Value};

/// The options of a sandbox.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Seed of the keys and access tokens, in place of the default constants. Use an unpredictable
    /// text for a sandbox that others can reach.
    pub seed: Option<String>,
    /// Accepted host names besides loopback ones, such as `sandbox.example.com`.
    pub hosts: Vec<String>,
    /// The accepted port. `None`: any.
    pub port: Option<u16>,
    /// Origins whose pages may read responses, besides loopback ones, such as
    /// `https://example.com`.
    pub origins: Vec<String>,
    /// Whether tokens can be revoked by channel, which Ably enables per account on request.
    pub revoke_channels: bool,
}

/// The initial account, app, keys and tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account's id.
    pub account_id: String,
    /// The account's name.
    pub account_name: String,
    /// The app's id.
    pub app_id: String,
    /// The app's name.
    pub app_name: String,
    /// A key that may do everything: `{"[*]*":["*"]}`.
    pub root_key: String,
    /// A key with revocable tokens: `{"*":["*"]}`.
    pub revocable_key: String,
    /// A key with few rights: read and write `chat:*`, and read `news`.
    pub narrow_key: String,
    /// An access token with all 11 capabilities.
    pub access_token: String,
    /// The token of an account admin, for the dashboard: creates, rotates and revokes access
    /// tokens.
    pub admin_token: String,
}

/// The capability of the narrow key.
pub(super) const NARROW: &str =
    r#"{"chat:*":["history","publish","subscribe"],"news":["subscribe"]}"#;
const ALL: &str = r#"{"[*]*":["*"]}"#;
const CHANNELS: &str = r#"{"*":["*"]}"#;

pub(super) const ACCOUNT_ID: &str = "sandbox";
pub(super) const ACCOUNT_NAME: &str = "Sandbox account";
const APP_ID: &str = "sndbox";
const APP_NAME: &str = "Sandbox app";

/// The second half of the key's name, and its secret, which says itself that it is not one.
const ROOT: (&str, &str) = ("root01", "not-a-secret-sandbox-root-key");
const REVOCABLE: (&str, &str) = ("revoc1", "not-a-secret-sandbox-revocable-key");
const NARROW_KEY: (&str, &str) = ("narrow", "not-a-secret-sandbox-narrow-key");
const ACCESS_TOKEN: &str = "not-a-secret-sandbox-access-token";
const ADMIN_TOKEN: &str = "not-a-secret-sandbox-admin-token";

impl Credentials {
    /// Derives the credentials from a seed, or returns the default constants.
    pub(super) fn new(seed: Option<&str>) -> Credentials {
        let secret = |constant: &str| match seed {
            None => constant.to_owned(),
            Some(seed) => {
                let mut text = hex(&HmacKey::new(seed.as_bytes()).sign(constant.as_bytes()));
                text.truncate(43);
                text
            }
        };
        let key = |(id, constant): (&str, &str)| format!("{APP_ID}.{id}:{}", secret(constant));
        Credentials {
            account_id: ACCOUNT_ID.to_owned(),
            account_name: ACCOUNT_NAME.to_owned(),
            app_id: APP_ID.to_owned(),
            app_name: APP_NAME.to_owned(),
            root_key: key(ROOT),
            revocable_key: key(REVOCABLE),
            narrow_key: key(NARROW_KEY),
            access_token: secret(ACCESS_TOKEN),
            admin_token: secret(ADMIN_TOKEN),
        }
    }

    /// The mutations that create these credentials.
    pub(super) fn mutations(&self) -> Vec<Mutation> {
        let app = AppRecord {
            id: APP_ID.to_owned(),
            fields: app_fields(APP_NAME, 0),
        };
        let key = |whole: &str, name: &str, capability: &str, revocable_tokens| {
            let (name_part, secret) = whole.split_once(':').unwrap_or_default();
            Mutation::PutKey {
                app: APP_ID.to_owned(),
                key: KeyRecord {
                    id: name_part.split('.').nth(1).unwrap_or_default().to_owned(),
                    secret: secret.to_owned(),
                    name: name.to_owned(),
                    capability: capability.to_owned(),
                    revocable_tokens,
                    is_revoked: false,
                    created: 0,
                    modified: 0,
                },
            }
        };
        let token = |value: &str, id: &str, name: &str, is_admin| Mutation::PutAccessToken {
            token: AccessTokenRecord {
                id: id.to_owned(),
                name: name.to_owned(),
                hash: hash(value),
                capabilities: match is_admin {
                    true => Vec::new(),
                    false => ACCESS_TOKEN_CAPABILITIES
                        .map(|row| row.capability.to_owned())
                        .into(),
                },
                is_admin,
                created: 0,
                expires: None,
                last_used: None,
            },
        };
        vec![
            Mutation::PutApp { app },
            key(&self.root_key, "Root", ALL, false),
            key(&self.revocable_key, "Revocable tokens", CHANNELS, true),
            key(&self.narrow_key, "Narrow", NARROW, false),
            token(&self.access_token, "sandbox", "Sandbox access token", false),
            token(&self.admin_token, "admin", "Sandbox admin", true),
        ]
    }
}

/// The fields of a new app, as the Control API shows them.
pub(super) fn app_fields(name: &str, now: u64) -> Map<String, Value> {
    let fields = object::object!({
        "name": name,
        "status": "enabled",
        "tlsOnly": false,
        "created": now,
        "modified": now,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The stored form of a token: its SHA-256 hash as hexadecimal digits.
pub(super) fn hash(value: &str) -> String {
    hex(&Sha256::digest(value.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(***)")
    }
}
