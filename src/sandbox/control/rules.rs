//! Rules, which the dashboard calls integrations. Some send webhooks; the others are stored but have no effect.

use serde_json::{Map, Value};

use super::Site;
use super::body;
use super::room::{add_thing, new_id};
use super::rule_shapes::{RULE_TYPES, RuleType};
use super::shape::{Problems, check, wrong};
use crate::sandbox::Context;
use crate::sandbox::change::{Kind, Mutation};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::{object, set, set_all};
use crate::sandbox::response::Reply;
use crate::suggest::{did_you_mean, nearest};
use crate::text::joined;

pub(super) fn list(site: &Site<'_>) -> Reply {
    let mut shown = Vec::new();
    for rule in site.app.rules.values() {
        shown.push(show(rule));
    }
    Reply::json(200, Value::Array(shown))
}

pub(super) fn get(site: &Site<'_>, id: &str) -> Outcome {
    Ok(Reply::json(200, show(find(site, id)?)))
}

pub(super) fn create(context: &mut Context<'_>, site: &Site<'_>) -> Outcome {
    let (body, kind) = read(context, true)?;
    let id = new_id(context, |id| site.app.rules.contains_key(id));
    let mut rule = body;
    let own = object!({
        "id": id.as_str(),
        "appId": site.id,
        "version": "1.2",
        "created": context.now,
        "modified": context.now,
    });
    let mut missing = vec![("status", Value::from("enabled"))];
    if kind.is_moderation {
        let source = object!({ "channelFilter": "", "type": "channel.message" });
        missing.extend([("source", source), ("chatRoomFilter", Value::from("/.*/"))]);
    }
    for (name, value) in missing {
        if !rule.contains_key(name) {
            set(&mut rule, name, value);
        }
    }
    merge(&mut rule, own);
    add_thing(context, site, Kind::Rule, &id, Value::Object(rule.clone()))?;
    Ok(Reply::json(201, show(&Value::Object(rule))))
}

pub(super) fn update(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    let old = find(site, id)?;
    let (body, kind) = read(context, false)?;
    if old.get("ruleType").and_then(Value::as_str) != Some(kind.name) {
        let reason = "differs from the rule's type: delete the rule and create one of the new type";
        return Err(wrong("ruleType", reason));
    }
    let mut rule = old.as_object().cloned().unwrap_or_default();
    for (name, value) in body {
        // A change may contain only some fields of these two.
        match (name.as_str(), rule.get_mut(&name), value) {
            ("source" | "target", Some(Value::Object(old)), new @ Value::Object(_)) => {
                merge(old, new);
            }
            (_, _, value) => {
                rule.insert(name, value);
            }
        }
    }
    set(&mut rule, "modified", context.now);
    let rule = Value::Object(rule);
    let reply = Reply::json(200, show(&rule));
    context.change(Mutation::PutThing {
        app: site.id.to_owned(),
        kind: Kind::Rule,
        id: id.to_owned(),
        thing: rule,
    });
    Ok(reply)
}

pub(super) fn delete(context: &mut Context<'_>, site: &Site<'_>, id: &str) -> Outcome {
    find(site, id)?;
    Ok(super::room::delete_thing(context, site, Kind::Rule, id))
}

fn find<'a>(site: &Site<'a>, id: &str) -> Outcome<&'a Value> {
    let rule = site.app.rules.get(id);
    rule.ok_or_else(|| Refusal::not_found("this app has no rule with this id"))
}

/// Reads the body of a call and the rule type that it names.
fn read(context: &Context<'_>, is_new: bool) -> Outcome<(Map<String, Value>, &'static RuleType)> {
    let body = body::read_object(context)?;
    let names: Vec<&str> = RULE_TYPES.iter().map(|it| it.name).collect();
    let otherwise = || format!("is not one of {}", joined(&names, ", "));
    let named = match body.get("ruleType") {
        None => return Err(wrong("ruleType", "is missing")),
        Some(Value::String(named)) => named,
        Some(_) => return Err(wrong("ruleType", &otherwise())),
    };
    let Some(kind) = RULE_TYPES.iter().find(|it| it.name == named) else {
        let reason = match nearest(named, &names) {
            Some(meant) => format!("is not a rule type; {}", did_you_mean(meant)),
            None => otherwise(),
        };
        return Err(wrong("ruleType", &reason));
    };
    let mut problems = Problems::default();
    check(&body, kind.fields, is_new, &mut problems);
    problems.refuse()?;
    Ok((body, kind))
}

/// The rule as stored, except for the one secret that responses never include.
fn show(rule: &Value) -> Value {
    let mut rule = rule.clone();
    let authentication = rule.pointer_mut("/target/authentication");
    if let Some(fields) = authentication.and_then(Value::as_object_mut) {
        fields.remove("secretAccessKey");
    }
    rule
}

fn merge(into: &mut Map<String, Value>, from: Value) {
    if let Value::Object(from) = from {
        set_all(into, from);
    }
}
