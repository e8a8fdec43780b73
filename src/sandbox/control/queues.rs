//! Queues, which are stored but never receive messages.

use serde_json::Value;

use super::Site;
use super::body;
use super::room::{add_thing, delete_thing};
use super::shape::Shape::{Name, Whole, Word};
use super::shape::{Field, needed, wrong};
use crate::sandbox::Context;
use crate::sandbox::change::Kind;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::object;
use crate::sandbox::response::Reply;

/// Source: `queue` of the OpenAPI document, whose descriptions list the regions.
const FIELDS: &[Field] = &[
    needed("name", Name),
    needed("ttl", Whole(1, i64::MAX)),
    needed("maxLength", Whole(1, i64::MAX)),
    needed("region", Word(&["us-east-1-a", "eu-west-1-a"])),
];

pub(super) fn list(site: &Site<'_>) -> Reply {
    Reply::json(200, site.app.queues.values().cloned().collect())
}

pub(super) fn create(context: &mut Context<'_>, site: &Site<'_>) -> Outcome {
    let body = body::read(context, FIELDS, true)?;
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let (app, name, region) = (site.id, text("name"), text("region"));
    let id = format!("{app}:{region}:{name}");
    if site.app.queues.contains_key(&id) {
        return Err(wrong(
            "name",
            "is already the name of a queue in this region",
        ));
    }
    // This host name does not resolve, so that no client sends messages to a queue that does not
    // exist.
    let host = format!("{region}-queue.sandbox.invalid");
    let queue = object!({
        "id": id.as_str(),
        "appId": app,
        "name": name,
        "region": region,
        "amqp": object!({ "uri": format!("amqps://{host}:5671/shared"), "queueName": format!("{app}:{name}") }),
        "stomp": object!({
            "uri": format!("stomp://{host}:61614"),
            "host": "shared",
            "destination": format!("/amqp/queue/{app}:{name}"),
        }),
        "state": "Running",
        "messages": object!({ "ready": 0, "unacknowledged": 0, "total": 0 }),
        "stats": object!({ "publishRate": Value::Null, "deliveryRate": Value::Null, "acknowledgementRate": Value::Null }),
        "ttl": body.get("ttl").cloned(),
        "maxLength": body.get("maxLength").cloned(),
        "deadletter": false,
        "deadletterId": format!("{app}:{region}:deadletter"),
    });
    add_thing(context, site, Kind::Queue, &id, queue.clone())?;
    Ok(Reply::json(201, queue))
}

pub(super) fn delete(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    if !site.app.queues.contains_key(id) {
        return Err(Refusal::not_found("this app has no queue with this id"));
    }
    Ok(delete_thing(context, site, Kind::Queue, id))
}
