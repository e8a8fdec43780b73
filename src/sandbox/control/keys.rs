//! API keys.

use serde_json::{Map, Value};

use super::room::check_room;
use super::shape::Shape::{Elsewhere, Name, Truth};
use super::shape::{Field, needed, or_null, wrong};
use super::{Site, body};
use crate::capability::Capability;
use crate::json::Json;
use crate::sandbox::Context;
use crate::sandbox::change::{KeyRecord, Mutation};
use crate::sandbox::codec::read_json;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_KEYS;
use crate::sandbox::object::object;
use crate::sandbox::response::Reply;
use crate::sandbox::state::Key;

/// Source: `key_post` and `key_patch` of the OpenAPI document.
const FIELDS: &[Field] = &[
    needed("name", Name),
    needed("capability", Elsewhere),
    or_null("revocableTokens", Truth),
];

pub(super) fn list(site: &Site<'_>) -> Reply {
    let mut shown = Vec::new();
    for (_, key) in site.app.keys.iter() {
        shown.push(show(site.id, &key.record));
    }
    Reply::json(200, Value::Array(shown))
}

pub(super) fn create(context: &mut Context<'_>, site: &Site<'_>) -> Outcome {
    let body = body::read(context, FIELDS, true)?;
    let capability = capability(context)?;
    check_room(
        site.app.keys.len(),
        MAX_KEYS,
        "keys of an app, revoked ones included",
    )?;
    let mut id = context.entropy.text(6);
    while site.app.keys.contains(&id) {
        id = context.entropy.text(6);
    }
    let key = KeyRecord {
        id,
        secret: context.entropy.text(43),
        name: String::new(),
        capability: String::new(),
        revocable_tokens: false,
        is_revoked: false,
        created: context.now,
        modified: context.now,
    };
    Ok(put(context, 201, site.id, key, &body, capability))
}

pub(super) fn update(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    let key = find(site, id)?.record.clone();
    let body = body::read(context, FIELDS, false)?;
    let capability = match body.contains_key("capability") {
        true => capability(context)?,
        false => key.capability.clone(),
    };
    if key.is_revoked {
        let message = "this key has been revoked permanently: create another";
        return Err(Refusal::new(422, 42200, message));
    }
    let modified = context.now;
    let key = KeyRecord { modified, ..key };
    Ok(put(context, 200, site.id, key, &body, capability))
}

fn put(
    context: &mut Context<'_>,
    status: u16,
    app: &str,
    mut key: KeyRecord,
    body: &Map<String, Value>,
    capability: String,
) -> Reply {
    if let Some(name) = body.get("name").and_then(Value::as_str) {
        name.clone_into(&mut key.name);
    }
    if let Some(revocable) = body.get("revocableTokens") {
        key.revocable_tokens = revocable.as_bool() == Some(true);
    }
    key.capability = capability;
    let reply = Reply::json(status, show(app, &key));
    let app = app.to_owned();
    context.change(Mutation::PutKey { app, key });
    reply
}

/// Revokes a key permanently. Revoking it again changes nothing.
pub(super) fn revoke(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    let key = &find(site, id)?.record;
    if !key.is_revoked {
        let key = KeyRecord {
            is_revoked: true,
            modified: context.now,
            ..key.clone()
        };
        let app = site.id.to_owned();
        context.change(Mutation::PutKey { app, key });
    }
    Ok(Reply::empty(200))
}

fn find<'a>(site: &Site<'a>, id: &str) -> Outcome<&'a Key> {
    let key = site.app.keys.get(id);
    key.ok_or_else(|| {
        Refusal::not_found(
            "this app has no key with this id: the id is the part of the key between the dot and the colon",
        )
    })
}

/// The capability in the body, as canonical text. Read from the original text, so that duplicate
/// resources are detected.
fn capability(context: &Context<'_>) -> Outcome<String> {
    let body = std::str::from_utf8(&context.call.request.body).unwrap_or_default();
    let body = Json::parse(body).map_err(|_| Refusal::bad("the body is not JSON"))?;
    let given = body.member("capability").map_or("", Json::text);
    match Capability::parse(given) {
        Ok(capability) => Ok(capability.to_string()),
        Err(error) => {
            let path = error.path().unwrap_or("capability").to_owned();
            let reason = error.text();
            // The core's message already names the place, so no field name goes in front of it.
            let mut refusal = wrong(&path, &reason);
            refusal.message = reason;
            Err(refusal)
        }
    }
}

fn show(app: &str, key: &KeyRecord) -> Value {
    let capability = read_json(key.capability.as_bytes()).unwrap_or_default();
    object!({
        "appId": app,
        "id": key.id.as_str(),
        "name": key.name.as_str(),
        "revocableTokens": key.revocable_tokens,
        "status": u8::from(key.is_revoked),
        "key": format!("{app}.{}:{}", key.id, key.secret),
        "capability": capability,
        "created": key.created,
        "modified": key.modified,
    })
}
