//! The shortest text of the same rights.

use crate::generators::*;
use ably_edge_auth::{Capability, Compact, MAX_RESOURCES};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn read(text: &str) -> Capability {
    Capability::read(text).expect("a capability")
}

#[track_caller]
fn compacts(before: &str, after: &str) -> Compact {
    let compact = read(before).compact();
    assert_eq!(compact.capability.to_string(), after);
    compact
}

#[test]
fn entries_and_operations_that_others_cover_are_left_out() {
    for (before, after) in [
        (r#"{}"#, "{}"),
        (r#"{"a":["publish"]}"#, r#"{"a":["publish"]}"#),
        (r#"{"a":[]}"#, "{}"),
        // Implied by `*`.
        (r#"{"a":["publish","*","fly"]}"#, r#"{"a":["*"]}"#),
        // Covered by a pattern.
        (
            r#"{"*":["subscribe"],"a":["subscribe"],"b:c":["publish","subscribe"]}"#,
            r#"{"*":["subscribe"],"b:c":["publish"]}"#,
        ),
        (
            r#"{"a:*":["*"],"a:b":["publish"],"a:b:c":["fly"],"a:b:*":["history"],"b":["publish"]}"#,
            r#"{"a:*":["*"],"b":["publish"]}"#,
        ),
        (
            r#"{"a:*:c":["publish"],"a:b:c":["publish"],"a:b:d":["publish"]}"#,
            r#"{"a:*:c":["publish"],"a:b:d":["publish"]}"#,
        ),
        // By several together.
        (
            r#"{"*":["history"],"a:*":["publish"],"a:b":["history","publish"]}"#,
            r#"{"*":["history"],"a:*":["publish"]}"#,
        ),
        // `*` cannot be divided.
        (
            r#"{"*":["publish"],"a":["*"]}"#,
            r#"{"*":["publish"],"a":["*"]}"#,
        ),
        // Channels are no other kind of resource.
        (
            r#"{"*":["*"],"[meta]log":["subscribe"]}"#,
            r#"{"*":["*"],"[meta]log":["subscribe"]}"#,
        ),
        (
            r#"{"[*]*":["*"],"[meta]log":["subscribe"],"a":["publish"]}"#,
            r#"{"[*]*":["*"]}"#,
        ),
        // A key for `a` grants nothing of `a:*`.
        (
            r#"{"a":["publish"],"a:*":["publish"]}"#,
            r#"{"a":["publish"],"a:*":["publish"]}"#,
        ),
        // A star inside a segment is literal.
        (
            r#"{"a*":["publish"],"ab":["publish"]}"#,
            r#"{"a*":["publish"],"ab":["publish"]}"#,
        ),
        // Channel parameters have no effect.
        (
            r#"{"[?x]a":["publish","history"],"[?y]a":["publish"],"a":["publish","subscribe"]}"#,
            r#"{"[?x]a":["history"],"a":["publish","subscribe"]}"#,
        ),
        (r#"{"[?x]a":["*"],"a":["publish"]}"#, r#"{"[?x]a":["*"]}"#),
        // Unknown operations may be known to Ably.
        (
            r#"{"a:*":["fly"],"a:b":["fly","swim"]}"#,
            r#"{"a:*":["fly"],"a:b":["fly","swim"]}"#,
        ),
    ] {
        compacts(before, after);
    }
}

#[test]
fn patterns_are_suggested_with_what_they_would_newly_allow() {
    let compact = compacts(
        r#"{"chat:a":["publish","subscribe"],"chat:b":["publish","subscribe"],"chat:c":["subscribe"]}"#,
        r#"{"chat:a":["publish","subscribe"],"chat:b":["publish","subscribe"],"chat:c":["subscribe"]}"#,
    );
    let [suggestion] = &compact.suggestions[..] else {
        panic!("{:?}", compact.suggestions);
    };
    assert_eq!(suggestion.pattern, "chat:*");
    assert_eq!(suggestion.replaces, ["chat:a", "chat:b"]);
    assert_eq!(
        suggestion.saved_bytes,
        r#","chat:a":["publish","subscribe"]"#.len()
    );
    assert_eq!(
        suggestion.newly_allows,
        "publish, subscribe on everything that chat:* covers, not only on the 2 resources that it replaces; that includes chat itself and names with further segments"
    );

    let compact = compacts(
        r#"{"org:1:chat":["publish"],"org:2:chat":["publish"],"org:2:news":["publish"]}"#,
        r#"{"org:1:chat":["publish"],"org:2:chat":["publish"],"org:2:news":["publish"]}"#,
    );
    let patterns: Vec<_> = compact.suggestions.iter().map(|it| &it.pattern).collect();
    assert_eq!(patterns, ["org:*:chat", "org:2:*"]);
    assert_eq!(
        compact.suggestions[0].newly_allows,
        "publish on everything that org:*:chat covers, not only on the 2 resources that it replaces"
    );
}

#[test]
fn no_pattern_is_suggested_that_reaches_across_namespaces() {
    let rooms = |name: &dyn Fn(usize) -> String| {
        let entries = (0..100).map(|index| format!(r#"{:?}:["publish"]"#, name(index)));
        read(&format!("{{{}}}", entries.collect::<Vec<_>>().join(",")))
    };
    for name in [
        &|index| format!("room-{index}") as String,
        &|index| format!("tenant{index}:chat"),
        &|index| format!("[meta]{index}"),
    ] as [&dyn Fn(usize) -> String; 3]
    {
        assert_eq!(rooms(name).compact().suggestions, []);
    }
    let suggestions = rooms(&|index| format!("[meta]log:{index}"))
        .compact()
        .suggestions;
    assert_eq!(suggestions[0].pattern, "[meta]log:*");
    assert_eq!(suggestions[0].replaces.len(), 100);
}

#[test]
fn capabilities_of_any_size_are_compacted() {
    for name in [
        &|index| format!("room:{index}") as String,
        &|index| format!("*:{index}"),
        &|index| format!("a:{index}"),
    ] as [&dyn Fn(usize) -> String; 3]
    {
        let entries = (0..MAX_RESOURCES).map(|index| format!(r#"{:?}:["publish"]"#, name(index)));
        let before = read(&format!("{{{}}}", entries.collect::<Vec<_>>().join(",")));
        assert_eq!(before.compact().capability, before);
    }
    let deep = format!(
        r#"{{"a{}":["publish"],"b":["publish"]}}"#,
        ":a".repeat(60_000)
    );
    assert_eq!(read(&deep).compact().suggestions, []);
}

const OPERATIONS: [&str; 5] = ["publish", "subscribe", "history", "fly", "*"];

/// Names of one to three segments of every kind.
fn universe() -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let segments = ["a", "b", "*", "a*", ""];
    for one in segments {
        paths.push(one.to_owned());
        for two in segments {
            paths.push(format!("{one}:{two}"));
            for three in ["a", "*", "c"] {
                paths.push(format!("{one}:{two}:{three}"));
            }
        }
    }
    let kinds = ["", "[meta]", "[*]", "[?x=1]"];
    let with_kind = |kind| paths.iter().map(move |path| format!("{kind}{path}"));
    kinds.into_iter().flat_map(with_kind).collect()
}

/// Few names, so that many entries overlap.
fn crowded() -> impl Strategy<Value = Capability> {
    let kind = select(vec!["", "", "", "[*]", "[meta]", "[?x=1]", "[*?y]"]);
    let path = "(a|b|\\*)(:(a|b|\\*|a\\*|)){0,3}";
    let name = (kind, path).prop_map(|(kind, path)| format!("{kind}{path}"));
    let operation = select(vec!["publish", "subscribe", "history", "*", "fly", "swim"]);
    btree_map(name, vec(operation, 0..4), 0..10).prop_map(|grants| read(&json!(grants).to_string()))
}

fn same_answers(one: &Capability, other: &Capability) -> Result<(), TestCaseError> {
    for resource in universe() {
        for operation in OPERATIONS {
            let [before, after] = [one, other].map(|it| it.allows(operation, &resource));
            prop_assert_eq!(
                before,
                after,
                "{} on {}: {} {}",
                operation,
                resource,
                one,
                other
            );
        }
    }
    Ok(())
}

proptest! {
    // Each case asks some thousand questions.
    #![proptest_config(ProptestConfig { cases: 100, ..config() })]

    #[test]
    fn every_answer_stays_the_same(crowded in crowded(), grants in grants()) {
        for before in [crowded, parse(&grants)] {
            let after = before.compact().capability;
            same_answers(&before, &after)?;
            prop_assert!(after.to_string().len() <= before.to_string().len());
            prop_assert_eq!(&after.compact().capability, &after);
        }
    }

    #[test]
    fn every_key_grants_the_same_of_it(before in crowded(), key in crowded()) {
        let after = before.compact().capability;
        let empty = read("{}");
        let [before, after] = [before, after].map(|it| key.intersect(&it).unwrap_or_else(|_| empty.clone()));
        same_answers(&before, &after)?;
    }

    /// Each operation of each entry is missed by a key for one channel.
    #[test]
    fn nothing_more_can_be_left_out(before in crowded()) {
        let after = before.compact().capability;
        for entry in after.entries() {
            for name in entry.operations().iter().map(|it| it.name()) {
                let others = after.entries().iter().map(|it| {
                    let is_this = it.resource() == entry.resource();
                    let mut names = it.names();
                    names.retain(|one| !is_this || *one != name);
                    (it.resource().to_owned(), names)
                });
                let others: std::collections::BTreeMap<_, _> = others.collect();
                let others = read(&json!(others).to_string());
                // A channel that only this entry covers, unless another makes it needless.
                // A star may have a qualifier before it, such as channel parameters.
                let segments = entry.resource().split(':').map(|segment| match segment.strip_suffix('*') {
                    Some("") => "w".to_owned(),
                    Some("[*]") => "[w]w".to_owned(),
                    Some(qualifier) if qualifier.ends_with(']') => format!("{qualifier}w"),
                    _ => segment.to_owned(),
                });
                let channel = segments.collect::<Vec<_>>().join(":");
                let key = read(&json!({ &channel: [name] }).to_string());
                let left = key.intersect(&others);
                let is_needless = left.is_ok_and(|left| left.allows(name, &channel));
                prop_assert!(!is_needless, "{} on {} in {}", name, entry.resource(), after);
            }
        }
    }

    #[test]
    fn a_suggestion_loses_nothing_and_saves_what_it_says(before in crowded()) {
        let compact = before.compact();
        for suggestion in &compact.suggestions {
            let mut entries = serde_json::Map::new();
            for entry in compact.capability.entries() {
                if !suggestion.replaces.iter().any(|it| it == entry.resource()) {
                    entries.insert(entry.resource().to_owned(), json!(entry.names()));
                }
            }
            let names = suggestion.operations.iter().map(|it| it.name());
            let added = entries.entry(suggestion.pattern.clone()).or_insert(json!([]));
            added.as_array_mut().expect("a list").extend(names.map(|name| json!(name)));
            let after = read(&serde_json::Value::Object(entries).to_string());
            for resource in universe() {
                for operation in OPERATIONS {
                    let lost = before.allows(operation, &resource) && !after.allows(operation, &resource);
                    prop_assert!(!lost, "{} on {} in {}", operation, resource, after);
                }
            }
            let [long, short] = [compact.capability.to_string(), after.to_string()];
            prop_assert!(long.len() - short.len() >= suggestion.saved_bytes);
        }
    }
}
