//! What the annotations of a message add up to.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::realtime_annotations::*;
use super::realtime_world::*;

#[test]
fn each_type_adds_up_by_its_method() {
    let (mut world, serial, path) = world();
    let root = basic(&world.root());
    let annotate = |world: &mut World, action: u64, kind: &str, name: &str, who: &str, count| {
        let mut annotation = json!({ "action": action, "type": kind, "count": count });
        for (field, value) in [("name", name), ("clientId", who)] {
            if !value.is_empty() {
                annotation[field] = json!(value);
            }
        }
        let (status, told) = ask(world, &path, &root, json!([annotation]));
        assert_eq!(status, 201, "{told}");
        summary(world, &serial)[kind].clone()
    };
    let (none, three) = (json!(null), json!(3));
    let mut add =
        |kind: &str, name: &str, who: &str| annotate(&mut world, 0, kind, name, who, none.clone());
    add("m:total.v1", "", "");
    assert_eq!(add("m:total.v1", "", "ada"), json!({ "total": 2 }));
    add("r:flag.v1", "", "ada");
    let flag = json!({ "total": 1, "clientIds": ["ada"], "clipped": false });
    assert_eq!(add("r:flag.v1", "", "ada"), flag);
    add("s:unique.v1", "a", "ada");
    add("s:unique.v1", "a", "bob");
    let one = |id: &str| json!({ "total": 1, "clientIds": [id], "clipped": false });
    assert_eq!(
        add("s:unique.v1", "b", "ada"),
        json!({ "a": one("bob"), "b": one("ada") })
    );
    add("c:distinct.v1", "a", "ada");
    add("c:distinct.v1", "a", "ada");
    assert_eq!(
        add("c:distinct.v1", "b", "ada"),
        json!({ "a": one("ada"), "b": one("ada") })
    );
    add("v:multiple.v1", "x", "ada");
    add("v:multiple.v1", "x", "");
    let found = annotate(&mut world, 0, "v:multiple.v1", "x", "ada", three);
    let expected = json!({
        "total": 5, "clientIds": { "ada": 4 }, "totalUnidentified": 1, "totalClientIds": 1,
        "clipped": false,
    });
    assert_eq!(found["x"], expected);
    let mut delete =
        |kind: &str, name: &str, who: &str| annotate(&mut world, 1, kind, name, who, none.clone());
    assert_eq!(delete("m:total.v1", "", "ada"), json!({ "total": 1 }));
    assert_eq!(delete("r:flag.v1", "", "ada"), json!(null));
    assert_eq!(
        delete("s:unique.v1", "b", "ada"),
        json!({ "a": one("bob") })
    );
    assert_eq!(
        delete("c:distinct.v1", "a", "ada"),
        json!({ "b": one("ada") })
    );
    let left = delete("v:multiple.v1", "x", "ada")["x"].clone();
    assert_eq!(
        (&left["total"], &left["totalUnidentified"]),
        (&json!(1), &json!(1))
    );
}

const METHODS: [&str; 5] = ["total", "flag", "distinct", "unique", "multiple"];
const CLIENTS: [&str; 3] = ["", "ada", "bob"];

/// What is counted of a type, by the words of Ably's documents: who stands under which name, and
/// how often.
#[derive(Default)]
struct Counted {
    total: u64,
    of: BTreeMap<(String, String), u64>,
}

impl Counted {
    fn annotate(&mut self, method: &str, is_delete: bool, name: &str, who: &str, count: u64) {
        let place = (name.to_owned(), who.to_owned());
        match (method, is_delete) {
            ("total", false) => self.total += 1,
            ("total", true) => self.total = self.total.saturating_sub(1),
            ("multiple", true) if who.is_empty() => {
                let left = self.of.entry(place).or_default();
                *left = left.saturating_sub(count);
            }
            (_, true) => {
                self.of.remove(&place);
            }
            ("multiple", false) => *self.of.entry(place).or_default() += count,
            (_, false) => {
                if method == "unique" {
                    self.of.retain(|(_, it), _| it != who);
                }
                self.of.insert(place, 1);
            }
        }
        self.of.retain(|_, count| *count > 0);
    }

    /// Total, those without a client id, and the clients of each name.
    fn names(&self) -> BTreeMap<&str, (u64, u64, BTreeSet<&str>)> {
        let mut names: BTreeMap<&str, (u64, u64, BTreeSet<&str>)> = BTreeMap::new();
        for ((name, who), count) in &self.of {
            let (total, nobody, clients) = names.entry(name).or_default();
            *total += count;
            match who.as_str() {
                "" => *nobody += count,
                who => {
                    clients.insert(who);
                }
            }
        }
        names
    }
}

fn clients(entry: &Value) -> BTreeSet<&str> {
    match &entry["clientIds"] {
        Value::Array(ids) => ids.iter().map(|id| id.as_str().unwrap()).collect(),
        Value::Object(ids) => ids.keys().map(String::as_str).collect(),
        other => panic!("{other}"),
    }
}

fn check(method: &str, counted: &Counted, found: &Value) {
    if method == "total" {
        let total = found.get("total").and_then(Value::as_u64);
        assert_eq!(total.unwrap_or(0), counted.total, "{found}");
        return;
    }
    let expected = counted.names();
    if method != "flag" {
        let names = found.as_object().map_or(0, serde_json::Map::len);
        assert_eq!(names, expected.len(), "{found}");
    }
    for (name, (total, nobody, who)) in expected {
        let entry = if method == "flag" {
            found
        } else {
            &found[name]
        };
        assert_eq!(entry["total"], json!(total), "{found}");
        assert_eq!(clients(entry), who, "{found}");
        if method == "multiple" {
            assert_eq!(entry["totalUnidentified"], json!(nobody), "{found}");
            assert_eq!(entry["totalClientIds"], json!(who.len()), "{found}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn annotations_add_up_as_documented(
        steps in prop::collection::vec((0..5usize, any::<bool>(), "[ab]", 0..3usize, 1..4u64), 1..30),
    ) {
        let (mut world, serial, path) = world();
        let root = basic(&world.root());
        let mut all: BTreeMap<&str, Counted> = BTreeMap::new();
        for (method, is_delete, name, who, count) in steps {
            let (method, who) = (METHODS[method], CLIENTS[who]);
            let needs_client = ["flag", "distinct", "unique"].contains(&method);
            let mut annotation = json!({
                "action": u64::from(is_delete), "type": format!("x:{method}.v1"), "name": name,
            });
            if !who.is_empty() {
                annotation["clientId"] = json!(who);
            }
            if method == "multiple" {
                annotation["count"] = json!(count);
            }
            let (status, told) = ask(&mut world, &path, &root, json!([annotation]));
            let is_refused = needs_client && who.is_empty();
            assert_eq!(status, if is_refused { 401 } else { 201 }, "{told}");
            if is_refused {
                continue;
            }
            let name = if ["total", "flag"].contains(&method) { "" } else { &name };
            all.entry(method).or_default().annotate(method, is_delete, name, who, count);
            let summary = summary(&mut world, &serial);
            for (method, counted) in &all {
                check(method, counted, &summary[format!("x:{method}.v1")]);
            }
        }
    }
}
