//! Describes the owner of an access token.

use serde_json::Value;

use crate::sandbox::change::AccessTokenRecord;
use crate::sandbox::object::object;
use crate::sandbox::response::Reply;
use crate::sandbox::setup::{ACCOUNT_ID, ACCOUNT_NAME};
use crate::times::iso_time;

pub(super) fn show(token: &AccessTokenRecord) -> Reply {
    let me = object!({
        "token": describe(token),
        "user": object!({ "id": 1, "email": "sandbox@example.com" }),
        "account": object!({ "id": ACCOUNT_ID, "name": ACCOUNT_NAME }),
    });
    Reply::json(200, me)
}

/// The public fields of an access token, without its value or hash.
pub(in crate::sandbox) fn describe(token: &AccessTokenRecord) -> Value {
    object!({
        "id": token.id.as_str(),
        "name": token.name.as_str(),
        "capabilities": token.capabilities.as_slice(),
        "expires_at": token.expires.map(iso_time),
        "last_used_at": token.last_used.map(iso_time),
    })
}
