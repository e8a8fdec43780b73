//! Summaries of the annotations of a message.
//!
//! Source: <https://ably.com/docs/messages/annotations#annotation-types>; the names of the members
//! are those of SPEC TM7, where the two differ.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::whole;
use crate::sandbox::codec::json_text;
use crate::sandbox::object::{object, set};

/// What an annotation does (SPEC TAN2b).
pub(super) const CREATE: u64 = 0;
pub(super) const DELETE: u64 = 1;

/// Maximum size of a summary. Beyond it, client ids are left out, so that it fits into a message.
const MAX_BYTES: usize = 32 * 1024;

/// How the annotations of a type add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Total,
    Flag,
    Distinct,
    Unique,
    Multiple,
}

impl Method {
    /// The method of a type such as `reaction:distinct.v1`.
    pub(super) fn of(annotation_type: &str) -> Option<Method> {
        let (namespace, method) = annotation_type.split_once(':')?;
        if namespace.is_empty() {
            return None;
        }
        match method {
            "total.v1" => Some(Method::Total),
            "flag.v1" => Some(Method::Flag),
            "distinct.v1" => Some(Method::Distinct),
            "unique.v1" => Some(Method::Unique),
            "multiple.v1" => Some(Method::Multiple),
            _ => None,
        }
    }

    pub(super) fn needs_client_id(self) -> bool {
        matches!(self, Method::Flag | Method::Distinct | Method::Unique)
    }

    pub(super) fn needs_name(self) -> bool {
        matches!(self, Method::Distinct | Method::Unique | Method::Multiple)
    }
}

/// What was counted under one name of one type.
#[derive(Default)]
struct Tally<'v> {
    /// In the order in which they came, each with its count.
    clients: Vec<(&'v str, u64)>,
    /// Of those without a client id.
    unidentified: u64,
}

impl<'v> Tally<'v> {
    fn total(&self) -> u64 {
        let counts = self.clients.iter().map(|(_, count)| *count);
        counts.fold(self.unidentified, u64::saturating_add)
    }

    fn add(&mut self, client_id: &'v str, count: u64) {
        if let Some((_, counted)) = self.clients.iter_mut().find(|(it, _)| *it == client_id) {
            *counted = counted.saturating_add(count);
        } else {
            self.clients.push((client_id, count));
        }
    }

    fn remove(&mut self, client_id: &str) {
        self.clients.retain(|(it, _)| *it != client_id);
    }
}

/// The tallies of one type by name. Types without names have one with an empty name.
type Tallies<'v> = BTreeMap<&'v str, Tally<'v>>;

/// The summary of annotations, which are given oldest first.
pub(super) fn summary(annotations: &[&Value]) -> Value {
    let counted = counted(annotations);
    let mut most = annotations.len();
    loop {
        let summary = shown(&counted, &Shown::Some(most));
        if most == 0 || json_text(&summary).len() <= MAX_BYTES {
            return summary;
        }
        most /= 2;
    }
}

/// What the summary says of one client.
pub(super) fn of_client(annotations: &[&Value], client_id: &str) -> Value {
    shown(&counted(annotations), &Shown::One(client_id))
}

fn counted<'v>(annotations: &[&'v Value]) -> BTreeMap<&'v str, Tallies<'v>> {
    let mut types: BTreeMap<&str, Tallies<'v>> = BTreeMap::new();
    for annotation in annotations.iter().copied() {
        let text = |name| annotation.get(name).and_then(Value::as_str);
        let kind = text("type").unwrap_or_default();
        if let Some(method) = Method::of(kind) {
            let tallies = types.entry(kind).or_default();
            count(tallies, method, annotation);
            tallies.retain(|_, tally| tally.total() > 0);
        }
    }
    types.retain(|_, tallies| !tallies.is_empty());
    types
}

fn count<'v>(tallies: &mut Tallies<'v>, method: Method, annotation: &'v Value) {
    let text = |name| annotation.get(name).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    let name = if method.needs_name() { name } else { "" };
    let client_id = text("clientId").filter(|_| method != Method::Total);
    let count = annotation.get("count").and_then(whole);
    let count = count.filter(|_| method == Method::Multiple).unwrap_or(1);
    let is_delete = annotation.get("action").and_then(whole) == Some(DELETE);
    if let (Method::Unique, false, Some(client_id)) = (method, is_delete, client_id) {
        for tally in tallies.values_mut() {
            tally.remove(client_id);
        }
    }
    let tally = tallies.entry(name).or_default();
    match (is_delete, client_id) {
        (true, Some(client_id)) => tally.remove(client_id),
        // Nobody's own contribution can be told from others', so only as many as it says go.
        (true, None) => tally.unidentified = tally.unidentified.saturating_sub(count),
        (false, Some(client_id)) if method == Method::Multiple => tally.add(client_id, count),
        (false, Some(client_id)) => {
            if tally.clients.iter().all(|(it, _)| *it != client_id) {
                tally.clients.push((client_id, 1));
            }
        }
        (false, None) => tally.unidentified = tally.unidentified.saturating_add(count),
    }
}

/// Whose client ids are shown.
enum Shown<'c> {
    /// As many of each tally.
    Some(usize),
    One(&'c str),
}

fn shown(types: &BTreeMap<&str, Tallies<'_>>, whose: &Shown<'_>) -> Value {
    let mut summary = Map::new();
    for (kind, tallies) in types {
        let mut names = Map::new();
        let method = Method::of(kind);
        for (name, tally) in tallies {
            let clients: Vec<&(&str, u64)> = match whose {
                Shown::Some(most) => tally.clients.iter().take(*most).collect(),
                Shown::One(own) => tally.clients.iter().filter(|(it, _)| it == own).collect(),
            };
            if clients.is_empty() && matches!(whose, Shown::One(_)) {
                continue;
            }
            let is_clipped = clients.len() < tally.clients.len() || matches!(whose, Shown::One(_));
            let entry = match method {
                Some(Method::Total) => object!({ "total": tally.total() }),
                Some(Method::Multiple) => {
                    let mut counts = Map::new();
                    for (client_id, count) in clients {
                        set(&mut counts, client_id, *count);
                    }
                    object!({
                        "total": tally.total(),
                        "clientIds": counts,
                        "totalUnidentified": tally.unidentified,
                        "totalClientIds": tally.clients.len(),
                        "clipped": is_clipped,
                    })
                }
                _ => {
                    let ids: Vec<Value> = clients.iter().map(|(id, _)| Value::from(*id)).collect();
                    object!({ "total": tally.total(), "clientIds": ids, "clipped": is_clipped })
                }
            };
            set(&mut names, name, entry);
        }
        let whole = match method.is_some_and(Method::needs_name) {
            true => Some(Value::Object(names)).filter(|it| it.as_object() != Some(&Map::new())),
            false => names.remove(""),
        };
        if let Some(whole) = whole {
            set(&mut summary, kind, whole);
        }
    }
    Value::Object(summary)
}
