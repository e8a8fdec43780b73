//! Namespaces, which the dashboard calls channel rules.

use serde_json::Value;

use super::Site;
use super::body;
use super::room::{add_thing, delete_thing};
use super::shape::Shape::{Name, Text, Truth, Whole};
use super::shape::{Field, needed, optional, wrong};
use crate::sandbox::Context;
use crate::sandbox::change::{Kind, Mutation};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::{object, set, set_all};
use crate::sandbox::response::Reply;

/// Source: `namespace_post` of the OpenAPI document; `namespace_patch` has all fields but the
/// first.
const FIELDS: &[Field] = &[
    needed("id", Name),
    optional("authenticated", Truth),
    optional("persisted", Truth),
    optional("persistLast", Truth),
    optional("pushEnabled", Truth),
    optional("batchingEnabled", Truth),
    optional("batchingInterval", Whole(0, i64::MAX)),
    optional("conflationEnabled", Truth),
    optional("conflationInterval", Whole(0, i64::MAX)),
    optional("conflationKey", Text),
    optional("tlsOnly", Truth),
    optional("exposeTimeserial", Truth),
    optional("mutableMessages", Truth),
    optional("populateChannelRegistry", Truth),
];

pub(super) fn list(site: &Site<'_>) -> Reply {
    let mut shown = Vec::new();
    for (id, namespace) in &site.app.namespaces {
        shown.push(show(site, id, namespace));
    }
    Reply::json(200, Value::Array(shown))
}

pub(super) fn create(context: &mut Context<'_>, site: &Site<'_>) -> Outcome {
    let mut body = body::read(context, FIELDS, true)?;
    let id = body
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if site.app.namespaces.contains_key(&id) {
        return Err(wrong("id", "is already the id of a namespace in this app"));
    }
    set(&mut body, "created", context.now);
    set(&mut body, "modified", context.now);
    let namespace = Value::Object(body);
    let reply = Reply::json(201, show(site, &id, &namespace));
    add_thing(context, site, Kind::Namespace, &id, namespace)?;
    Ok(reply)
}

pub(super) fn update(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    let old = find(site, id)?;
    let body = body::read(context, FIELDS.get(1..).unwrap_or_default(), false)?;
    let mut namespace = old.as_object().cloned().unwrap_or_default();
    set_all(&mut namespace, body);
    set(&mut namespace, "modified", context.now);
    let namespace = Value::Object(namespace);
    let reply = Reply::json(200, show(site, id, &namespace));
    context.change(Mutation::PutThing {
        app: site.id.to_owned(),
        kind: Kind::Namespace,
        id: id.to_owned(),
        thing: namespace,
    });
    Ok(reply)
}

pub(super) fn delete(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    find(site, id)?;
    Ok(delete_thing(context, site, Kind::Namespace, id))
}

fn find<'a>(site: &Site<'a>, id: &str) -> Outcome<&'a Value> {
    let namespace = site.app.namespaces.get(id);
    namespace.ok_or_else(|| Refusal::not_found("this app has no namespace with this id"))
}

/// Adds the defaults. A namespace of a test app has only the fields that were given.
fn show(site: &Site<'_>, id: &str, namespace: &Value) -> Value {
    let made = site.app.fields.get("created").cloned();
    let mut shown = object!({
        "authenticated": false,
        "persisted": false,
        "persistLast": false,
        "pushEnabled": false,
        "batchingEnabled": false,
        "batchingInterval": 20,
        "conflationEnabled": false,
        "tlsOnly": false,
        "exposeTimeserial": false,
        "mutableMessages": false,
        "populateChannelRegistry": false,
        "created": made.clone(),
        "modified": made,
    });
    if let Value::Object(shown) = &mut shown {
        let known = FIELDS
            .iter()
            .map(Field::name)
            .chain(["created", "modified"]);
        for name in known {
            if let Some(value) = namespace.get(name) {
                set(shown, name, value.clone());
            }
        }
        set(shown, "appId", site.id);
        set(shown, "id", id);
    }
    shown
}
