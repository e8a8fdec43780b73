//! Whose access token it is.

use serde_json::{Value, json};

use crate::sandbox::change::AccessTokenRecord;
use crate::sandbox::iso_time::iso_time;
use crate::sandbox::reply::Reply;
use crate::sandbox::setup::{ACCOUNT_ID, ACCOUNT_NAME};

pub(super) fn show(token: &AccessTokenRecord) -> Reply {
    let me = json!({
        "token": describe(token),
        "user": { "id": 1, "email": "sandbox@example.com" },
        "account": { "id": ACCOUNT_ID, "name": ACCOUNT_NAME },
    });
    Reply::json(200, me)
}

/// All that is ever told of an access token: neither its value nor its hash.
pub(in crate::sandbox) fn describe(token: &AccessTokenRecord) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "capabilities": token.capabilities,
        "expires_at": token.expires.map(iso_time),
        "last_used_at": token.last_used.map(iso_time),
    })
}
