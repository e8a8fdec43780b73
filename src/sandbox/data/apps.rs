//! Test apps, in the format of Ably's SDK test suites (`test-app-setup.json` of ably-common).

use serde_json::{Map, Value};

use super::caller::{AuthMethod, Caller};
use super::fields::{field, flag, object, text};
use super::presence;
use crate::capability::Capability;
use crate::sandbox::Context;
use crate::sandbox::change::{AppRecord, KeyRecord, Kind, Mutation};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::{MAX_APPS, MAX_KEYS, MAX_THINGS};
use crate::sandbox::object::{object, set};
use crate::sandbox::parsed_request::authority;
use crate::sandbox::response::Reply;
use crate::sandbox::setup::{ACCOUNT_ID, app_fields};

/// `POST /apps`, which needs no credential.
pub(super) fn create(context: &mut Context<'_>) -> Outcome {
    let body = context.call.body()?;
    let fields = object(&body, "the body")?;
    if context.state.apps.len() >= MAX_APPS {
        let message = format!("the sandbox holds {MAX_APPS} apps: delete one first");
        return Err(Refusal::new(400, 40128, message));
    }
    let keys = list(fields, "keys", MAX_KEYS, 40127)?;
    let namespaces = list(fields, "namespaces", MAX_THINGS, 40126)?;
    let channels = list(fields, "channels", MAX_THINGS, 40000)?;

    let app_id = context.entropy.id(6);
    let app = AppRecord {
        id: app_id.clone(),
        fields: app_fields("Test app", context.now),
    };
    context.change(Mutation::PutApp { app });
    let mut told_keys = Vec::new();
    for key in keys {
        told_keys.push(create_key(context, &app_id, object(key, "a key")?)?);
    }
    for namespace in namespaces {
        create_namespace(context, &app_id, object(namespace, "a namespace")?)?;
    }
    for channel in channels {
        presence::put(context, &app_id, object(channel, "a channel")?)?;
    }
    let mut answer = object!({
        "accountId": ACCOUNT_ID,
        "appId": app_id,
        "keys": told_keys,
        "namespaces": namespaces.to_vec(),
    });
    if let Value::Object(answer) = &mut answer {
        reached_at(&context.call.request.url, answer);
    }
    Ok(Reply::json(201, answer))
}

/// `DELETE /apps/{app}`, with one of the app's keys.
pub(super) fn delete(context: &mut Context<'_>, app_id: &str) -> Outcome {
    let caller = Caller::of(context)?;
    if caller.how == AuthMethod::Token || caller.app_id != app_id {
        return Err(Refusal::new(
            401,
            40100,
            "delete an app by Basic authentication with one of that app's keys",
        ));
    }
    context.change(Mutation::DeleteApp {
        app: app_id.to_owned(),
    });
    Ok(Reply::empty(204))
}

/// Reads an optional list.
fn list<'v>(
    fields: &'v Map<String, Value>,
    name: &str,
    most: usize,
    code: u32,
) -> Outcome<&'v [Value]> {
    let list = match field(fields, name) {
        None => return Ok(&[]),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Refusal::bad(format!("{name} is not a list"))),
    };
    if list.len() > most {
        let message = format!("there are {} {name}, over the bound of {most}", list.len());
        return Err(Refusal::new(400, code, message));
    }
    Ok(list)
}

fn create_key(
    context: &mut Context<'_>,
    app_id: &str,
    fields: &Map<String, Value>,
) -> Outcome<Value> {
    let capability = match text(fields, "capability")? {
        None => Capability::all_channels(),
        Some(text) => Capability::parse(text)?,
    };
    let key = KeyRecord {
        id: context.entropy.id(6),
        secret: context.entropy.text(43),
        name: "Test key".to_owned(),
        capability: capability.to_string(),
        revocable_tokens: flag(fields, "revocableTokens")?,
        is_revoked: false,
        created: context.now,
        modified: context.now,
    };
    let key_name = format!("{app_id}.{}", key.id);
    let told = object!({
        "id": key.id.as_str(),
        "keyName": key_name.as_str(),
        "keySecret": key.secret.as_str(),
        "keyStr": format!("{key_name}:{}", key.secret),
        "value": key.secret.as_str(),
        "capability": key.capability.as_str(),
        "revocableTokens": key.revocable_tokens,
    });
    context.change(Mutation::PutKey {
        app: app_id.to_owned(),
        key,
    });
    Ok(told)
}

fn create_namespace(
    context: &mut Context<'_>,
    app_id: &str,
    fields: &Map<String, Value>,
) -> Outcome<()> {
    let id = text(fields, "id")?.ok_or_else(|| Refusal::bad("a namespace has no id"))?;
    let mut thing = fields.clone();
    for (name, value) in [
        ("appId", Value::from(app_id)),
        ("created", Value::from(context.now)),
        ("modified", Value::from(context.now)),
    ] {
        set(&mut thing, name, value);
    }
    context.change(Mutation::PutThing {
        app: app_id.to_owned(),
        kind: Kind::Namespace,
        id: id.to_owned(),
        thing: Value::Object(thing),
    });
    Ok(())
}

/// Adds host, port and TLS: clients of the new app connect to the address that this request used.
fn reached_at(url: &str, answer: &mut Map<String, Value>) {
    let tls = url.starts_with("https://");
    let authority = authority(url);
    let after_brackets = authority.rfind(']').map_or(0, |at| at + 1);
    let colon = authority.rfind(':').filter(|at| *at >= after_brackets);
    let host = authority.get(..colon.unwrap_or(authority.len()));
    let port = colon.and_then(|colon| authority.get(colon + 1..)?.parse().ok());
    let port: u16 = port.unwrap_or(if tls { 443 } else { 80 });
    set(answer, "endpoint", host);
    set(answer, "port", port);
    set(answer, "tls", tls);
}
