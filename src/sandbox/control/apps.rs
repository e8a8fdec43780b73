//! Apps.

use serde_json::{Map, Value};

use super::room::{check_room, new_id};
use super::shape::Shape::{Name, Text, Truth, Word};
use super::shape::{Field, needed, optional, or_null};
use super::{Site, body};
use crate::sandbox::Context;
use crate::sandbox::change::{AppRecord, Mutation};
use crate::sandbox::error::Outcome;
use crate::sandbox::limits::MAX_APPS;
use crate::sandbox::object::set;
use crate::sandbox::response::Reply;
use crate::sandbox::setup::{ACCOUNT_ID, app_fields};

/// Source: `app_post` and `app_patch` of the OpenAPI document.
const FIELDS: &[Field] = &[
    needed("name", Name),
    optional("status", Word(&["enabled", "disabled"])),
    or_null("tlsOnly", Truth),
    or_null("fcmKey", Text),
    or_null("fcmServiceAccount", Text),
    or_null("fcmProjectId", Text),
    or_null("apnsCertificate", Text),
    or_null("apnsPrivateKey", Text),
    or_null("apnsUseSandboxEndpoint", Truth),
    or_null("apnsAuthType", Word(&["certificate", "token"])),
    or_null("apnsSigningKey", Text),
    or_null("apnsSigningKeyId", Text),
    or_null("apnsIssuerKey", Text),
    or_null("apnsTopicHeader", Text),
];

/// Secret fields, each with the flag that responses show instead. Only the flag is stored.
const SECRETS: [(&str, &str); 5] = [
    ("fcmKey", ""),
    ("fcmServiceAccount", "fcmServiceAccountConfigured"),
    ("apnsCertificate", "apnsCertificateConfigured"),
    ("apnsPrivateKey", ""),
    ("apnsSigningKey", "apnsSigningKeyConfigured"),
];

pub(super) fn list(context: &Context<'_>) -> Reply {
    let mut shown = Vec::new();
    for (id, app) in context.state.apps.iter() {
        shown.push(show(id, &app.fields));
    }
    Reply::json(200, Value::Array(shown))
}

pub(super) fn create(context: &mut Context<'_>) -> Outcome {
    let body = body::read(context, FIELDS, true)?;
    let state = context.state;
    check_room(state.apps.len(), MAX_APPS, "apps")?;
    let id = new_id(context, |id| state.apps.contains(id));
    let mut fields = app_fields("", context.now);
    set(&mut fields, "apnsUseSandboxEndpoint", false);
    for (_, configured) in SECRETS.iter().filter(|(_, it)| !it.is_empty()) {
        set(&mut fields, configured, false);
    }
    put(context, 201, &id, fields, body)
}

pub(super) fn update(context: &mut Context<'_>, site: &Site<'_>) -> Outcome {
    let body = body::read(context, FIELDS, false)?;
    let mut fields = site.app.fields.clone();
    set(&mut fields, "modified", context.now);
    put(context, 200, site.id, fields, body)
}

fn put(
    context: &mut Context<'_>,
    status: u16,
    id: &str,
    mut fields: Map<String, Value>,
    body: Map<String, Value>,
) -> Outcome {
    for (name, value) in body {
        match SECRETS.iter().find(|(secret, _)| *secret == name) {
            Some((_, "")) => {}
            Some((_, configured)) => {
                set(&mut fields, configured, !value.is_null());
            }
            None => {
                fields.insert(name, value);
            }
        }
    }
    let reply = Reply::json(status, show(id, &fields));
    let id = id.to_owned();
    context.change(Mutation::PutApp {
        app: AppRecord { id, fields },
    });
    Ok(reply)
}

/// Deletes an app with everything in it.
pub(super) fn delete(context: &mut Context<'_>, site: &Site<'_>) -> Reply {
    context.change(Mutation::DeleteApp {
        app: site.id.to_owned(),
    });
    Reply::empty(204)
}

fn show(id: &str, fields: &Map<String, Value>) -> Value {
    let mut shown = fields.clone();
    set(&mut shown, "id", id);
    set(&mut shown, "accountId", ACCOUNT_ID);
    Value::Object(shown)
}
